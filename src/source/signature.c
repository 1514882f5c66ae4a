/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signature_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#ifdef HAVE_CRYPTO
#include <kmt/sys/lazy_crypto.h>
#else
#include <kmt/sys/lazy.h>
#endif

/* linux/module_signature.h and crypto/hash_info.h, in the order of their numbers. */
static const char *const id_types[] = {"PGP", "X509", "PKCS#7"};
static const char *const hashes[] = {
	"md4", "md5", "sha1", "rmd160", "sha256", "sha384", "sha512", "sha224", "sm3"};
static const char *const algos[] = {"DSA", "RSA"};
#define ID_PKCS7 2

static int bad(struct kmt_err *err, const char *what)
{
	return kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "the signature is %s", what);
}

static int read_plain(
	const struct kmt_ko_sigblob *blob, struct kmt_signature *out, struct kmt_err *err)
{
	if (blob->hash >= KMT_ARRAY_SIZE(hashes))
		return bad(err, "of an unknown kind");
	snprintf(out->hash, sizeof(out->hash), "%s", hashes[blob->hash]);
	if (blob->algo < KMT_ARRAY_SIZE(algos))
		snprintf(out->algo, sizeof(out->algo), "%s", algos[blob->algo]);
	out->signers = 1;
	out->signer = (const char *)blob->signer;
	out->signer_n = blob->signer_n;
	out->key = blob->key_id;
	out->key_n = blob->key_id_n;
	out->value = blob->data;
	out->value_n = blob->n;
	return 0;
}

static int read_pkcs7(const struct kmt_ko_sigblob *blob, struct kmt_signature *out, struct kmt_err *err)
{
	struct kmt_pkcs7 m;
	bool attributes;

	if (!kmt_pkcs7_open(&m, blob))
		return bad(err, "no PKCS#7 message that can be read");
	if (!m.n)
		return bad(err, "a PKCS#7 message without a signer");
	return kmt_pkcs7_signer(&m, out, &attributes) ? 0 : bad(err, "no PKCS#7 message that can be read");
}

int kmt_signature_read(const struct kmt_ko_sigblob *blob, struct kmt_signature *out, struct kmt_err *err)
{
	*out = (struct kmt_signature){.signer = "", .hash = "unknown", .algo = "unknown"};
	if (blob->id_type >= KMT_ARRAY_SIZE(id_types))
		return bad(err, "of an unknown kind");
	out->id = id_types[blob->id_type];
	return blob->id_type == ID_PKCS7 ? read_pkcs7(blob, out, err) : read_plain(blob, out, err);
}

#ifdef HAVE_CRYPTO
/* NULL if it has none. */
static const ASN1_STRING *common_name(const struct kmt_lazy_crypto *crypto, const X509_NAME *name)
{
	int i = name ? crypto->X509_NAME_get_index_by_NID(name, NID_commonName, -1) : -1;

	return i < 0 ? NULL
		     : crypto->X509_NAME_ENTRY_get_data(crypto->X509_NAME_get_entry(name, i));
}

/* Certificates. */

static const unsigned char *keep(const struct kmt_lazy_crypto *crypto, const ASN1_STRING *s,
	struct kmt_arena *arena, size_t *n)
{
	unsigned char *bytes;

	*n = s ? (size_t)crypto->ASN1_STRING_length(s) : 0;
	bytes = kmt_arena_alloc(arena, *n + 1);
	if (*n)
		memcpy(bytes, crypto->ASN1_STRING_get0_data(s), *n);
	return bytes;
}

static void add_cert(const struct kmt_lazy_crypto *crypto, struct kmt_certs *certs, X509 *x509,
	const char *from, unsigned int place)
{
	struct kmt_cert cert = {.x509 = x509, .from = kmt_arena_strdup(&certs->arena, from), .place = place};
	size_t n;

	cert.subject = (const char *)keep(
		crypto, common_name(crypto, crypto->X509_get_subject_name(x509)), &certs->arena, &n);
	cert.issuer = (const char *)keep(
		crypto, common_name(crypto, crypto->X509_get_issuer_name(x509)), &certs->arena, &n);
	cert.id = keep(crypto, crypto->X509_get0_subject_key_id(x509), &certs->arena, &cert.id_n);
	cert.serial = keep(crypto, crypto->X509_get0_serialNumber(x509), &certs->arena, &cert.serial_n);
	kmt_vec_push(&certs->rows, cert);
}

/* A certificate is never encrypted: nobody is asked for a passphrase. */
static int no_passphrase(char *out, int size, int writing, void *ctx)
{
	return -1;
}

static void add_pem(const struct kmt_lazy_crypto *crypto, struct kmt_certs *certs, const void *data, size_t n,
	const char *from, unsigned int place)
{
	BIO *in = crypto->BIO_new_mem_buf(data, (int)n);
	X509 *x509;

	while (in && (x509 = crypto->PEM_read_bio_X509(in, NULL, no_passphrase, NULL)))
		add_cert(crypto, certs, x509, from, place);
	crypto->BIO_free(in);
}

