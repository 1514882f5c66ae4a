/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The signature: whether it is good, whether the kernel has its key, and whether it insists on that. */
#include "check_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/check/signature.h>
#include <kmt/sys/kernel.h>

#define FIX_SIGN                                                                                   \
	"use the distribution's own module, or sign it with an enrolled key (mokutil --import "    \
	"KEY, then reboot)"
#define FIX_AGAIN "install it again, or sign it again"

static bool is_locked_down(const struct kmt_policy *policy)
{
	return policy->lockdown && strcmp(policy->lockdown, "none") != 0;
}

/* The cause, as explain/explain.h names it. */
static const char *id_of(const struct kmt_policy *policy, const struct kmt_sigfacts *f, int errnum)
{
	bool locked = policy->sig_enforce != 1 && is_locked_down(policy);

	if (errnum == EBADMSG)
		return "signature-format";
	if (f->forced)
		return locked ? "lockdown-forced" : "forced-enforced";
	if (f->seal == KMT_SEAL_NONE)
		return locked ? "lockdown" : "unsigned-enforced";
	if (errnum == EKEYREJECTED && f->verified && f->check.result == KMT_VERIFY_BAD)
		return "signature-damaged";
	return locked ? "lockdown" : "unknown-key-enforced";
}

static void judge(struct kmt_checker *c, const struct kmt_sigfacts *facts)
{
	struct kmt_policy policy = c->env->policy;
	struct kmt_sigverdict v;
	const char *id;

	/* They have tests of their own. */
	policy.modules_disabled = policy.module_blacklisted = 0;
	kmt_check_signature(&policy, facts, &c->arena, &v);
	id = id_of(&policy, facts, v.errnum);
	switch (v.answer) {
	case KMT_ANSWER_LOADS:
		kmt_check_pass(c, "%s", v.reason);
		break;
	case KMT_ANSWER_TAINTS:
		kmt_check_add(c, KMT_CHECK_WARN, "unsigned", NULL, "%s", v.reason);
		break;
	case KMT_ANSWER_DEPENDS:
		kmt_check_add(c, KMT_CHECK_UNKNOWN, id, NULL, "%s", v.reason);
		break;
	case KMT_ANSWER_REFUSED:
		kmt_check_fail(c, KMT_ERR_REFUSED, id, v.errnum,
			!strncmp(id, "signature", strlen("signature")) ? FIX_AGAIN : FIX_SIGN, "%s", v.reason);
		break;
	}
}

/* Whatever the kernel's policy is. */
static void describe(struct kmt_checker *c, const struct kmt_sigfacts *facts)
{
	if (facts->seal == KMT_SEAL_NONE)
		kmt_check_add(c, KMT_CHECK_WARN, "unsigned", NULL,
			"not signed: taints the kernel (E), and is refused where signatures are "
			"enforced");
	else if (facts->seal == KMT_SEAL_DAMAGED)
		kmt_check_add(c, KMT_CHECK_WARN, "signature-format", FIX_AGAIN,
			"the signature is damaged: a kernel that checks signatures refuses it");
	else if (facts->verified && facts->check.result == KMT_VERIFY_BAD)
		kmt_check_add(c, KMT_CHECK_WARN, "signature-damaged", FIX_AGAIN,
			"the signature does not match the file: a kernel that knows the key refuses it");
	else
		kmt_check_pass(c, "signed%s",
			facts->verified && facts->check.result == KMT_VERIFY_GOOD ? ", and verified" : "");
}

static void test_signature(struct kmt_checker *c)
{
	struct kmt_sigfacts facts;

	if (kmt_sigfacts_read(c->ko, &c->env->keys, &c->arena, &facts, NULL) < 0)
		return;
	facts.forced = c->subject->flags & (KMT_INSERT_IGNORE_MODVERSIONS | KMT_INSERT_IGNORE_VERMAGIC);
	if (c->env->live)
		judge(c, &facts);
	else
		describe(c, &facts);
}

const kmt_check_fn kmt_tests_of_signature[KMT_TESTS] = {
	[KMT_TEST_SIGNATURE] = test_signature,
};
