/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the signature appended to a module says: who signed it, with which key and hash. Reads,
 * never verifies: whether it is good is for the kernel and its keys to say. PKCS#7 (CMS) is parsed
 * by libcrypto, opened at first use; the older formats hold their fields plainly.
 */
#ifndef KMT_SOURCE_SIGNATURE_H
#define KMT_SOURCE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/err.h>
#include <kmt/base/strbuf.h>
#include <kmt/source/kofile.h>

struct kmt_signature {
	const char *id;     /* "PKCS#7", "X509", "PGP" */
	const char *hash;   /* "sha256"; "unknown" without libcrypto */
	const char *algo;   /* "RSA", "ECDSA", "ML-DSA-65"; an OID that has no name here; "unknown" */
	unsigned int signers; /* the kernel tries one after the other; all else here is of the first */
	const char *signer; /* the issuer's common name: bytes, not terminated */
	size_t signer_n;
	const unsigned char *key; /* the certificate's serial number, or the key id */
	size_t key_n;
	const unsigned char *value; /* the signature itself */
	size_t value_n;
};

/*
 * The memory of a reader: all modules of a tree are signed with one key, and their messages differ
 * only in the signature at the end. What libcrypto found for the first holds for all with the same
 * beginning and length. One per thread; all zero is valid.
 */
struct kmt_sigreader {
	struct kmt_strbuf prefix; /* all of the message before the signature */
	size_t total;             /* length of that message; 0: nothing is known */
	struct kmt_strbuf signer, key, value;
	char hash[64], algo[64];
	unsigned int signers;
};

/*
 * Fills OUT from BLOB, which must be present and not damaged. Pointers stay valid until the next
 * call with this reader and as long as BLOB's. Without libcrypto: 0 with only id and hash filled
 * (as modinfo shows it), and ERR says why. -EBADMSG: the message is no PKCS#7, or the format is
 * unknown.
 */
int kmt_signature_read(struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob,
	struct kmt_signature *out, struct kmt_err *err);
void kmt_sigreader_free(struct kmt_sigreader *reader);

#endif
