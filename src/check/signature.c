/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/check/signature.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>

#define ID_PKCS7 2

/* As the kernel takes several signers: one that is revoked is enough, else one that it knows. */
static void ask_for_all(
	const struct kmt_keyring *ring, struct kmt_arena *arena, const struct kmt_verification *check,
	struct kmt_key_answer *out)
{
	static const int ranks[] = {
		[KMT_KEY_MISSING] = 0,
		[KMT_KEY_CANNOT_TELL] = 1,
		[KMT_KEY_KNOWN] = 2,
		[KMT_KEY_REVOKED] = 3,
	};

	for (size_t i = 0; i < check->n; i++) {
		struct kmt_key_answer one;

		kmt_keyring_ask(ring, &check->signers[i], arena, &one);
		if (!i || ranks[one.state] > ranks[out->state])
			*out = one;
	}
}

int kmt_sigfacts_read(struct kmt_kofile *ko, const struct kmt_keyring *ring, struct kmt_arena *arena,
	struct kmt_sigfacts *out, struct kmt_err *err)
{
	struct kmt_ko_sigblob blob;
	int r = kmt_kofile_sigblob(ko, &blob, err);

	*out = (struct kmt_sigfacts){.key.why = "certificates cannot be read without libcrypto"};
	if (r < 0 || !blob.present)
		return r;
	out->seal = KMT_SEAL_DAMAGED;
	if (blob.damaged)
		return 0;
	out->seal = blob.id_type == ID_PKCS7 ? KMT_SEAL_PKCS7 : KMT_SEAL_OLD;
	if (out->seal == KMT_SEAL_OLD)
		return 0;
	if (blob.padded || blob.algo || blob.hash || blob.signer_n || blob.key_id_n) {
		out->seal = KMT_SEAL_DAMAGED;
		return 0;
	}
	if (ring->kernel.certs.n && !ring->certs.rows.n)
		return 0;
	r = kmt_signature_verify(ko, &blob, &ring->certs, arena, &out->check, err);
	out->verified = !r;
	if (!r && out->check.result == KMT_VERIFY_DAMAGED)
		out->seal = KMT_SEAL_DAMAGED;
	if (!r)
		ask_for_all(ring, arena, &out->check, &out->key);
	return r;
}

struct question {
	const struct kmt_policy *policy;
	const struct kmt_sigfacts *facts;
};

static bool is_shut(const struct question *q)
{
	return q->policy->modules_disabled == 1;
}

/* Without CONFIG_MODULE_SIG there is no such switch. */
static bool is_unchecked(const struct question *q)
{
	return q->policy->sig_enforce < 0;
}

static bool is_forced(const struct question *q)
{
	return q->facts->forced;
}

static bool is_damaged(const struct question *q)
{
	return q->facts->seal == KMT_SEAL_DAMAGED;
}

/* The kernel refuses them, but for ML-DSA, which cannot do without everywhere. */
static bool has_attributes(const struct question *q)
{
	const struct kmt_verification *check = &q->facts->check;

	return q->facts->verified && check->attributes && strncmp(check->signers->algo, "ML-DSA", 6) != 0;
}

static bool is_attached(const struct question *q)
{
	return q->facts->verified && q->facts->check.attached;
}

static bool is_revoked(const struct question *q)
{
	return q->facts->key.state == KMT_KEY_REVOKED;
}

static bool is_unsigned(const struct question *q)
{
	return q->facts->seal == KMT_SEAL_NONE;
}

static bool is_old(const struct question *q)
{
	return q->facts->seal == KMT_SEAL_OLD;
}

static bool is_missing(const struct question *q)
{
	return q->facts->key.state == KMT_KEY_MISSING;
}

static bool is_known(const struct question *q)
{
	return q->facts->key.state == KMT_KEY_KNOWN;
}

static bool is_bad(const struct question *q)
{
	return q->facts->verified && q->facts->check.result == KMT_VERIFY_BAD;
}

/* A key that the kernel has not does not find anything. */
static bool is_found_bad(const struct question *q)
{
	return is_known(q) && is_bad(q);
}

static bool is_else(const struct question *q)
{
	return true;
}

static bool is_strict(const struct question *q)
{
	return q->policy->sig_enforce == 1 || kmt_policy_locked_down(q->policy);
}

struct rule {
	bool strict; /* only where signatures are insisted on, and after those words */
	bool (*when)(const struct question *q);
	enum kmt_answer answer;
	int errnum; /* 0: that of what insists on signatures */
	const char *text; /* KEY in it becomes the reason why the key is known or not */
};

#define KEY "{key}"

