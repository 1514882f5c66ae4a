/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#ifdef HAVE_CRYPTO
#include <openssl/err.h>
#include <openssl/pem.h>
#endif

#include <kmt/base/alloc.h>
#include <kmt/source/signature.h>
#include <kmt/sys/lazy.h>
#include "elf_fixture.h"
#include "sign_fixture.h"

static const char marker[] = "~Module signature appended~\n";

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
	struct kmt_ko_sigblob blob;
	struct kmt_signature sig;

	make_module(&file);
	read_blob(&file, ko, &blob);
	assert_false(blob.present);
	append_signature(&file, (unsigned char[]){1, 4, 1}, "Some signer", "KEYID", "0123456789", 10);
	read_blob(&file, ko, &blob);
	assert_true(blob.present);
	assert_false(blob.damaged);
	assert_int_equal(kmt_signature_read(&blob, &sig, NULL), 0);
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
	assert_int_equal(kmt_signature_read(&blob, &sig, NULL), -EBADMSG);
	blob.id_type = 3;
	assert_int_equal(kmt_signature_read(&blob, &sig, NULL), -EBADMSG);
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
	append_signature(&file, (unsigned char[]){0, 0, 2}, "", "", "0123456789", 10);
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
	append_signature(&file, (unsigned char[]){0, 0, 2}, "", "", "", 0);
	read_blob(&file, ko, &blob);
	assert_true(blob.damaged);
	kmt_kofile_free(ko);
}

static void rubbish_is_refused(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2};
	struct kmt_signature sig;

	blob.data = (const unsigned char *)"0123456789";
	blob.n = 10;
	assert_int_equal(kmt_signature_read(&blob, &sig, &err), -EBADMSG);
	assert_non_null(err.msg);
}

#ifdef HAVE_CRYPTO
static unsigned char *sign(const struct signer *s, const char *text, unsigned int flags, int *n)
{
	return sign_message(s, NULL, text, strlen(text), SIGN_FILE | flags, n);
}

static void check(
	const unsigned char *der, int n, const char *signer, const void *key, size_t key_n)
{
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2, .data = der, .n = (size_t)n};
	struct kmt_signature sig;

	assert_int_equal(kmt_signature_read(&blob, &sig, NULL), 0);
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
	const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(one.cert);
	const struct signer *keys[] = {&one, &one, &two, &one};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(keys); i++) {
		int n, last = keys[i] == &two;
		unsigned char *der = sign(keys[i], i ? "another text" : "text", 0, &n);

		check(der, n, last ? "Key two" : "Key one", last ? "\x65\x43\x21" : "\x12\x34\x56", 3);
		OPENSSL_free(der);
	}
	for (int i = 0; i < 2; i++) {
		int n;
		unsigned char *der = sign(&one, "text", CMS_USE_KEYID, &n);

		check(der, n, "", ASN1_STRING_get0_data(ski),
			(size_t)ASN1_STRING_length(ski));
		OPENSSL_free(der);
	}
	free_signer(&one);
	free_signer(&two);
}

/* The kernel is content with one of several signers: the first is shown, and how many there are. */
static void several_signers(void **state)
{
	struct signer one = make_signer("Key one", 1), two = make_signer("Key two", 2);
	int n;
	unsigned char *der = sign_message(&one, &two, "text", 4, SIGN_FILE, &n);
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2, .data = der, .n = (size_t)n};

	for (int i = 0; i < 2; i++) {
		struct kmt_signature sig;

		assert_int_equal(kmt_signature_read(&blob, &sig, NULL), 0);
		assert_int_equal(sig.signers, 2);
		assert_int_equal(sig.signer_n, strlen("Key one"));
		assert_int_equal(sig.value_n, 128);
	}
	OPENSSL_free(der);
	free_signer(&one);
	free_signer(&two);
}

static void ecdsa_is_named(void **state)
{
	struct signer s = {.key = EVP_EC_gen("P-256")};
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2};
	struct kmt_signature sig;
	unsigned char *der;
	int n;

	assert_non_null(s.key);
	certify(&s, "EC key", 3);
	der = sign(&s, "text", 0, &n);
	blob.data = der;
	blob.n = (size_t)n;
	assert_int_equal(kmt_signature_read(&blob, &sig, NULL), 0);
	assert_string_equal(sig.algo, "ECDSA");
	OPENSSL_free(der);
	free_signer(&s);
}

