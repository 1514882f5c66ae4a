/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signature appended to a module: who signed it, with which key and hash, and whether it is good by
 * certificates that are given. libcrypto, opened at first use, reads certificates and verifies.
 */
#ifndef KMT_SOURCE_SIGNATURE_H
#define KMT_SOURCE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>
#include <kmt/source/kofile.h>

#define KMT_SIGNATURE_NAME 64

struct kmt_signature {
	const char *id;     /* "PKCS#7", "X509", "PGP" */
	char hash[KMT_SIGNATURE_NAME]; /* "sha256"; an OID that has no name here */
	char algo[KMT_SIGNATURE_NAME]; /* "RSA", "ECDSA", "ML-DSA-65"; likewise; "unknown" in old formats */
	unsigned int signers; /* the kernel tries one after the other; all else here is of the first */
	const char *signer; /* the issuer's common name: bytes, not terminated */
	size_t signer_n;
	const unsigned char *key; /* the certificate's serial number, or the key id */
	size_t key_n;
	bool by_key_id;
	const unsigned char *value; /* the signature itself */
	size_t value_n;
};

/* Fills OUT from BLOB, which must be present and not damaged; pointers go into it. -EBADMSG: the message is
 * no PKCS#7, or the format is unknown. */
int kmt_signature_read(
	const struct kmt_ko_sigblob *blob, struct kmt_signature *out, struct kmt_err *err);

/* A certificate (X.509). */
struct kmt_cert {
	void *x509;		   /* libcrypto's */
	const char *subject, *issuer; /* the common names, "" for none */
	const unsigned char *id;   /* the subject key id */
	size_t id_n;		   /* 0: it has none */
	const unsigned char *serial;
	size_t serial_n;
	const char *from; /* where it was read: a file, a variable of the firmware */
	unsigned int place;
};

/* All zero is valid and empty. */
struct kmt_certs {
	KMT_VEC(struct kmt_cert) rows;
	struct kmt_arena arena;
};

/* Adds the certificate in DER, or all those in PEM, at DATA, with FROM and PLACE as the caller wants them.
 * FAILED -EBADMSG if there is none, -EOPNOTSUPP without libcrypto. */
int kmt_certs_add(struct kmt_certs *certs, const void *data, size_t n, const char *from, unsigned int place,
	struct kmt_err *err);
void kmt_certs_free(struct kmt_certs *certs);

enum kmt_verify {
	KMT_VERIFY_GOOD,
	KMT_VERIFY_BAD,		/* the certificate fits, the signature does not: one of both was changed */
	KMT_VERIFY_NO_CERT,	/* none of the certificates is the signer's */
	KMT_VERIFY_UNSUPPORTED, /* a hash or an algorithm that cannot be checked */
	KMT_VERIFY_DAMAGED,	/* no PKCS#7 message as modules have it */
};

struct kmt_signer {
	const char *issuer; /* of the certificate: its common name, "" if it is named by key id */
	const unsigned char *key;
	size_t key_n;
	bool by_key_id; /* KEY is the subject key id; else the serial number */
	const char *hash, *algo;
	enum kmt_verify result;
	const struct kmt_cert *cert; /* the one that fits; NULL if none does */
};

struct kmt_verification {
	struct kmt_signer *signers;
	size_t n;
	/* As the kernel sums them up: one bad signer is enough, else one good one is. */
	enum kmt_verify result;
	bool attributes; /* it has signed attributes, which the kernel refuses in modules */
	bool attached;	 /* it contains data, which the kernel refuses as well */
};

/*
 * Verifies the signature of the open file against CERTS. BLOB is its own, present, not damaged, PKCS#7. The
 * file is read as a whole only if a certificate fits. What OUT points to lives in ARENA. Failures are
 * those of reading.
 */
int kmt_signature_verify(struct kmt_kofile *ko, const struct kmt_ko_sigblob *blob,
	const struct kmt_certs *certs, struct kmt_arena *arena, struct kmt_verification *out,
	struct kmt_err *err);

#endif