/* The first one that holds answers. */
static const struct rule rules[] = {
	{false, is_shut, KMT_ANSWER_REFUSED, EPERM,
		"kernel.modules_disabled is 1: no module can be loaded until a reboot."},
	{false, is_unchecked, KMT_ANSWER_LOADS, 0, "this kernel checks no signatures."},
	{true, is_forced, KMT_ANSWER_REFUSED, 0, ", and a forced module counts as unsigned."},
	{false, is_forced, KMT_ANSWER_TAINTS, 0,
		"a forced module counts as unsigned, and the kernel does not insist on signatures."},
	{false, is_damaged, KMT_ANSWER_REFUSED, EBADMSG,
		"its signature is damaged, which the kernel refuses even where it does not insist on "
		"signatures."},
	{false, has_attributes, KMT_ANSWER_REFUSED, EKEYREJECTED,
		"its signature has signed attributes, which the kernel refuses in modules."},
	{false, is_attached, KMT_ANSWER_REFUSED, EBADMSG,
		"its signature contains data, which the kernel refuses in modules."},
	{false, is_revoked, KMT_ANSWER_REFUSED, EKEYREJECTED, "the key is revoked" KEY "."},
	{false, is_found_bad, KMT_ANSWER_REFUSED, EKEYREJECTED,
		"the signature does not match the file, which was changed after it was signed, and the kernel "
		"knows the key" KEY "."},
	{true, is_unsigned, KMT_ANSWER_REFUSED, 0, ", and it is not signed."},
	{true, is_old, KMT_ANSWER_REFUSED, 0, ", and cannot check a signature of this format."},
	{true, is_missing, KMT_ANSWER_REFUSED, 0, ", and does not know the key" KEY "."},
	{true, is_bad, KMT_ANSWER_REFUSED, EKEYREJECTED,
		", and the signature does not match the file, which was changed after it was signed."},
	{true, is_known, KMT_ANSWER_LOADS, 0, ", and knows the key" KEY "."},
	{true, is_else, KMT_ANSWER_DEPENDS, 0, ", and has to know this key" KEY "."},
	{false, is_unsigned, KMT_ANSWER_TAINTS, 0,
		"it is not signed, and the kernel does not insist on signatures."},
	{false, is_old, KMT_ANSWER_TAINTS, 0,
		"the kernel cannot check a signature of this format, and does not insist on one."},
	{false, is_missing, KMT_ANSWER_TAINTS, 0,
		"the kernel does not know the key" KEY ", and does not insist on signatures."},
	{false, is_bad, KMT_ANSWER_DEPENDS, EKEYREJECTED,
		"the signature does not match the file, which was changed after it was signed. If the kernel "
		"knows this key, it refuses the module, else that taints it (E)."},
	{false, is_known, KMT_ANSWER_LOADS, 0, "the kernel knows the key" KEY "."},
	{false, is_else, KMT_ANSWER_LOADS, 0,
		"the kernel does not insist on signatures. If it does not know this key, that taints it (E)."},
};

static const struct rule blacklisted = {
	false, NULL, KMT_ANSWER_REFUSED, EPERM, "the kernel's command line forbids it (module_blacklist=)."};

static const char *why_strict(const struct question *q, struct kmt_arena *arena)
{
	if (q->policy->sig_enforce == 1)
		return "the kernel insists on signatures (sig_enforce)";
	return kmt_arena_printf(
		arena, "the kernel is locked down (%s), so that it insists on signatures", q->policy->lockdown);
}

static int errno_of(const struct question *q, const struct rule *rule)
{
	if (rule->errnum || rule->answer < KMT_ANSWER_DEPENDS)
		return rule->errnum;
	return q->policy->sig_enforce == 1 ? EKEYREJECTED : EPERM;
}

/* Without the full stop. */
static const char *reason_of(const struct question *q, const struct rule *rule, struct kmt_arena *arena)
{
	const char *key = strstr(rule->text, KEY), *why = q->facts->key.why;
	const char *start = rule->strict ? why_strict(q, arena) : "", *rest = key ? key + strlen(KEY) : "";
	size_t n = key ? (size_t)(key - rule->text) : strlen(rule->text) - 1;
	int rest_n = key ? (int)strlen(rest) - 1 : 0;

	if (!key || !why)
		return kmt_arena_printf(arena, "%s%.*s%.*s", start, (int)n, rule->text, rest_n, rest);
	return kmt_arena_printf(arena, "%s%.*s (%s)%.*s", start, (int)n, rule->text, why, rest_n, rest);
}

void kmt_check_signature(const struct kmt_policy *policy, const struct kmt_sigfacts *facts,
	struct kmt_arena *arena, struct kmt_sigverdict *out)
{
	static const char *const answers[] = {
		[KMT_ANSWER_LOADS] = "It loads",
		[KMT_ANSWER_TAINTS] = "It loads, and taints the kernel (E)",
		[KMT_ANSWER_DEPENDS] = "It depends on the key",
		[KMT_ANSWER_REFUSED] = "It is refused",
	};
	const struct question q = {policy, facts};
	const struct rule *rule = rules;

	/* The last rule holds always. */
	while ((rule->strict && !is_strict(&q)) || !rule->when(&q))
		rule++;
	if (policy->module_blacklisted && rule->answer != KMT_ANSWER_REFUSED)
		rule = &blacklisted;
	out->answer = rule->answer;
	out->errnum = errno_of(&q, rule);
	out->reason = reason_of(&q, rule, arena);
	out->text = kmt_arena_printf(arena, "%s: %s.", answers[out->answer], out->reason);
}
