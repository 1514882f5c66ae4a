/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <string.h>
#ifdef HAVE_CRYPTO
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#endif

#include <kmt/base/alloc.h>
#include <kmt/source/signature.h>
#include <kmt/sys/lazy.h>
#include "elf_fixture.h"

static const char marker[] = "~Module signature appended~\n";

/* Appends what signing appends: NAME, KEY and MESSAGE, the header, the marker. */
static void append(struct kmt_strbuf *out, const unsigned char kind[3], const char *name,
	const char *key, const void *message, size_t n)
{
	unsigned char header[12] = {
		kind[0], kind[1], kind[2], (unsigned char)strlen(name), (unsigned char)strlen(key)};

	for (int i = 0; i < 4; i++)
		header[8 + i] = (unsigned char)(n >> 8 * (3 - i));
	kmt_strbuf_addstr(out, name);
	kmt_strbuf_addstr(out, key);
	kmt_strbuf_add(out, message, n);
	kmt_strbuf_add(out, header, sizeof(header));
	kmt_strbuf_addstr(out, marker);
}

static void make_module(struct kmt_strbuf *out)
{
	struct elf_fixture f;

	elf_fixture_module(&f, true, false, EM_X86_64);
	elf_fixture_write(&f, out);
}

static void read_blob(
	const struct kmt_strbuf *file, struct kmt_kofile *ko, struct kmt_ko_sigblob *blob)
{
	assert_int_equal(kmt_kofile_open_buffer(ko, "m.ko", file->s, file->len, NULL), 0);
	assert_int_equal(kmt_kofile_sigblob(ko, blob, NULL), 0);
}

static void plain_formats(void **state)
{
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_sigreader reader = {.total = 0};
	struct kmt_ko_sigblob blob;
	struct kmt_signature sig;

	make_module(&file);
	read_blob(&file, ko, &blob);
	assert_false(blob.present);
	append(&file, (unsigned char[]){1, 4, 1}, "Some signer", "KEYID", "0123456789", 10);
	read_blob(&file, ko, &blob);
	assert_true(blob.present);
	assert_false(blob.damaged);
	assert_int_equal(kmt_signature_read(&reader, &blob, &sig, NULL), 0);
	assert_string_equal(sig.id, "X509");
	assert_string_equal(sig.hash, "sha256");
	assert_string_equal(sig.algo, "RSA");
	assert_int_equal(sig.signer_n, 11);
	assert_memory_equal(sig.signer, "Some signer", 11);
	assert_int_equal(sig.key_n, 5);
	assert_memory_equal(sig.key, "KEYID", 5);
	assert_int_equal(sig.value_n, 10);
	assert_memory_equal(sig.value, "0123456789", 10);

	blob.hash = 200;
	assert_int_equal(kmt_signature_read(&reader, &blob, &sig, NULL), -EBADMSG);
	blob.id_type = 3;
	assert_int_equal(kmt_signature_read(&reader, &blob, &sig, NULL), -EBADMSG);
	kmt_sigreader_free(&reader);
	kmt_kofile_free(ko);
}

/* The length is checked against what is in front of it; the file need not be longer than the
 * marker. */
static void lengths_are_checked(void **state)
{
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_ko_sigblob blob;

	make_module(&file);
	append(&file, (unsigned char[]){0, 0, 2}, "", "", "0123456789", 10);
	for (int i = 0; i < 4; i++) {
		char *length = file.s + file.len - strlen(marker) - 4;

		length[i] ^= 0x7f;
		read_blob(&file, ko, &blob);
		assert_true(blob.present);
		assert_true(
			blob.damaged == (i < 3)); /* the last one only makes it a little longer */
		length[i] ^= 0x7f;
	}
	make_module(&file);
	append(&file, (unsigned char[]){0, 0, 2}, "", "", "", 0);
	read_blob(&file, ko, &blob);
	assert_true(blob.damaged);
	kmt_kofile_free(ko);
}

static void rubbish_is_refused(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_sigreader reader = {.total = 0};
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2};
	struct kmt_signature sig;

	blob.data = (const unsigned char *)"0123456789";
	blob.n = 10;
	if (kmt_lazy_built(KMT_LAZY_CRYPTO)) {
		assert_int_equal(kmt_signature_read(&reader, &blob, &sig, &err), -EBADMSG);
	} else {
		assert_int_equal(kmt_signature_read(&reader, &blob, &sig, &err), 0);
		assert_string_equal(sig.id, "PKCS#7");
		assert_string_equal(sig.hash, "unknown");
		assert_int_equal(sig.value_n, 0);
	}
	assert_non_null(err.msg);
	kmt_sigreader_free(&reader);
}

#ifdef HAVE_CRYPTO
struct signer {
	EVP_PKEY *key;
	X509 *cert;
};

/* A certificate for the key of S, signed by itself. */
static void certify(struct signer *signer, const char *name, long serial)
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

static struct signer make_signer(const char *name, long serial)
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

static void free_signer(struct signer *s)
{
	X509_free(s->cert);
	EVP_PKEY_free(s->key);
}

/* As the kernel's scripts/sign-file does it, by ALSO as well if it is not NULL. */
static unsigned char *sign_both(const struct signer *s, const struct signer *also, const char *text,
	unsigned int flags, int *n)
{
	unsigned int common = CMS_NOCERTS | CMS_BINARY | CMS_NOSMIMECAP | CMS_NOATTR;
	BIO *in = BIO_new_mem_buf(text, -1);
	CMS_ContentInfo *cms =
		CMS_sign(NULL, NULL, NULL, NULL, common | CMS_PARTIAL | CMS_DETACHED | CMS_STREAM);
	unsigned char *der = NULL;

	assert_non_null(cms);
	assert_non_null(CMS_add1_signer(cms, s->cert, s->key, EVP_sha512(), common | flags));
	if (also)
		assert_non_null(CMS_add1_signer(cms, also->cert, also->key, EVP_sha512(), common | flags));
	assert_int_equal(CMS_final(cms, in, NULL, CMS_NOCERTS | CMS_BINARY), 1);
	*n = i2d_CMS_ContentInfo(cms, &der);
	assert_true(*n > 0);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	return der;
}

