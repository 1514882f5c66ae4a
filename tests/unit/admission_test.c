/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel would say to a module: each switch, and the order of the reasons. */
#include "unit.h"

#include <string.h>

#include <kmt/check/admission.h>

static void check(const struct kmt_policy *policy, enum kmt_seal seal, enum kmt_key_state key,
	enum kmt_answer answer, const char *part)
{
	struct kmt_admission got;
	struct kmt_arena arena = {0};

	kmt_admission_judge(policy, seal, key, &arena, &got);
	assert_int_equal(got.answer, answer);
	if (!strstr(got.text, part))
		fail_msg("'%s' has no '%s'", got.text, part);
	kmt_arena_free(&arena);
}

static void a_lax_kernel_takes_all_but_damage(void **state)
{
	const struct kmt_policy p = {.lockdown = "none"};

	check(&p, KMT_SEAL_NONE, KMT_KEY_NOT_KNOWN, KMT_ANSWER_TAINTS, "not signed");
	check(&p, KMT_SEAL_OLD, KMT_KEY_NOT_KNOWN, KMT_ANSWER_TAINTS, "format");
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_NOT_KNOWN, KMT_ANSWER_LOADS, "If it does not know");
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_GOOD, KMT_ANSWER_LOADS, "has passed");
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_BAD, KMT_ANSWER_TAINTS, "does not know the key");
	check(&p, KMT_SEAL_DAMAGED, KMT_KEY_NOT_KNOWN, KMT_ANSWER_REFUSED, "damaged");
}

static void check_strict(const struct kmt_policy *p, const char *why)
{
	check(p, KMT_SEAL_NONE, KMT_KEY_NOT_KNOWN, KMT_ANSWER_REFUSED, "not signed");
	check(p, KMT_SEAL_OLD, KMT_KEY_NOT_KNOWN, KMT_ANSWER_REFUSED, "format");
	check(p, KMT_SEAL_PKCS7, KMT_KEY_NOT_KNOWN, KMT_ANSWER_DEPENDS, "this key");
	check(p, KMT_SEAL_PKCS7, KMT_KEY_GOOD, KMT_ANSWER_LOADS, "has passed");
	check(p, KMT_SEAL_PKCS7, KMT_KEY_BAD, KMT_ANSWER_REFUSED, "counts as unsigned");
	check(p, KMT_SEAL_PKCS7, KMT_KEY_GOOD, KMT_ANSWER_LOADS, why);
	check(p, KMT_SEAL_DAMAGED, KMT_KEY_GOOD, KMT_ANSWER_REFUSED, "damaged");
}

static void a_strict_kernel_says_why(void **state)
{
	check_strict(&(struct kmt_policy){.sig_enforce = 1, .lockdown = "none"}, "(sig_enforce)");
	check_strict(&(struct kmt_policy){.sig_enforce = 1}, "(sig_enforce)");
	check_strict(&(struct kmt_policy){.lockdown = "integrity"}, "locked down (integrity)");
}

static void a_kernel_without_signatures_does_not_look(void **state)
{
	const struct kmt_policy p = {.sig_enforce = -1};

	check(&p, KMT_SEAL_NONE, KMT_KEY_NOT_KNOWN, KMT_ANSWER_LOADS, "no signatures");
	check(&p, KMT_SEAL_DAMAGED, KMT_KEY_NOT_KNOWN, KMT_ANSWER_LOADS, "no signatures");
}

static void what_forbids_all_comes_first(void **state)
{
	struct kmt_policy p = {.sig_enforce = -1, .module_blacklisted = true};

	check(&p, KMT_SEAL_PKCS7, KMT_KEY_GOOD, KMT_ANSWER_REFUSED, "module_blacklist=");
	p.modules_disabled = 1;
	check(&p, KMT_SEAL_PKCS7, KMT_KEY_GOOD, KMT_ANSWER_REFUSED, "modules_disabled");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lax_kernel_takes_all_but_damage),
		cmocka_unit_test(a_strict_kernel_says_why),
		cmocka_unit_test(a_kernel_without_signatures_does_not_look),
		cmocka_unit_test(what_forbids_all_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
