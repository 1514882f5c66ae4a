/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/check/admission.h>

#include <string.h>

#include <kmt/base/alloc.h>

struct question {
	const struct kmt_policy *policy;
	enum kmt_seal seal;
	enum kmt_key_state key;
};

static bool is_shut(const struct question *q)
{
	return q->policy->modules_disabled == 1;
}

static bool is_blacklisted(const struct question *q)
{
	return q->policy->module_blacklisted;
}

/* Without CONFIG_MODULE_SIG there is no such switch. */
static bool is_unchecked(const struct question *q)
{
	return q->policy->sig_enforce < 0;
}

static bool is_damaged(const struct question *q)
{
	return q->seal == KMT_SEAL_DAMAGED;
}

static bool is_locked_down(const struct kmt_policy *policy)
{
	return policy->lockdown && strcmp(policy->lockdown, "none") != 0;
}

static bool is_strict(const struct question *q)
{
	return q->policy->sig_enforce == 1 || is_locked_down(q->policy);
}

static bool is_unsigned(const struct question *q)
{
	return q->seal == KMT_SEAL_NONE;
}

static bool is_old(const struct question *q)
{
	return q->seal == KMT_SEAL_OLD;
}

static bool has_bad_key(const struct question *q)
{
	return q->key == KMT_KEY_BAD;
}

static bool has_good_key(const struct question *q)
{
	return q->key == KMT_KEY_GOOD;
}

static bool is_else(const struct question *q)
{
	return true;
}

/* The first one that holds answers. STRICT: only where signatures are insisted on, and after those
 * words. */
static const struct {
	bool strict;
	bool (*when)(const struct question *q);
	enum kmt_answer answer;
	const char *text;
} rules[] = {
	{false, is_shut, KMT_ANSWER_REFUSED,
		"kernel.modules_disabled is 1: no module can be loaded until a reboot."},
	{false, is_blacklisted, KMT_ANSWER_REFUSED,
		"the kernel's command line forbids it (module_blacklist=)."},
	{false, is_unchecked, KMT_ANSWER_LOADS, "this kernel checks no signatures."},
	{false, is_damaged, KMT_ANSWER_REFUSED,
		"its signature is damaged, which the kernel refuses even where it does not insist "
		"on "
		"signatures."},
	{true, is_unsigned, KMT_ANSWER_REFUSED, ", and it is not signed."},
	{true, is_old, KMT_ANSWER_REFUSED, ", and cannot check a signature of this format."},
	{true, has_bad_key, KMT_ANSWER_REFUSED,
		", and does not know the key: what is loaded now counts as unsigned."},
	{true, has_good_key, KMT_ANSWER_LOADS,
		", and knows the key: what is loaded now has passed."},
	{true, is_else, KMT_ANSWER_DEPENDS, ": it has to know this key."},
	{false, is_unsigned, KMT_ANSWER_TAINTS,
		"it is not signed, and the kernel does not insist on signatures."},
	{false, is_old, KMT_ANSWER_TAINTS,
		"the kernel cannot check a signature of this format, and does not insist on one."},
	{false, has_bad_key, KMT_ANSWER_TAINTS,
		"the kernel does not know the key, and does not insist on signatures."},
	{false, has_good_key, KMT_ANSWER_LOADS,
		"the kernel knows the key: what is loaded now has passed."},
	{false, is_else, KMT_ANSWER_LOADS,
		"the kernel does not insist on signatures. If it does not know this key, that "
		"taints it (E)."},
};

static const char *why_strict(const struct question *q, struct kmt_arena *arena)
{
	if (q->policy->sig_enforce == 1)
		return "the kernel insists on signatures (sig_enforce)";
	return kmt_arena_printf(arena,
		"the kernel is locked down (%s), so that it insists on signatures",
		q->policy->lockdown);
}

void kmt_admission_judge(const struct kmt_policy *policy, enum kmt_seal seal,
	enum kmt_key_state key, struct kmt_arena *arena, struct kmt_admission *out)
{
	static const char *const answers[] = {
		[KMT_ANSWER_LOADS] = "It loads",
		[KMT_ANSWER_TAINTS] = "It loads, and taints the kernel (E)",
		[KMT_ANSWER_DEPENDS] = "It depends on the key",
		[KMT_ANSWER_REFUSED] = "It is refused",
	};
	const struct question q = {policy, seal, key};
	size_t i = 0;

	/* The last rule holds always. */
	while ((rules[i].strict && !is_strict(&q)) || !rules[i].when(&q))
		i++;
	out->answer = rules[i].answer;
	out->reason =
		kmt_arena_printf(arena, "%s%.*s", rules[i].strict ? why_strict(&q, arena) : "",
			(int)strlen(rules[i].text) - 1, rules[i].text);
	out->text = kmt_arena_printf(arena, "%s: %s.", answers[out->answer], out->reason);
}