static unsigned char *sign(const struct signer *s, const char *text, unsigned int flags, int *n)
{
	return sign_both(s, NULL, text, flags, n);
}

static void check(struct kmt_sigreader *reader, const unsigned char *der, int n, const char *signer,
	const void *key, size_t key_n)
{
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2, .data = der, .n = (size_t)n};
	struct kmt_signature sig;

	assert_int_equal(kmt_signature_read(reader, &blob, &sig, NULL), 0);
	assert_string_equal(sig.id, "PKCS#7");
	assert_string_equal(sig.hash, "sha512");
	assert_string_equal(sig.algo, "RSA");
	assert_int_equal(sig.signers, 1);
	assert_int_equal(sig.signer_n, strlen(signer));
	assert_memory_equal(sig.signer, signer, sig.signer_n);
	assert_int_equal(sig.key_n, key_n);
	assert_memory_equal(sig.key, key, key_n);
	assert_int_equal(sig.value_n, 128); /* of 1024 bits */
	assert_ptr_equal(sig.value, der + n - 128);
}

static void pkcs7_of_several_keys(void **state)
{
	struct signer one = make_signer("Key one", 0x123456),
		      two = make_signer("Key two", 0x654321);
	struct kmt_sigreader reader = {.total = 0};
	const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(one.cert);
	const struct signer *keys[] = {&one, &one, &two, &one};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(keys); i++) {
		int n, last = keys[i] == &two;
		unsigned char *der = sign(keys[i], i ? "another text" : "text", 0, &n);
		size_t total = reader.total;
		bool known = i == 1;

		if (known)
			kmt_strbuf_addstr(&reader.signer, "!"); /* seen if it is remembered */
		check(&reader, der, n,
			known  ? "Key one!"
			: last ? "Key two"
			       : "Key one",
			last ? "\x65\x43\x21" : "\x12\x34\x56", 3);
		assert_true(!known || reader.total == total);
		OPENSSL_free(der);
	}
	for (int i = 0; i < 2; i++) {
		int n;
		unsigned char *der = sign(&one, "text", CMS_USE_KEYID, &n);

		check(&reader, der, n, "", ASN1_STRING_get0_data(ski),
			(size_t)ASN1_STRING_length(ski));
		OPENSSL_free(der);
	}
	kmt_sigreader_free(&reader);
	free_signer(&one);
	free_signer(&two);
}

/* The kernel is content with one of several signers: the first is shown, and how many there are. */
static void several_signers(void **state)
{
	struct signer one = make_signer("Key one", 1), two = make_signer("Key two", 2);
	struct kmt_sigreader reader = {.total = 0};
	int n;
	unsigned char *der = sign_both(&one, &two, "text", 0, &n);
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2, .data = der, .n = (size_t)n};

	for (int i = 0; i < 2; i++) {
		struct kmt_signature sig;

		assert_int_equal(kmt_signature_read(&reader, &blob, &sig, NULL), 0);
		assert_int_equal(sig.signers, 2);
		assert_int_equal(sig.signer_n, strlen("Key one"));
		assert_int_equal(sig.value_n, 128);
		assert_int_equal(reader.total, 0);
	}
	OPENSSL_free(der);
	kmt_sigreader_free(&reader);
	free_signer(&one);
	free_signer(&two);
}

static void ecdsa_is_named(void **state)
{
	struct signer s = {.key = EVP_EC_gen("P-256")};
	struct kmt_sigreader reader = {.total = 0};
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2};
	struct kmt_signature sig;
	unsigned char *der;
	int n;

	assert_non_null(s.key);
	certify(&s, "EC key", 3);
	der = sign(&s, "text", 0, &n);
	blob.data = der;
	blob.n = (size_t)n;
	assert_int_equal(kmt_signature_read(&reader, &blob, &sig, NULL), 0);
	assert_string_equal(sig.algo, "ECDSA");
	OPENSSL_free(der);
	kmt_sigreader_free(&reader);
	free_signer(&s);
}

/* A message that is cut or changed never passes for the one that is remembered. */
static void damaged_messages(void **state)
{
	struct signer one = make_signer("Key one", 7);
	struct kmt_sigreader reader = {.total = 0};
	int n;
	unsigned char *der = sign(&one, "text", 0, &n);

	for (int cut = 0; cut < n; cut++) {
		struct kmt_ko_sigblob blob = {
			.present = true, .id_type = 2, .data = der, .n = (size_t)cut};
		struct kmt_signature sig;

		check(&reader, der, n, "Key one", "\7", 1);
		assert_int_equal(kmt_signature_read(&reader, &blob, &sig, NULL), -EBADMSG);
	}
	OPENSSL_free(der);
	kmt_sigreader_free(&reader);
	free_signer(&one);
}
#else
#define pkcs7_of_several_keys unit_nothing
#define several_signers unit_nothing
#define ecdsa_is_named unit_nothing
#define damaged_messages unit_nothing
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_formats),
		cmocka_unit_test(lengths_are_checked),
		cmocka_unit_test(rubbish_is_refused),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, pkcs7_of_several_keys, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, several_signers, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, ecdsa_is_named, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, damaged_messages, NULL, NULL),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
