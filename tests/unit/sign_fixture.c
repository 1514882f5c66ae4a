/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>
#ifdef HAVE_CRYPTO
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#endif

#include "sign_fixture.h"

void append_signature(struct kmt_strbuf *out, const unsigned char kind[3], const char *name, const char *key,
	const void *message, size_t n)
{
	unsigned char header[12] = {
		kind[0], kind[1], kind[2], (unsigned char)strlen(name), (unsigned char)strlen(key)};

	for (int i = 0; i < 4; i++)
		header[8 + i] = (unsigned char)(n >> 8 * (3 - i));
	kmt_strbuf_addstr(out, name);
	kmt_strbuf_addstr(out, key);
	kmt_strbuf_add(out, message, n);
	kmt_strbuf_add(out, header, sizeof(header));
	kmt_strbuf_addstr(out, "~Module signature appended~\n");
}

#ifdef HAVE_CRYPTO
void certify(struct signer *signer, const char *name, long serial)
{
	struct signer s = {.key = signer->key, .cert = X509_new()};
	X509_EXTENSION *ski;
	X509V3_CTX v3;

	signer->cert = s.cert;
	X509_set_version(s.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(s.cert), serial);
	X509_gmtime_adj(X509_getm_notBefore(s.cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(s.cert), 3600);
	X509_set_pubkey(s.cert, s.key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(s.cert), "CN", MBSTRING_UTF8,
		(const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(s.cert, X509_get_subject_name(s.cert));
	X509V3_set_ctx(&v3, s.cert, s.cert, NULL, NULL, 0);
	ski = X509V3_EXT_conf_nid(NULL, &v3, NID_subject_key_identifier, "hash");
	assert_non_null(ski);
	X509_add_ext(s.cert, ski, -1);
	X509_EXTENSION_free(ski);
	assert_true(X509_sign(s.cert, s.key, EVP_sha256()) > 0);
}

struct signer make_signer(const char *name, long serial)
{
	struct signer s = {0};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);

	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 1024), 1);
	assert_int_equal(EVP_PKEY_keygen(ctx, &s.key), 1);
	EVP_PKEY_CTX_free(ctx);
	certify(&s, name, serial);
	return s;
}

void free_signer(struct signer *s)
{
	X509_free(s->cert);
	EVP_PKEY_free(s->key);
}

void cert_der(const struct signer *s, struct kmt_strbuf *out)
{
	unsigned char *der = NULL;
	int n = i2d_X509(s->cert, &der);

	assert_true(n > 0);
	kmt_strbuf_add(out, der, (size_t)n);
	OPENSSL_free(der);
}

unsigned char *sign_message(const struct signer *s, const struct signer *also, const void *data, size_t n,
	unsigned int flags, int *len)
{
	unsigned int common = CMS_NOCERTS | CMS_BINARY | CMS_NOSMIMECAP | flags;
	BIO *in = BIO_new_mem_buf(data, (int)n);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, common | CMS_PARTIAL | CMS_STREAM);
	unsigned char *der = NULL;

	assert_non_null(cms);
	assert_non_null(CMS_add1_signer(cms, s->cert, s->key, EVP_sha512(), common));
	if (also)
		assert_non_null(CMS_add1_signer(cms, also->cert, also->key, EVP_sha512(), common));
	assert_int_equal(CMS_final(cms, in, NULL, CMS_NOCERTS | CMS_BINARY), 1);
	*len = i2d_CMS_ContentInfo(cms, &der);
	assert_true(*len > 0);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	return der;
}

void sign_module(struct kmt_strbuf *file, const struct signer *s, const struct signer *also, unsigned int flags)
{
	int n;
	unsigned char *der = sign_message(s, also, file->s, file->len, flags, &n);

	append_signature(file, (unsigned char[]){0, 0, 2}, "", "", der, (size_t)n);
	OPENSSL_free(der);
}
#endif
