/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_SOURCE_SIGNATURE_PRIV_H
#define KMT_SOURCE_SIGNATURE_PRIV_H

#include <kmt/source/signature.h>

/* What is left to read of an element. */
struct kmt_der {
	const unsigned char *p;
	size_t n;
};

struct kmt_pkcs7 {
	struct kmt_der signers; /* those to come */
	unsigned int n;		/* of all */
	bool attached;		/* it contains data */
};

/* False if BLOB is no PKCS#7 message with signers. */
bool kmt_pkcs7_open(struct kmt_pkcs7 *m, const struct kmt_ko_sigblob *blob);
/* The next signer: fills OUT but for id; pointers go into the blob. False if it is damaged. ATTRIBUTES: not
 * the data was signed, but a list that has its digest. */
bool kmt_pkcs7_signer(struct kmt_pkcs7 *m, struct kmt_signature *out, bool *attributes);

#endif