/* A message that is cut is none. */
static void damaged_messages(void **state)
{
	struct signer one = make_signer("Key one", 7);
	int n;
	unsigned char *der = sign(&one, "text", 0, &n);

	for (int cut = 0; cut < n; cut++) {
		struct kmt_ko_sigblob blob = {
			.present = true, .id_type = 2, .data = der, .n = (size_t)cut};
		struct kmt_signature sig;

		check(der, n, "Key one", "\7", 1);
		assert_int_equal(kmt_signature_read(&blob, &sig, NULL), -EBADMSG);
	}
	OPENSSL_free(der);
	free_signer(&one);
}

static void same_bytes(const void *ours, size_t n, const ASN1_STRING *theirs)
{
	assert_int_equal(n, theirs ? ASN1_STRING_length(theirs) : 0);
	if (n)
		assert_memory_equal(ours, ASN1_STRING_get0_data(theirs), n);
}

/* Algorithms have names of ours: those are compared where they are numbers. */
static void same_oid(const char *ours, const X509_ALGOR *theirs, bool by_name)
{
	char text[KMT_SIGNATURE_NAME];

	OBJ_obj2txt(text, sizeof(text), theirs->algorithm, !by_name);
	if (by_name || isdigit((unsigned char)*ours))
		assert_string_equal(ours, text);
}

/* The first signer as libcrypto reads it. False if it refuses the message, or the number is negative, of which it
 * has another form. */
static bool agrees(const struct kmt_signature *sig, const unsigned char *der, int n)
{
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &der, n);
	STACK_OF(CMS_SignerInfo) *all = cms ? CMS_get0_SignerInfos(cms) : NULL;
	ASN1_OCTET_STRING *key_id = NULL;
	ASN1_INTEGER *serial = NULL;
	X509_ALGOR *hash, *algo;
	CMS_SignerInfo *info;
	X509_NAME *issuer = NULL;
	int cn = -1;
	bool good = all && sk_CMS_SignerInfo_num(all) > 0;

	if (good) {
		assert_int_equal(sig->signers, sk_CMS_SignerInfo_num(all));
		info = sk_CMS_SignerInfo_value(all, 0);
		CMS_SignerInfo_get0_signer_id(info, &key_id, &issuer, &serial);
		good = !serial || ASN1_STRING_type(serial) == V_ASN1_INTEGER;
	}
	if (good) {
		assert_int_equal(sig->by_key_id, !serial);
		same_bytes(sig->key, sig->key_n, serial ? serial : key_id);
		if (issuer)
			cn = X509_NAME_get_index_by_NID(issuer, NID_commonName, -1);
		same_bytes(sig->signer, sig->signer_n,
			cn < 0 ? NULL : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(issuer, cn)));
		CMS_SignerInfo_get0_algs(info, NULL, NULL, &hash, &algo);
		same_oid(sig->hash, hash, !isdigit((unsigned char)*sig->hash));
		same_oid(sig->algo, algo, false);
		same_bytes(sig->value, sig->value_n, CMS_SignerInfo_get0_signature(info));
	}
	CMS_ContentInfo_free(cms);
	return good;
}

/* How many of the messages that differ from DER in one bit are read, and by libcrypto likewise. */
static int read_changed(unsigned char *der, int n)
{
	int read = 0;

	for (int at = 0; at < 8 * n; at++) {
		const struct kmt_ko_sigblob blob = {.present = true, .id_type = 2, .data = der, .n = (size_t)n};
		struct kmt_signature sig;

		der[at / 8] ^= (unsigned char)(1 << at % 8);
		read += !kmt_signature_read(&blob, &sig, NULL) && agrees(&sig, der, n);
		der[at / 8] ^= (unsigned char)(1 << at % 8);
	}
	return read;
}

/* The length of the whole is left open, as openssl's -stream does. */
static void indefinite_length(void **state)
{
	struct signer one = make_signer("Key one", 7);
	kmt_autostrbuf struct kmt_strbuf ber = KMT_STRBUF_INIT;
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2};
	struct kmt_signature sig;
	int n;
	unsigned char *der = sign(&one, "text", 0, &n);

	assert_int_equal(der[1], 0x81);
	kmt_strbuf_add(&ber, "\x30\x80", 2);
	kmt_strbuf_add(&ber, der + 3, (size_t)n - 3);
	for (size_t zeros = 0; zeros <= 2; zeros++) {
		blob.data = (const unsigned char *)ber.s;
		blob.n = ber.len;
		assert_int_equal(kmt_signature_read(&blob, &sig, NULL), zeros < 2 ? -EBADMSG : 0);
		kmt_strbuf_add(&ber, "", 1);
	}
	assert_true(agrees(&sig, blob.data, (int)blob.n));
	OPENSSL_free(der);
	free_signer(&one);
}

