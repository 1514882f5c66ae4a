/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kofile_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/bytes.h>

/* The end of a signed module (linux/module_signature.h), behind struct module_signature. */
static const char marker[] = "~Module signature appended~\n";
#define MARKER_SIZE (sizeof(marker) - 1)
#define SIGNATURE_SIZE 12
#define FEED_SIZE ((uint64_t)1 << 20)

struct kmt_kofile *kmt_kofile_new(void)
{
	struct kmt_kofile *ko = kmt_alloc(sizeof(*ko));

	elf_version(EV_CURRENT);
	ko->fd = -1;
	return ko;
}

static void close_file(struct kmt_kofile *ko)
{
	if (ko->fd >= 0)
		close(ko->fd);
	ko->fd = -1;
	ko->data = NULL;
	ko->size = 0;
	ko->root = NULL;
	kmt_strbuf_truncate(&ko->head.bytes, 0);
	kmt_strbuf_truncate(&ko->tail.bytes, 0);
	kmt_strbuf_truncate(&ko->path, 0);
	ko->compression = KMT_COMP_NONE;
	ko->n_sections = 0;
	ko->names_size = 0;
}

void kmt_kofile_free(struct kmt_kofile *ko)
{
	if (!ko)
		return;
	close_file(ko);
	for (size_t i = 0; i < KMT_KO_SLOTS; i++)
		kmt_strbuf_free(&ko->slots[i]);
	kmt_strbuf_free(&ko->head.bytes);
	kmt_strbuf_free(&ko->tail.bytes);
	kmt_strbuf_free(&ko->path);
	kmt_strbuf_free(&ko->compressed);
	kmt_strbuf_free(&ko->plain);
	kmt_decompressor_free(&ko->decompressor);
	free(ko->sections);
	free(ko);
}

static int read_start(struct kmt_kofile *ko, struct kmt_err *err)
{
	int r = kmt_kofile_read_start(ko, err);

	return r < 0 ? r : kmt_kofile_read_elf(ko, err);
}

int kmt_kofile_open_fd(struct kmt_kofile *ko, const struct kmt_root *root, const char *path, int fd,
	const struct stat *st, struct kmt_err *err)
{
	close_file(ko);
	ko->root = root;
	ko->fd = fd;
	kmt_strbuf_addstr(&ko->path, path);
	if (!S_ISREG(st->st_mode))
		return kmt_kofile_fail(ko, err, EINVAL, "not a regular file");
	ko->st = *st;
	ko->size = (uint64_t)st->st_size;
	return read_start(ko, err);
}

int kmt_kofile_open(
	struct kmt_kofile *ko, const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	struct stat st;
	int fd = kmt_root_open_file(root, path, 0, &st);

	close_file(ko);
	/* _open_fd() reports what is not a regular file. */
	if (fd < 0 && (!st.st_mode || S_ISREG(st.st_mode)))
		return kmt_err_errno(err, -fd, "%s%s", root->path, path);
	return kmt_kofile_open_fd(ko, root, path, fd, &st, err);
}

const struct stat *kmt_kofile_status(const struct kmt_kofile *ko)
{
	return &ko->st;
}

int kmt_kofile_open_buffer(
	struct kmt_kofile *ko, const char *label, const void *data, size_t n, struct kmt_err *err)
{
	close_file(ko);
	kmt_strbuf_addstr(&ko->path, label);
	ko->data = data;
	ko->size = n;
	return read_start(ko, err);
}

enum kmt_compression kmt_kofile_compression(const struct kmt_kofile *ko)
{
	return ko->compression;
}

/* Before the marker and struct module_signature stand the signature, and for the formats before PKCS#7 the
 * key id and the name of the signer. */
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
	if (end < SIGNATURE_SIZE)
		return 0;
	end -= SIGNATURE_SIZE;
	r = kmt_kofile_piece(
		ko, KMT_KO_SIGNATURE, end, SIGNATURE_SIZE, "the signature's header", &piece, err);
	if (r < 0)
		return r;
	out->algo = piece.p[0];
	out->hash = piece.p[1];
	out->id_type = piece.p[2];
	out->signer_n = piece.p[3];
	out->key_id_n = piece.p[4];
	out->padded = piece.p[5] || piece.p[6] || piece.p[7];
	/* The length is big-endian whatever the machine is. */
	n = kmt_be32(piece.p + 8);
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
	out->covered = end - before;
	return 0;
}

int kmt_kofile_feed(struct kmt_kofile *ko, uint64_t n, kmt_ko_bytes_fn fn, void *ctx, struct kmt_err *err)
{
	struct kmt_ko_piece piece;
	int r = 0;

	for (uint64_t at = 0; !r && at < n; at += piece.n) {
		r = kmt_kofile_piece(ko, KMT_KO_FEED, at, n - at < FEED_SIZE ? n - at : FEED_SIZE,
			"what is signed", &piece, err);
		if (!r)
			fn(ctx, piece.p, piece.n);
	}
	return r;
}
