/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel would say to a module: each switch, the order of the reasons, the keys that it lists. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/check/signature.h>
#include "elf_fixture.h"
#include "fixture.h"
#include "sign_fixture.h"

static void check_facts(const struct kmt_policy *policy, const struct kmt_sigfacts *facts,
	enum kmt_answer answer, int errnum, const char *part)
{
	struct kmt_sigverdict got;
	struct kmt_arena arena = {0};

	kmt_check_signature(policy, facts, &arena, &got);
	if (!strstr(got.text, part))
		fail_msg("'%s' has no '%s'", got.text, part);
	assert_int_equal(got.answer, answer);
	assert_int_equal(got.errnum, errnum);
	kmt_arena_free(&arena);
}

static void check(const struct kmt_policy *policy, enum kmt_seal seal, enum kmt_key_state key,
	enum kmt_answer answer, int errnum, const char *part)
{
	check_facts(policy, &(struct kmt_sigfacts){.seal = seal, .key = {key, "because"}}, answer, errnum, part);
}

static void check_file(const struct kmt_policy *policy, enum kmt_verify result, enum kmt_key_state key,
	enum kmt_answer answer, int errnum, const char *part)
{
	struct kmt_signer signer = {.algo = "RSA", .result = result};
	struct kmt_sigfacts facts = {.seal = KMT_SEAL_PKCS7, .verified = true, .key.state = key};

	facts.check = (struct kmt_verification){.signers = &signer, .n = 1, .result = result};
	check_facts(policy, &facts, answer, errnum, part);
}

static void a_lax_kernel_takes_all_but_damage(void **state)
{
	const struct kmt_policy p = {.lockdown = "none"};

	check(&p, KMT_SEAL_NONE, KMT_KEY_CANNOT_TELL, KMT_ANSWER_TAINTS, 0, "not signed");
	check(&p, KMT_SEAL_OLD, KMT_KEY_CANNOT_TELL, KMT_ANSWER_TAINTS, 0, "format");
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_CANNOT_TELL, KMT_ANSWER_LOADS, 0, "If it does not know");
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_KNOWN, KMT_ANSWER_LOADS, 0, "knows the key (because).");
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_MISSING, KMT_ANSWER_TAINTS, 0,
		"does not know the key (because), and does not insist");
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_REVOKED, KMT_ANSWER_REFUSED, EKEYREJECTED, "revoked (because).");
	check(&p, KMT_SEAL_DAMAGED, KMT_KEY_CANNOT_TELL, KMT_ANSWER_REFUSED, EBADMSG, "damaged");
}

static void check_strict(const struct kmt_policy *p, int errnum, const char *why)
{
	check(p, KMT_SEAL_NONE, KMT_KEY_CANNOT_TELL, KMT_ANSWER_REFUSED, errnum, "not signed");
	check(p, KMT_SEAL_OLD, KMT_KEY_CANNOT_TELL, KMT_ANSWER_REFUSED, errnum, "format");
	check(p, KMT_SEAL_PKCS7, KMT_KEY_CANNOT_TELL, KMT_ANSWER_DEPENDS, errnum, "this key");
	check(p, KMT_SEAL_PKCS7, KMT_KEY_KNOWN, KMT_ANSWER_LOADS, 0, "knows the key (because).");
	check(p, KMT_SEAL_PKCS7, KMT_KEY_MISSING, KMT_ANSWER_REFUSED, errnum, "does not know the key");
	check(p, KMT_SEAL_PKCS7, KMT_KEY_KNOWN, KMT_ANSWER_LOADS, 0, why);
	check(p, KMT_SEAL_DAMAGED, KMT_KEY_KNOWN, KMT_ANSWER_REFUSED, EBADMSG, "damaged");
}