#define CERTS_MAX ((size_t)16 << 20)

int kmt_certs_add(struct kmt_certs *certs, const void *data, size_t n, const char *from, unsigned int place,
	struct kmt_err *err)
{
	const struct kmt_lazy_crypto *crypto = kmt_lazy_crypto(err);
	const unsigned char *p = data;
	size_t before = certs->rows.n;
	X509 *x509 = NULL;

	if (!crypto)
		return -EOPNOTSUPP;
	if (n && n <= CERTS_MAX)
		x509 = crypto->d2i_X509(NULL, &p, (long)n);
	if (x509)
		add_cert(crypto, certs, x509, from, place);
	else if (n && n <= CERTS_MAX)
		add_pem(crypto, certs, data, n, from, place);
	crypto->ERR_clear_error();
	if (certs->rows.n > before)
		return 0;
	return kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "%s: no certificate (X.509, in DER or PEM)", from);
}

void kmt_certs_free(struct kmt_certs *certs)
{
	const struct kmt_cert *cert;

	kmt_vec_foreach (cert, &certs->rows)
		kmt_lazy_crypto(NULL)->X509_free(cert->x509);
	kmt_vec_free(&certs->rows);
	kmt_arena_free(&certs->arena);
}

/* Verification. */

/* What the signature of one signer is checked with. */
struct verifying {
	const struct kmt_lazy_crypto *crypto;
	struct kmt_kofile *ko;
	uint64_t covered;
	EVP_MD_CTX *digest;
	bool failed;
};

static void feed(void *ctx, const void *data, size_t n)
{
	struct verifying *v = ctx;

	if (v->crypto->EVP_DigestUpdate(v->digest, data, n) != 1)
		v->failed = true;
}

static int feed_all(struct verifying *v, struct kmt_err *err)
{
	return kmt_kofile_feed(v->ko, v->covered, feed, v, err);
}

/* The signature is that of the data. */
static int verify_data(struct verifying *v, const EVP_MD *md, CMS_SignerInfo *info,
	const struct kmt_cert *cert, enum kmt_verify *out, struct kmt_err *err)
{
	const struct kmt_lazy_crypto *crypto = v->crypto;
	EVP_PKEY *key = crypto->X509_get0_pubkey(cert->x509);
	const ASN1_OCTET_STRING *value = crypto->CMS_SignerInfo_get0_signature(info);
	int r;

	*out = KMT_VERIFY_UNSUPPORTED;
	if (!key || crypto->EVP_DigestVerifyInit(v->digest, NULL, md, NULL, key) != 1)
		return 0;
	r = feed_all(v, err);
	if (r < 0 || v->failed)
		return r;
	*out = crypto->EVP_DigestVerifyFinal(v->digest, crypto->ASN1_STRING_get0_data(value),
		       (size_t)crypto->ASN1_STRING_length(value)) == 1
		       ? KMT_VERIFY_GOOD
		       : KMT_VERIFY_BAD;
	return 0;
}

