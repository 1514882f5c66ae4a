/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "signature_priv.h"

#include <errno.h>
#include <fnmatch.h>
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
	out->hash = hashes[blob->hash];
	if (blob->algo < KMT_ARRAY_SIZE(algos))
		out->algo = algos[blob->algo];
	out->signers = 1;
	out->signer = (const char *)blob->signer;
	out->signer_n = blob->signer_n;
	out->key = blob->key_id;
	out->key_n = blob->key_id_n;
	out->value = blob->data;
	out->value_n = blob->n;
	return 0;
}

/* What the reader found; the signature itself is at the end of BLOB, or was copied. */
static void from_memory(const struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob,
	struct kmt_signature *out)
{
	bool at_end = reader->total != 0;

	out->hash = reader->hash;
	out->algo = reader->algo;
	out->signers = reader->signers;
	out->signer = kmt_strbuf_str(&reader->signer);
	out->signer_n = reader->signer.len;
	out->key = (const unsigned char *)kmt_strbuf_str(&reader->key);
	out->key_n = reader->key.len;
	out->by_key_id = reader->by_key_id;
	out->value = at_end ? blob->data + reader->prefix.len
			    : (const unsigned char *)kmt_strbuf_str(&reader->value);
	out->value_n = at_end ? blob->n - reader->prefix.len : reader->value.len;
}

static bool remembers(const struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob)
{
	return reader->total && blob->n == reader->total &&
	       !memcmp(blob->data, reader->prefix.s, reader->prefix.len);
}

/*
 * With one signer and without unsigned attributes, DER leaves no other place for the signature than the end
 * of the message: what is before it is what other messages of the same key begin with.
 */
static void remember(struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob)
{
	size_t n = reader->value.len;

	if (reader->signers != 1 || !n || n > blob->n ||
		memcmp(blob->data + blob->n - n, reader->value.s, n) != 0)
		return;
	kmt_strbuf_truncate(&reader->prefix, 0);
	kmt_strbuf_add(&reader->prefix, blob->data, blob->n - n);
	reader->total = blob->n;
}

static void fill(struct kmt_strbuf *out, const void *data, size_t n)
{
	kmt_strbuf_truncate(out, 0);
	kmt_strbuf_add(out, data, n);
}

/* As read_message() does, without libcrypto. */
static bool read_plain_message(struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob)
{
	struct kmt_signature sig;

	if (!kmt_signature_plain(blob, &sig))
		return false;
	fill(&reader->signer, sig.signer, sig.signer_n);
	fill(&reader->key, sig.key, sig.key_n);
	fill(&reader->value, sig.value, sig.value_n);
	snprintf(reader->hash, sizeof(reader->hash), "%s", sig.hash);
	snprintf(reader->algo, sizeof(reader->algo), "%s", sig.algo);
	reader->signers = sig.signers;
	reader->by_key_id = sig.by_key_id;
	reader->total = 0;
	remember(reader, blob);
	return true;
}

#ifdef HAVE_CRYPTO
static void copy(const struct kmt_lazy_crypto *crypto, const ASN1_STRING *s, struct kmt_strbuf *out)
{
	kmt_strbuf_truncate(out, 0);
	if (s)
		kmt_strbuf_add(out, crypto->ASN1_STRING_get0_data(s),
			(size_t)crypto->ASN1_STRING_length(s));
}

/* The common name of the issuer, NULL if it has none. */
static const ASN1_STRING *common_name(const struct kmt_lazy_crypto *crypto, const X509_NAME *name)
{
	int i = name ? crypto->X509_NAME_get_index_by_NID(name, NID_commonName, -1) : -1;

	return i < 0 ? NULL
		     : crypto->X509_NAME_ENTRY_get_data(crypto->X509_NAME_get_entry(name, i));
}