static void read_as_libcrypto_does(void **state)
{
	struct signer one = make_signer("Key one", 0x8123456), two = make_signer("Key two", 0x80),
		      ec = {.key = EVP_EC_gen("P-256")};
	const struct {
		const struct signer *by, *also;
		unsigned int flags;
	} messages[] = {
		{&one, NULL, SIGN_FILE},
		{&two, NULL, SIGN_FILE | CMS_USE_KEYID},
		{&ec, NULL, SIGN_FILE},
		{&one, &two, SIGN_FILE},
		{&one, NULL, CMS_BINARY},
		{&one, NULL, CMS_BINARY | CMS_DETACHED | CMS_NOCERTS},
	};

	certify(&ec, "EC key", 3);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(messages); i++) {
		int n;
		unsigned char *der = sign_message(messages[i].by, messages[i].also, "text", 4, messages[i].flags, &n);
		struct kmt_ko_sigblob blob = {.present = true, .id_type = 2, .data = der, .n = (size_t)n};
		struct kmt_signature sig;

		assert_int_equal(kmt_signature_read(&blob, &sig, NULL), 0);
		assert_true(agrees(&sig, der, n));
		assert_in_range(read_changed(der, n), n, 8 * n - 8);
		for (blob.n = 0; blob.n < (size_t)n; blob.n++) {
			kmt_autofree unsigned char *part = kmt_alloc(blob.n);

			blob.data = memcpy(part, der, blob.n);
			assert_int_equal(kmt_signature_read(&blob, &sig, NULL), -EBADMSG);
		}
		OPENSSL_free(der);
	}
	ERR_clear_error();
	free_signer(&one);
	free_signer(&two);
	free_signer(&ec);
}

/* The verdict on a module that ONE, and ALSO if it is not NULL, signed, by the certificates of ONE and of TWO where
 * they are not NULL. BYTE of the file is changed after that; 0: none. */
static enum kmt_verify verify(const struct signer *one, const struct signer *also, unsigned int flags,
	size_t byte, const struct signer *const certs[2], struct kmt_verification *out)
{
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT, der = KMT_STRBUF_INIT;
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_arena arena = {0};
	struct kmt_certs known = {0};
	struct kmt_ko_sigblob blob;

	make_module(&file);
	sign_module(&file, one, also, flags);
	if (byte)
		file.s[byte] ^= 1;
	for (int i = 0; i < 2 && certs[i]; i++) {
		kmt_strbuf_truncate(&der, 0);
		cert_der(certs[i], &der);
		assert_int_equal(kmt_certs_add(&known, der.s, der.len, "c.der", 7, NULL), 0);
		assert_int_equal(known.rows.v[i].place, 7);
		assert_string_equal(known.rows.v[i].from, "c.der");
	}
	read_blob(&file, ko, &blob);
	assert_int_equal(kmt_signature_verify(ko, &blob, &known, &arena, out, NULL), 0);
	assert_int_equal(out->n, also ? 2 : 1);
	assert_string_equal(out->signers->algo, "RSA");
	assert_string_equal(out->signers->hash, "sha512");
	assert_true(out->signers->by_key_id == !!(flags & CMS_USE_KEYID));
	kmt_certs_free(&known);
	kmt_arena_free(&arena);
	kmt_kofile_free(ko);
	return out->result;
}

#define CERTS(...) (const struct signer *const[2]){__VA_ARGS__}
#define IN_FILE 80 /* behind the ELF header */

static void good_foreign_and_damaged(void **state)
{
	struct signer one = make_signer("Key one", 1), two = make_signer("Key two", 2);
	struct signer twin = make_signer("Key one", 1);
	struct kmt_verification v;

	assert_int_equal(verify(&one, NULL, SIGN_FILE, 0, CERTS(&one), &v), KMT_VERIFY_GOOD);
	assert_false(v.attributes || v.attached);
	assert_int_equal(verify(&one, NULL, SIGN_FILE, 0, CERTS(&two, &one), &v), KMT_VERIFY_GOOD);
	assert_int_equal(
		verify(&one, NULL, SIGN_FILE | CMS_USE_KEYID, 0, CERTS(&two, &one), &v), KMT_VERIFY_GOOD);
	assert_int_equal(verify(&one, NULL, SIGN_FILE, 0, CERTS(&two), &v), KMT_VERIFY_NO_CERT);
	assert_int_equal(verify(&one, NULL, SIGN_FILE, 0, CERTS(NULL), &v), KMT_VERIFY_NO_CERT);
	assert_int_equal(verify(&one, NULL, SIGN_FILE, IN_FILE, CERTS(&one), &v), KMT_VERIFY_BAD);
	/* another key of the same name and number: each build of a kernel makes one */
	assert_int_equal(verify(&one, NULL, SIGN_FILE, 0, CERTS(&twin), &v), KMT_VERIFY_BAD);
	assert_int_equal(verify(&one, NULL, SIGN_FILE, 0, CERTS(&twin, &one), &v), KMT_VERIFY_GOOD);
	assert_int_equal(
		verify(&one, NULL, SIGN_FILE | CMS_USE_KEYID, 0, CERTS(&twin), &v), KMT_VERIFY_NO_CERT);
	free_signer(&one);
	free_signer(&two);
	free_signer(&twin);
}