static void a_strict_kernel_says_why(void **state)
{
	const struct kmt_policy both = {.sig_enforce = 1, .lockdown = "integrity"};

	check_strict(
		&(struct kmt_policy){.sig_enforce = 1, .lockdown = "none"}, EKEYREJECTED, "(sig_enforce)");
	check_strict(&(struct kmt_policy){.sig_enforce = 1}, EKEYREJECTED, "(sig_enforce)");
	check_strict(&(struct kmt_policy){.lockdown = "integrity"}, EPERM, "locked down (integrity)");
	check_strict(&both, EKEYREJECTED, "(sig_enforce)");
}

static void a_changed_file_is_refused_by_who_knows_the_key(void **state)
{
	const struct kmt_policy lax = {0}, strict = {.sig_enforce = 1}, locked = {.lockdown = "integrity"};

	check_file(&lax, KMT_VERIFY_BAD, KMT_KEY_KNOWN, KMT_ANSWER_REFUSED, EKEYREJECTED, "does not match");
	check_file(&lax, KMT_VERIFY_BAD, KMT_KEY_MISSING, KMT_ANSWER_TAINTS, 0, "does not know the key,");
	check_file(&lax, KMT_VERIFY_BAD, KMT_KEY_CANNOT_TELL, KMT_ANSWER_DEPENDS, EKEYREJECTED, "If the kernel");
	check_file(&lax, KMT_VERIFY_GOOD, KMT_KEY_CANNOT_TELL, KMT_ANSWER_LOADS, 0, "If it does not know");
	check_file(&strict, KMT_VERIFY_BAD, KMT_KEY_MISSING, KMT_ANSWER_REFUSED, EKEYREJECTED, "not know the key");
	check_file(&strict, KMT_VERIFY_BAD, KMT_KEY_CANNOT_TELL, KMT_ANSWER_REFUSED, EKEYREJECTED, "not match");
	check_file(&locked, KMT_VERIFY_BAD, KMT_KEY_KNOWN, KMT_ANSWER_REFUSED, EKEYREJECTED, "not match");
	check_file(&locked, KMT_VERIFY_BAD, KMT_KEY_MISSING, KMT_ANSWER_REFUSED, EPERM, "not know the key");
}

static void what_the_kernel_has_in_no_module(void **state)
{
	const struct kmt_policy lax = {0};
	struct kmt_signer signer = {.algo = "RSA"};
	struct kmt_sigfacts facts = {.seal = KMT_SEAL_PKCS7, .verified = true, .key.state = KMT_KEY_KNOWN};

	facts.check = (struct kmt_verification){.signers = &signer, .n = 1, .attributes = true};
	check_facts(&lax, &facts, KMT_ANSWER_REFUSED, EKEYREJECTED, "attributes");
	signer.algo = "ML-DSA-65";
	check_facts(&lax, &facts, KMT_ANSWER_LOADS, 0, "knows the key");
	facts.check.attached = true;
	check_facts(&lax, &facts, KMT_ANSWER_REFUSED, EBADMSG, "contains data");
	facts.forced = true;
	check_facts(&lax, &facts, KMT_ANSWER_TAINTS, 0, "forced");
	check_facts(&(struct kmt_policy){.lockdown = "integrity"}, &facts, KMT_ANSWER_REFUSED, EPERM, "forced");
}

static void a_kernel_without_signatures_does_not_look(void **state)
{
	const struct kmt_policy p = {.sig_enforce = -1};

	check(&p, KMT_SEAL_NONE, KMT_KEY_CANNOT_TELL, KMT_ANSWER_LOADS, 0, "no signatures");
	check(&p, KMT_SEAL_DAMAGED, KMT_KEY_CANNOT_TELL, KMT_ANSWER_LOADS, 0, "no signatures");
}

