/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/signature.h>

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
	out->value = at_end ? blob->data + reader->prefix.len
			    : (const unsigned char *)kmt_strbuf_str(&reader->value);
	out->value_n = at_end ? blob->n - reader->prefix.len : reader->value.len;
}

static bool remembers(const struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob)
{
	return reader->total && blob->n == reader->total &&
	       !memcmp(blob->data, reader->prefix.s, reader->prefix.len);
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

static void read_algos(
	const struct kmt_lazy_crypto *crypto, CMS_SignerInfo *info, struct kmt_sigreader *reader)
{
	X509_ALGOR *digest = NULL, *algo = NULL;
	const ASN1_OBJECT *object = NULL;
	char oid[64] = "";

	reader->hash[0] = '\0';
	crypto->CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, &algo);
	if (digest)
		crypto->X509_ALGOR_get0(&object, NULL, NULL, digest);
	if (object)
		crypto->OBJ_obj2txt(reader->hash, sizeof(reader->hash), object, 0);
	object = NULL;
	if (algo)
		crypto->X509_ALGOR_get0(&object, NULL, NULL, algo);
	if (object)
		crypto->OBJ_obj2txt(oid, sizeof(oid), object, 1);
	name_algo(oid, reader->algo, sizeof(reader->algo));
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

static void read_signer(
	const struct kmt_lazy_crypto *crypto, CMS_SignerInfo *info, struct kmt_sigreader *reader)
{
	ASN1_OCTET_STRING *key_id = NULL;
	ASN1_INTEGER *serial = NULL;
	X509_NAME *issuer = NULL;

	crypto->CMS_SignerInfo_get0_signer_id(info, &key_id, &issuer, &serial);
	copy(crypto, common_name(crypto, issuer), &reader->signer);
	copy(crypto, serial ? serial : key_id, &reader->key);
	copy(crypto, crypto->CMS_SignerInfo_get0_signature(info), &reader->value);
	read_algos(crypto, info, reader);
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
#else
static int parse_pkcs7(
	struct kmt_sigreader *reader, const struct kmt_ko_sigblob *blob, struct kmt_err *err)
{
	kmt_lazy_get(KMT_LAZY_CRYPTO, err);
	return -EOPNOTSUPP;
}
#endif

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
	if (!remembers(reader, blob))
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