/* As pkcs7_validate_trust() sums them up. */
static void one_of_two_signers(void **state)
{
	struct signer one = make_signer("Key one", 1), two = make_signer("Key two", 2);
	struct signer twin = make_signer("Key two", 2);
	struct kmt_verification v;

	assert_int_equal(verify(&one, &two, SIGN_FILE, 0, CERTS(&two), &v), KMT_VERIFY_GOOD);
	assert_int_equal(verify(&one, &two, SIGN_FILE, 0, CERTS(&one, &two), &v), KMT_VERIFY_GOOD);
	assert_int_equal(verify(&one, &two, SIGN_FILE, IN_FILE, CERTS(&one), &v), KMT_VERIFY_BAD);
	assert_int_equal(verify(&one, &two, SIGN_FILE, 0, CERTS(&one, &twin), &v), KMT_VERIFY_BAD);
	free_signer(&one);
	free_signer(&two);
	free_signer(&twin);
}

static void attributes_and_data_inside(void **state)
{
	struct signer one = make_signer("Key one", 1);
	struct kmt_verification v;

	assert_int_equal(verify(&one, NULL, CMS_DETACHED, 0, CERTS(&one), &v), KMT_VERIFY_GOOD);
	assert_true(v.attributes);
	assert_int_equal(verify(&one, NULL, CMS_DETACHED, IN_FILE, CERTS(&one), &v), KMT_VERIFY_BAD);
	assert_int_equal(verify(&one, NULL, CMS_NOATTR, 0, CERTS(&one), &v), KMT_VERIFY_GOOD);
	assert_true(v.attached);
	free_signer(&one);
}

static void certificates_in_pem(void **state)
{
	struct signer one = make_signer("Key one", 0x80), two = make_signer("Key two", 2);
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_certs certs = {0};
	BIO *out = BIO_new(BIO_s_mem());
	char *text;
	long n;

	PEM_write_bio_X509(out, one.cert);
	BIO_puts(out, "between\n");
	PEM_write_bio_X509(out, two.cert);
	n = BIO_get_mem_data(out, &text);
	assert_int_equal(kmt_certs_add(&certs, text, (size_t)n, "all.pem", 0, &err), 0);
	assert_int_equal(certs.rows.n, 2);
	assert_string_equal(certs.rows.v[0].subject, "Key one");
	assert_string_equal(certs.rows.v[0].issuer, "Key one");
	assert_int_equal(certs.rows.v[0].serial_n, 1);
	assert_int_equal(certs.rows.v[0].serial[0], 0x80);
	assert_int_equal(certs.rows.v[0].id_n, 20);
	assert_string_equal(certs.rows.v[1].subject, "Key two");
	assert_int_equal(kmt_certs_add(&certs, text, (size_t)n / 4, "cut.pem", 0, &err), -EBADMSG);
	assert_non_null(strstr(err.msg, "cut.pem"));
	assert_int_equal(kmt_certs_add(&certs, "", 0, "empty", 0, &err), -EBADMSG);
	assert_int_equal(certs.rows.n, 2);
	kmt_certs_free(&certs);
	BIO_free(out);
	free_signer(&one);
	free_signer(&two);
}
#else
#define pkcs7_of_several_keys unit_nothing
#define several_signers unit_nothing
#define ecdsa_is_named unit_nothing
#define damaged_messages unit_nothing
#define indefinite_length unit_nothing
#define read_as_libcrypto_does unit_nothing
#define good_foreign_and_damaged unit_nothing
#define one_of_two_signers unit_nothing
#define attributes_and_data_inside unit_nothing
#define certificates_in_pem unit_nothing
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
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, indefinite_length, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, read_as_libcrypto_does, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, good_foreign_and_damaged, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, one_of_two_signers, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, attributes_and_data_inside, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, certificates_in_pem, NULL, NULL),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
