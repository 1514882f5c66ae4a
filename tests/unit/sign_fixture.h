/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys, and modules signed with them as the kernel's scripts/sign-file does it. */
#ifndef KMT_TESTS_SIGN_FIXTURE_H
#define KMT_TESTS_SIGN_FIXTURE_H

#ifdef HAVE_CRYPTO
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#endif

#include <kmt/base/strbuf.h>

/* Appends what signing appends: NAME, KEY and MESSAGE, the header, the marker. */
void append_signature(struct kmt_strbuf *out, const unsigned char kind[3], const char *name, const char *key,
	const void *message, size_t n);

#ifdef HAVE_CRYPTO
struct signer {
	EVP_PKEY *key;
	X509 *cert;
};

/* An RSA key with a certificate that it signed itself. */
struct signer make_signer(const char *name, long serial);
/* A certificate for the key of S, signed by itself. */
void certify(struct signer *s, const char *name, long serial);
void free_signer(struct signer *s);
/* The certificate in DER. */
void cert_der(const struct signer *s, struct kmt_strbuf *out);

#define SIGN_FILE (CMS_NOATTR | CMS_DETACHED)

/* The message about N bytes of DATA, by ALSO as well if it is not NULL: free it with OPENSSL_free(). FLAGS are
 * SIGN_FILE, and CMS_USE_KEYID. */
unsigned char *sign_message(const struct signer *s, const struct signer *also, const void *data, size_t n,
	unsigned int flags, int *len);

/* Signs what is in FILE. */
void sign_module(struct kmt_strbuf *file, const struct signer *s, const struct signer *also, unsigned int flags);
#endif

#endif