/* The kernel learns the name of a module, which may be forbidden, after it has looked at the signature. */
static void what_forbids_all(void **state)
{
	struct kmt_policy p = {.sig_enforce = -1, .module_blacklisted = true};

	check(&p, KMT_SEAL_PKCS7, KMT_KEY_KNOWN, KMT_ANSWER_REFUSED, EPERM, "module_blacklist=");
	p.sig_enforce = 1;
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_KNOWN, KMT_ANSWER_REFUSED, EPERM, "module_blacklist=");
	check(&p, KMT_SEAL_NONE, KMT_KEY_CANNOT_TELL, KMT_ANSWER_REFUSED, EKEYREJECTED, "not signed");
	p.modules_disabled = 1;
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_KNOWN, KMT_ANSWER_REFUSED, EPERM, "modules_disabled");
}

/* Keys. */

#define LINE(flags, text) "12345678 " flags "     1 perm 1f030000     0     0 " text "\n"
#define BUILTIN LINE("I------", "keyring   .builtin_trusted_keys: 2")
#define LISTED(what) LINE("I------", "asymmetri " what)

static void ask(const char *keys, const struct kmt_signer *signer, enum kmt_key_state state, const char *part)
{
	struct kmt_keyring ring = {0};
	struct kmt_key_answer got;
	struct kmt_arena arena = {0};
	struct fixture f;

	fixture_init(&f);
	if (keys)
		fixture_text(&f, "/proc/keys", keys);
	kmt_keyring_read(&f.root, &ring);
	kmt_keyring_ask(&ring, signer, &arena, &got);
	if (!strstr(got.why, part))
		fail_msg("'%s' has no '%s'", got.why, part);
	assert_int_equal(got.state, state);
	kmt_keyring_free(&ring);
	kmt_arena_free(&arena);
	fixture_clear(&f);
}

static struct kmt_signer by_id(const char *id)
{
	return (struct kmt_signer){
		.issuer = "", .by_key_id = true, .key = (const unsigned char *)id, .key_n = strlen(id)};
}

static struct kmt_signer by_serial(const char *issuer, const char *serial)
{
	return (struct kmt_signer){
		.issuer = issuer, .key = (const unsigned char *)serial, .key_n = strlen(serial)};
}

static void keys_by_key_id(void **state)
{
	const struct kmt_signer s = by_id("\x11\x22\x33\x44\x55\x66");

	ask(BUILTIN LISTED("Org: Key: of it: 112233445566: X509.rsa 33445566 []"), &s, KMT_KEY_KNOWN, "33445566");
	ask(BUILTIN LISTED("Org: Key: of it: 992233445566: X509.rsa 33445566 []"), &s, KMT_KEY_MISSING,
		"not listed");
	ask(BUILTIN, &s, KMT_KEY_MISSING, "not listed");
	ask(BUILTIN LINE("I--Q---", "asymmetri Key: 112233445566: X509.rsa 33445566 []"), &s,
		KMT_KEY_CANNOT_TELL, "a process added it");
	ask(BUILTIN LISTED("my own name: X509.rsa 33445566 []"), &s, KMT_KEY_CANNOT_TELL, "ends in 33445566");
	/* not root */
	ask(LINE("I--Q---", "keyring   _uid.1000: empty"), &s, KMT_KEY_CANNOT_TELL, "only root");
	ask(NULL, &s, KMT_KEY_CANNOT_TELL, "only root");
}

static void keys_by_serial_number(void **state)
{
	const struct kmt_signer s = by_serial("Key", "\x91\x22");

	ask(BUILTIN LISTED("Org: Key: 009122: X509.rsa []"), &s, KMT_KEY_KNOWN, "serial number");
	ask(BUILTIN LISTED("Key: 9122: X509.rsa []"), &s, KMT_KEY_KNOWN, "serial number");
	ask(BUILTIN LISTED("Key: 9123: X509.rsa []"), &s, KMT_KEY_CANNOT_TELL, "a key of 'Key'");
	ask(BUILTIN LISTED("Org: Key: 112233445566: X509.rsa 33445566 []"), &s, KMT_KEY_CANNOT_TELL,
		"a key of 'Key'");
	ask(BUILTIN LISTED("Another Key: 112233445566: X509.rsa 33445566 []"), &s, KMT_KEY_CANNOT_TELL,
		"no key of 'Key'");
	ask(BUILTIN, &s, KMT_KEY_MISSING, "no key");
}