/* The signature is that of the attributes, one of which is the digest of the data. */
static int verify_attributes(struct verifying *v, const EVP_MD *md, CMS_SignerInfo *info,
	const struct kmt_cert *cert, enum kmt_verify *out, struct kmt_err *err)
{
	const struct kmt_lazy_crypto *crypto = v->crypto;
	const ASN1_OCTET_STRING *said = crypto->CMS_signed_get0_data_by_OBJ(
		info, crypto->OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	int r;

	*out = KMT_VERIFY_UNSUPPORTED;
	if (crypto->EVP_DigestInit_ex(v->digest, md, NULL) != 1)
		return 0;
	r = feed_all(v, err);
	if (r < 0 || v->failed || crypto->EVP_DigestFinal_ex(v->digest, digest, &n) != 1)
		return r;
	*out = KMT_VERIFY_BAD;
	if (!said || (unsigned int)crypto->ASN1_STRING_length(said) != n ||
		memcmp(crypto->ASN1_STRING_get0_data(said), digest, n) != 0)
		return 0;
	crypto->CMS_SignerInfo_set1_signer_cert(info, cert->x509);
	if (crypto->CMS_SignerInfo_verify(info) == 1)
		*out = KMT_VERIFY_GOOD;
	return 0;
}

static int verify_with(struct verifying *v, CMS_SignerInfo *info, const struct kmt_cert *cert,
	struct kmt_signer *signer, struct kmt_err *err)
{
	const struct kmt_lazy_crypto *crypto = v->crypto;
	const EVP_MD *md = crypto->EVP_get_digestbyname(signer->hash);
	int r;

	signer->cert = cert;
	signer->result = KMT_VERIFY_UNSUPPORTED;
	if (!md || (strcmp(signer->algo, "RSA") != 0 && strcmp(signer->algo, "ECDSA") != 0))
		return 0;
	v->digest = crypto->EVP_MD_CTX_new();
	v->failed = false;
	r = crypto->CMS_signed_get_attr_count(info) > 0
		    ? verify_attributes(v, md, info, cert, &signer->result, err)
		    : verify_data(v, md, info, cert, &signer->result, err);
	crypto->EVP_MD_CTX_free(v->digest);
	return r;
}

/* Two keys may have the same issuer and number: the first that fits wholly wins. */
static int verify_signer(struct verifying *v, CMS_SignerInfo *info, const struct kmt_certs *certs,
	struct kmt_signer *out, struct kmt_err *err)
{
	const struct kmt_cert *cert;
	int r = 0;

	kmt_vec_foreach (cert, &certs->rows)
		if (!r && out->result != KMT_VERIFY_GOOD && !v->crypto->CMS_SignerInfo_cert_cmp(info, cert->x509))
			r = verify_with(v, info, cert, out, err);
	return r;
}

static int verify_signers(struct kmt_kofile *ko, const struct kmt_ko_sigblob *blob,
	const struct kmt_certs *certs, struct kmt_verification *out, struct kmt_err *err)
{
	const struct kmt_lazy_crypto *crypto = kmt_lazy_crypto(err);
	struct verifying v = {.crypto = crypto, .ko = ko, .covered = blob->covered};
	const unsigned char *p = blob->data;
	const OPENSSL_STACK *signers;
	CMS_ContentInfo *cms;
	int r = 0;

	if (!crypto)
		return -EOPNOTSUPP;
	cms = crypto->d2i_CMS_ContentInfo(NULL, &p, (long)blob->n);
	signers = cms ? (void *)crypto->CMS_get0_SignerInfos(cms) : NULL;
	/* What libcrypto refuses or reads in another way is not verified. */
	if (!signers || (size_t)crypto->OPENSSL_sk_num(signers) != out->n)
		out->n = 0;
	for (size_t i = 0; !r && i < out->n; i++)
		r = verify_signer(&v, crypto->OPENSSL_sk_value(signers, (int)i), certs, &out->signers[i], err);
	crypto->CMS_ContentInfo_free(cms);
	crypto->ERR_clear_error();
	return r;
}
#else
int kmt_certs_add(struct kmt_certs *certs, const void *data, size_t n, const char *from, unsigned int place,
	struct kmt_err *err)
{
	kmt_lazy_get(KMT_LAZY_CRYPTO, err);
	return -EOPNOTSUPP;
}

void kmt_certs_free(struct kmt_certs *certs)
{
}

static int verify_signers(struct kmt_kofile *ko, const struct kmt_ko_sigblob *blob,
	const struct kmt_certs *certs, struct kmt_verification *out, struct kmt_err *err)
{
	kmt_lazy_get(KMT_LAZY_CRYPTO, err);
	return -EOPNOTSUPP;
}
#endif

static enum kmt_verify sum_up(const struct kmt_verification *v)
{
	static const enum kmt_verify order[] = {
		KMT_VERIFY_BAD, KMT_VERIFY_GOOD, KMT_VERIFY_UNSUPPORTED, KMT_VERIFY_NO_CERT};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(order); i++)
		for (size_t j = 0; j < v->n; j++)
			if (v->signers[j].result == order[i])
				return order[i];
	return KMT_VERIFY_DAMAGED;
}

static struct kmt_signer keep_signer(const struct kmt_signature *sig, struct kmt_arena *arena)
{
	unsigned char *key = kmt_arena_alloc(arena, sig->key_n + 1);

	memcpy(key, sig->key, sig->key_n);
	return (struct kmt_signer){
		.issuer = kmt_arena_strndup(arena, sig->signer, sig->signer_n),
		.key = key,
		.key_n = sig->key_n,
		.by_key_id = sig->by_key_id,
		.hash = kmt_arena_strdup(arena, sig->hash),
		.algo = kmt_arena_strdup(arena, sig->algo),
		.result = KMT_VERIFY_NO_CERT,
	};
}

int kmt_signature_verify(struct kmt_kofile *ko, const struct kmt_ko_sigblob *blob,
	const struct kmt_certs *certs, struct kmt_arena *arena, struct kmt_verification *out,
	struct kmt_err *err)
{
	struct kmt_signature sig = {0};
	struct kmt_pkcs7 m;
	bool attributes;
	int r = 0;

	*out = (struct kmt_verification){.result = KMT_VERIFY_DAMAGED};
	if (!kmt_pkcs7_open(&m, blob))
		return 0;
	out->attached = m.attached;
	out->signers = kmt_arena_alloc(arena, (m.n + 1) * sizeof(*out->signers));
	while (out->n < m.n && kmt_pkcs7_signer(&m, &sig, &attributes)) {
		out->attributes |= attributes;
		out->signers[out->n++] = keep_signer(&sig, arena);
	}
	if (out->n < m.n)
		out->n = 0;
	if (out->n && certs->rows.n)
		r = verify_signers(ko, blob, certs, out, err);
	if (!r)
		out->result = sum_up(out);
	return r;
}