/* The name of the key's algorithm: the field has that, or its combination with a hash. */
static void name_algo(const char *oid, char *out, size_t size)
{
	static const char *const names[][2] = {
		{"1.2.840.113549.1.1.10", "RSA-PSS"}, {"1.2.840.113549.1.1.*", "RSA"},
		{"1.2.840.10045.2.1", "ECDSA"}, {"1.2.840.10045.4.*", "ECDSA"},
		{"2.16.840.1.101.3.4.3.9", "ECDSA"}, {"2.16.840.1.101.3.4.3.1[0-2]", "ECDSA"},
		{"2.16.840.1.101.3.4.3.1[3-6]", "RSA"}, {"2.16.840.1.101.3.4.3.17", "ML-DSA-44"},
		{"2.16.840.1.101.3.4.3.18", "ML-DSA-65"}, {"2.16.840.1.101.3.4.3.19", "ML-DSA-87"},
		{"1.2.643.*", "EC-RDSA"}, {"1.2.156.10197.1.*", "SM2"}, {"1.3.101.112", "Ed25519"},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (!fnmatch(names[i][0], oid, 0))
			oid = names[i][1];
	snprintf(out, size, "%s", *oid ? oid : "unknown");
}

#define ALGO_NAME 64

static void read_algos(const struct kmt_lazy_crypto *crypto, CMS_SignerInfo *info, char hash[ALGO_NAME],
	char name[ALGO_NAME])
{
	X509_ALGOR *digest = NULL, *algo = NULL;
	const ASN1_OBJECT *object = NULL;
	char oid[ALGO_NAME] = "";

	*hash = '\0';
	crypto->CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, &algo);
	if (digest)
		crypto->X509_ALGOR_get0(&object, NULL, NULL, digest);
	if (object)
		crypto->OBJ_obj2txt(hash, ALGO_NAME, object, 0);
	object = NULL;
	if (algo)
		crypto->X509_ALGOR_get0(&object, NULL, NULL, algo);
	if (object)
		crypto->OBJ_obj2txt(oid, sizeof(oid), object, 1);
	name_algo(oid, name, ALGO_NAME);
}

static void read_signer(
	const struct kmt_lazy_crypto *crypto, CMS_SignerInfo *info, struct kmt_sigreader *reader)
{
	ASN1_OCTET_STRING *key_id = NULL;
	ASN1_INTEGER *serial = NULL;
	X509_NAME *issuer = NULL;

	crypto->CMS_SignerInfo_get0_signer_id(info, &key_id, &issuer, &serial);
	copy(crypto, common_name(crypto, issuer), &reader->signer);
	copy(crypto, serial ? serial : key_id, &reader->key);
	reader->by_key_id = !serial;
	copy(crypto, crypto->CMS_SignerInfo_get0_signature(info), &reader->value);
	read_algos(crypto, info, reader->hash, reader->algo);
}

static int read_message(const struct kmt_lazy_crypto *crypto, struct kmt_sigreader *reader,
	const struct kmt_ko_sigblob *blob, struct kmt_err *err)
{
	const unsigned char *p = blob->data;
	CMS_ContentInfo *cms = crypto->d2i_CMS_ContentInfo(NULL, &p, (long)blob->n);
	const OPENSSL_STACK *signers = cms ? (void *)crypto->CMS_get0_SignerInfos(cms) : NULL;
	int n = signers ? crypto->OPENSSL_sk_num(signers) : -1, r = 0;

	if (n > 0) {
		reader->signers = (unsigned int)n;
		read_signer(crypto, crypto->OPENSSL_sk_value(signers, 0), reader);
		remember(reader, blob);
	} else {
		r = bad(err, n < 0 ? "no PKCS#7 message that can be read" : "a PKCS#7 message without a signer");
	}
	crypto->CMS_ContentInfo_free(cms);
	crypto->ERR_clear_error();
	return r;
}

static int parse_pkcs7(
	struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob, struct kmt_err *err)
{
	const struct kmt_lazy_crypto *crypto = kmt_lazy_crypto(err);

	reader->total = 0;
	return crypto ? read_message(crypto, reader, blob, err) : -EOPNOTSUPP;
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
	struct kmt_arena *arena, struct kmt_signer *out, struct kmt_err *err)
{
	const struct kmt_lazy_crypto *crypto = v->crypto;
	ASN1_OCTET_STRING *key_id = NULL;
	ASN1_INTEGER *serial = NULL;
	char hash[ALGO_NAME], algo[ALGO_NAME];
	const struct kmt_cert *cert;
	X509_NAME *issuer = NULL;
	int r = 0;
	size_t n;

	crypto->CMS_SignerInfo_get0_signer_id(info, &key_id, &issuer, &serial);
	read_algos(crypto, info, hash, algo);
	*out = (struct kmt_signer){.by_key_id = !serial, .result = KMT_VERIFY_NO_CERT};
	out->issuer = (const char *)keep(crypto, common_name(crypto, issuer), arena, &n);
	out->key = keep(crypto, serial ? serial : key_id, arena, &out->key_n);
	out->hash = kmt_arena_strdup(arena, hash);
	out->algo = kmt_arena_strdup(arena, algo);
	kmt_vec_foreach (cert, &certs->rows)
		if (!r && out->result != KMT_VERIFY_GOOD &&
			!crypto->CMS_SignerInfo_cert_cmp(info, cert->x509))
			r = verify_with(v, info, cert, out, err);
	return r;
}

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

static int verify_message(struct verifying *v, CMS_ContentInfo *cms, const struct kmt_certs *certs,
	struct kmt_arena *arena, struct kmt_verification *out, struct kmt_err *err)
{
	const struct kmt_lazy_crypto *crypto = v->crypto;
	const OPENSSL_STACK *signers = (void *)crypto->CMS_get0_SignerInfos(cms);
	ASN1_OCTET_STRING **content = crypto->CMS_get0_content(cms);
	int n = signers ? crypto->OPENSSL_sk_num(signers) : 0, r = 0;