static void lines_that_are_none(void **state)
{
	const struct kmt_signer s = by_id("\x11");

	ask("\n\n1\n1 2 3 4 5 6 7 asymmetri\n1 2 3 4 5 6 7 asymmetri : : []\nasymmetri x: 11: X509.rsa 11 []\n", &s,
		KMT_KEY_CANNOT_TELL, "only root");
}

static void a_loaded_module_tells(void **state)
{
	const struct kmt_signer s = by_serial("Key", "\x91"), other = by_serial("Key", "\x92");
	struct kmt_keyring ring = {0};
	struct kmt_key_answer got;
	struct kmt_arena arena = {0};

	kmt_keyring_learn(&ring, &s, true);
	kmt_keyring_ask(&ring, &s, &arena, &got);
	assert_int_equal(got.state, KMT_KEY_KNOWN);
	kmt_keyring_ask(&ring, &other, &arena, &got);
	assert_int_equal(got.state, KMT_KEY_CANNOT_TELL);
	kmt_keyring_learn(&ring, &other, false);
	kmt_keyring_ask(&ring, &other, &arena, &got);
	assert_int_equal(got.state, KMT_KEY_MISSING);
	kmt_keyring_free(&ring);
	kmt_arena_free(&arena);
}

#define EFIVARS "/sys/firmware/efi/efivars/"
#define GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define SHIM "-605dab50-e046-4300-abb6-3dd810dd8b23"
#define SECURITY "-d719b2cb-3d3a-4596-a3bc-dad00e67656f"

static int secure_boot(const char *secure, const char *setup, const char *mok)
{
	struct kmt_kernelkeys keys = {0};
	struct fixture f;
	int r;

	fixture_init(&f);
	if (secure)
		fixture_write(&f, EFIVARS "SecureBoot" GLOBAL, secure, 5);
	if (setup)
		fixture_write(&f, EFIVARS "SetupMode" GLOBAL, setup, 5);
	if (mok)
		fixture_write(&f, EFIVARS "MokSBStateRT" SHIM, mok, 5);
	kmt_kernelkeys_read(&f.root, &keys);
	r = kmt_kernelkeys_secure_boot(&keys);
	kmt_kernelkeys_free(&keys);
	fixture_clear(&f);
	return r;
}

static void secure_boot_of_the_firmware(void **state)
{
	static const char yes[] = "\6\0\0\0\1", no[] = "\6\0\0\0\0";

	assert_int_equal(secure_boot(NULL, NULL, NULL), -1);
	assert_int_equal(secure_boot(yes, NULL, NULL), 1);
	assert_int_equal(secure_boot(yes, no, no), 1);
	assert_int_equal(secure_boot(no, no, NULL), 0);
	assert_int_equal(secure_boot(yes, yes, NULL), 0);
	assert_int_equal(secure_boot(yes, no, yes), 0);
}

#ifdef HAVE_CRYPTO
static void put32(struct kmt_strbuf *out, size_t v)
{
	for (int i = 0; i < 4; i++)
		kmt_strbuf_addc(out, (char)(v >> 8 * i));
}

/* A list of signatures with one certificate, of CLAIM bytes if that is not 0. */
static void add_list(struct kmt_strbuf *out, const struct kmt_strbuf *der, size_t claim)
{
	kmt_strbuf_add(out, "\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0\x72", 16);
	put32(out, claim ? claim : 28 + 16 + der->len);
	put32(out, 0);
	put32(out, 16 + der->len);
	kmt_strbuf_add(out, "0123456789abcdef", 16);
	kmt_strbuf_add(out, der->s, der->len);
}

