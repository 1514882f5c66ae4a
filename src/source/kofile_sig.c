/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signature appended to a module (linux/module_signature.h). From the end of the file: the
 * marker, struct module_signature of 12 bytes, the signature, and for the formats before PKCS#7 the
 * key id and the name of the signer.
 */
#include "kofile_priv.h"

#include <string.h>

static const char marker[] = "~Module signature appended~\n";
#define MARKER_SIZE (sizeof(marker) - 1)
#define HEADER_SIZE 12

int kmt_kofile_sigblob(struct kmt_kofile *ko, struct kmt_ko_sigblob *out, struct kmt_err *err)
{
	uint64_t end = ko->size, n, before;
	struct kmt_ko_piece piece;
	int r;

	*out = (struct kmt_ko_sigblob){.present = false};
	if (end < MARKER_SIZE)
		return 0;
	end -= MARKER_SIZE;
	r = kmt_kofile_piece(ko, KMT_KO_SIGNATURE, end, MARKER_SIZE, "the end", &piece, err);
	if (r < 0 || memcmp(piece.p, marker, MARKER_SIZE) != 0)
		return r;
	out->present = true;
	out->damaged = true;
	if (end < HEADER_SIZE)
		return 0;
	end -= HEADER_SIZE;
	r = kmt_kofile_piece(
		ko, KMT_KO_SIGNATURE, end, HEADER_SIZE, "the signature's header", &piece, err);
	if (r < 0)
		return r;
	out->algo = piece.p[0];
	out->hash = piece.p[1];
	out->id_type = piece.p[2];
	out->signer_n = piece.p[3];
	out->key_id_n = piece.p[4];
	/* The length is big-endian whatever the machine is. */
	n = (uint64_t)piece.p[8] << 24 | (uint64_t)piece.p[9] << 16 | (uint64_t)piece.p[10] << 8 |
	    piece.p[11];
	before = out->signer_n + out->key_id_n + n;
	if (!n || before > end || before > KMT_KOFILE_PIECE_MAX)
		return 0;
	r = kmt_kofile_piece(
		ko, KMT_KO_SIGNATURE, end - before, before, "the signature", &piece, err);
	if (r < 0)
		return r;
	out->damaged = false;
	out->signer = piece.p;
	out->key_id = piece.p + out->signer_n;
	out->data = out->key_id + out->key_id_n;
	out->n = (size_t)n;
	return 0;
}