	out->attached = content && *content;
	out->n = n > 0 ? (size_t)n : 0;
	out->signers = kmt_arena_alloc(arena, (out->n + 1) * sizeof(*out->signers));
	for (int i = 0; !r && i < n; i++) {
		CMS_SignerInfo *info = crypto->OPENSSL_sk_value(signers, i);

		out->attributes |= crypto->CMS_signed_get_attr_count(info) > 0;
		r = verify_signer(v, info, certs, arena, &out->signers[i], err);
	}
	if (!r)
		out->result = sum_up(out);
	return r;
}

static int verify_by_libcrypto(struct kmt_kofile *ko, const struct kmt_ko_sigblob *blob,
	const struct kmt_certs *certs, struct kmt_arena *arena, struct kmt_verification *out,
	struct kmt_err *err)
{
	struct verifying v = {.crypto = kmt_lazy_crypto(err), .ko = ko, .covered = blob->covered};
	const unsigned char *p = blob->data;
	CMS_ContentInfo *cms;
	int r = 0;

	if (!v.crypto)
		return -EOPNOTSUPP;
	*out = (struct kmt_verification){.result = KMT_VERIFY_DAMAGED};
	cms = v.crypto->d2i_CMS_ContentInfo(NULL, &p, (long)blob->n);
	if (cms)
		r = verify_message(&v, cms, certs, arena, out, err);
	v.crypto->CMS_ContentInfo_free(cms);
	v.crypto->ERR_clear_error();
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

static int verify_by_libcrypto(struct kmt_kofile *ko, const struct kmt_ko_sigblob *blob,
	const struct kmt_certs *certs, struct kmt_arena *arena, struct kmt_verification *out,
	struct kmt_err *err)
{
	kmt_lazy_get(KMT_LAZY_CRYPTO, err);
	return -EOPNOTSUPP;
}

static int parse_pkcs7(
	struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob, struct kmt_err *err)
{
	kmt_lazy_get(KMT_LAZY_CRYPTO, err);
	return -EOPNOTSUPP;
}
#endif

/* There is nothing to verify it with: only who signed it is to be told. */
static bool find_signer(
	const struct kmt_ko_sigblob *blob, struct kmt_arena *arena, struct kmt_verification *out)
{
	struct kmt_signature sig;
	unsigned char *key;

	if (!kmt_signature_plain(blob, &sig))
		return false;
	key = kmt_arena_alloc(arena, sig.key_n);
	memcpy(key, sig.key, sig.key_n);
	out->result = KMT_VERIFY_NO_CERT;
	out->n = 1;
	out->signers = KMT_ARENA_NEW(arena, struct kmt_signer);
	*out->signers = (struct kmt_signer){
		.issuer = kmt_arena_strndup(arena, sig.signer, sig.signer_n),
		.key = key,
		.key_n = sig.key_n,
		.by_key_id = sig.by_key_id,
		.hash = sig.hash,
		.algo = sig.algo,
		.result = KMT_VERIFY_NO_CERT,
	};
	return true;
}

int kmt_signature_verify(struct kmt_kofile *ko, const struct kmt_ko_sigblob *blob,
	const struct kmt_certs *certs, struct kmt_arena *arena, struct kmt_verification *out,
	struct kmt_err *err)
{
	*out = (struct kmt_verification){.result = KMT_VERIFY_UNSUPPORTED};
	if (!certs->rows.n && find_signer(blob, arena, out))
		return 0;
	return verify_by_libcrypto(ko, blob, certs, arena, out, err);
}

int kmt_signature_read(struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob,
	struct kmt_signature *out, struct kmt_err *err)
{
	int r = 0;

	*out = (struct kmt_signature){.signer = "", .hash = "unknown", .algo = "unknown"};
	if (blob->id_type >= KMT_ARRAY_SIZE(id_types))
		return bad(err, "of an unknown kind");
	out->id = id_types[blob->id_type];
	if (blob->id_type != ID_PKCS7)
		return read_plain(blob, out, err);
	if (!remembers(reader, blob) && !read_plain_message(reader, blob))
		r = parse_pkcs7(reader, blob, err);
	if (r == 0)
		from_memory(reader, blob, out);
	return r == -EOPNOTSUPP ? 0 : r;
}

void kmt_sigreader_free(struct kmt_sigreader *reader)
{
	kmt_strbuf_free(&reader->prefix);
	kmt_strbuf_free(&reader->signer);
	kmt_strbuf_free(&reader->key);
	kmt_strbuf_free(&reader->value);
	reader->total = 0;
}