/* The verdict on a key whose certificate is in the variable at PATH. */
static enum kmt_key_state enrolled(const char *path, const char *keys, size_t claim, bool attributes)
{
	kmt_autostrbuf struct kmt_strbuf var = KMT_STRBUF_INIT, der = KMT_STRBUF_INIT, file = KMT_STRBUF_INIT;
	struct signer s = make_signer("Key", 5);
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_keyring ring = {0};
	struct kmt_arena arena = {0};
	struct kmt_sigfacts facts;
	struct elf_fixture elf;
	struct fixture f;

	cert_der(&s, &der);
	kmt_strbuf_add(&var, "\7\0\0\0", attributes ? 4 : 0);
	add_list(&var, &der, 0);
	add_list(&var, &der, claim);
	fixture_init(&f);
	fixture_write(&f, path, var.s, var.len);
	if (keys) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
		const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(s.cert);
		const unsigned char *p = ASN1_STRING_get0_data(id);
		int n = ASN1_STRING_length(id);

		kmt_strbuf_addf(&text, "%s12345678 I------ 1 perm 1f030000 0 0 asymmetri Key: ", keys);
		for (int i = 0; i < n; i++)
			kmt_strbuf_addf(&text, "%02x", p[i]);
		kmt_strbuf_addf(&text, ": X509.rsa %02x%02x%02x%02x []\n", p[n - 4], p[n - 3], p[n - 2], p[n - 1]);
		fixture_write(&f, "/proc/keys", text.s, text.len);
	}
	elf_fixture_module(&elf, true, false, EM_X86_64);
	elf_fixture_write(&elf, &file);
	sign_module(&file, &s, NULL, SIGN_FILE);
	kmt_keyring_read(&f.root, &ring);
	assert_int_equal(ring.certs.rows.n, claim ? 1 : 2);
	assert_int_equal(kmt_kofile_open_buffer(ko, "m.ko", file.s, file.len, NULL), 0);
	assert_int_equal(kmt_sigfacts_read(ko, &ring, &arena, &facts, NULL), 0);
	assert_int_equal(facts.seal, KMT_SEAL_PKCS7);
	assert_true(facts.verified);
	assert_int_equal(facts.check.result, KMT_VERIFY_GOOD);
	kmt_keyring_free(&ring);
	kmt_arena_free(&arena);
	kmt_kofile_free(ko);
	fixture_clear(&f);
	free_signer(&s);
	return facts.key.state;
}

#define MACHINE LINE("I------", "keyring   .machine: 1")

static void certificates_of_the_firmware(void **state)
{
	assert_int_equal(enrolled(EFIVARS "MokListRT" SHIM, NULL, 0, true), KMT_KEY_CANNOT_TELL);
	assert_int_equal(enrolled(EFIVARS "MokListRT" SHIM, BUILTIN MACHINE, 0, true), KMT_KEY_KNOWN);
	assert_int_equal(enrolled(EFIVARS "MokListRT" SHIM, BUILTIN, 0, true), KMT_KEY_CANNOT_TELL);
	assert_int_equal(enrolled(EFIVARS "db" SECURITY, BUILTIN MACHINE, 0, true), KMT_KEY_CANNOT_TELL);
	assert_int_equal(enrolled(EFIVARS "dbx" SECURITY, BUILTIN MACHINE, 0, true), KMT_KEY_REVOKED);
	assert_int_equal(
		enrolled("/sys/firmware/efi/mok-variables/MokListXRT", NULL, 0, false), KMT_KEY_REVOKED);
	/* The second list lies: the first counts. */
	for (size_t i = 0; i < 28; i += 9)
		enrolled(EFIVARS "MokListRT" SHIM, NULL, i ? i : 100000, true);
	enrolled(EFIVARS "MokListRT" SHIM, NULL, 60, true);
}

/* A certificate that a person gives has the key id that a signature by serial number has not. */
static void a_certificate_tells_the_key_id(void **state)
{
	kmt_autostrbuf struct kmt_strbuf der = KMT_STRBUF_INIT;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	const struct kmt_signer s = by_serial("Key", "\5");
	struct signer signer = make_signer("Key", 5);
	struct kmt_keyring ring = {0};
	struct kmt_key_answer got;
	struct kmt_arena arena = {0};
	struct fixture f;

	cert_der(&signer, &der);
	fixture_init(&f);
	fixture_write(&f, "/c.der", der.s, der.len);
	fixture_text(&f, "/proc/keys", BUILTIN LISTED("Key: 112233445566: X509.rsa 33445566 []"));
	kmt_keyring_read(&f.root, &ring);
	kmt_keyring_ask(&ring, &s, &arena, &got);
	assert_int_equal(got.state, KMT_KEY_CANNOT_TELL);
	assert_int_equal(kmt_keyring_add_cert(&ring, &f.root, "/c.der", &err), 0);
	kmt_keyring_ask(&ring, &s, &arena, &got);
	assert_int_equal(got.state, KMT_KEY_MISSING);
	assert_int_equal(kmt_keyring_add_cert(&ring, &f.root, "/proc/keys", &err), -EBADMSG);
	assert_int_equal(kmt_keyring_add_cert(&ring, &f.root, "/nothing", &err), -ENOENT);
	kmt_keyring_free(&ring);
	kmt_arena_free(&arena);
	fixture_clear(&f);
	free_signer(&signer);
}
#else
#define certificates_of_the_firmware unit_nothing
#define a_certificate_tells_the_key_id unit_nothing
#endif

/* Signatures that the kernel does not take for one: the header, and what is no message. */
static void seals(void **state)
{
	static const struct {
		unsigned char kind[3];
		const char *name;
		enum kmt_seal seal;
	} cases[] = {
		{{1, 4, 1}, "Some signer", KMT_SEAL_OLD},
		{{0, 0, 2}, "Some signer", KMT_SEAL_DAMAGED},
		{{0, 1, 2}, "", KMT_SEAL_DAMAGED},
		{{0, 0, 2}, "", KMT_SEAL_DAMAGED},
	};
	static const struct kmt_keyring no_ring;
	struct kmt_kofile *ko = kmt_kofile_new();
	size_t n = KMT_ARRAY_SIZE(cases);

	/* Whether the last is a message only libcrypto knows. */
	for (size_t i = 0; i < n - !kmt_lazy_built(KMT_LAZY_CRYPTO); i++) {
		kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
		struct kmt_arena arena = {0};
		struct kmt_sigfacts facts;
		struct elf_fixture elf;

		elf_fixture_module(&elf, true, false, EM_X86_64);
		elf_fixture_write(&elf, &file);
		append_signature(&file, cases[i].kind, cases[i].name, "", "0123456789", 10);
		assert_int_equal(kmt_kofile_open_buffer(ko, "m.ko", file.s, file.len, NULL), 0);
		assert_int_equal(kmt_sigfacts_read(ko, &no_ring, &arena, &facts, NULL), 0);
		assert_int_equal(facts.seal, cases[i].seal);
		kmt_arena_free(&arena);
	}
	kmt_kofile_free(ko);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lax_kernel_takes_all_but_damage),
		cmocka_unit_test(a_strict_kernel_says_why),
		cmocka_unit_test(a_changed_file_is_refused_by_who_knows_the_key),
		cmocka_unit_test(what_the_kernel_has_in_no_module),
		cmocka_unit_test(a_kernel_without_signatures_does_not_look),
		cmocka_unit_test(what_forbids_all),
		cmocka_unit_test(keys_by_key_id),
		cmocka_unit_test(keys_by_serial_number),
		cmocka_unit_test(lines_that_are_none),
		cmocka_unit_test(a_loaded_module_tells),
		cmocka_unit_test(secure_boot_of_the_firmware),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, certificates_of_the_firmware, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_CRYPTO, a_certificate_tells_the_key_id, NULL, NULL),
		cmocka_unit_test(seals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
