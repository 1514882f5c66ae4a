/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What forbids the module: switches of the kernel, signatures, the kernel command line, the
 * configuration. */
#include "check_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/check/admission.h>
#include <kmt/model/config.h>
#include <kmt/model/obstacle.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/paths.h>

#define FIX_SIGN                                                                                   \
	"use the distribution's own module, or sign it with an enrolled key (mokutil --import "    \
	"KEY, then reboot)"

static void test_policy(struct kmt_checker *c)
{
	const struct kmt_policy *policy = &c->env->policy;

	if (!c->env->live)
		kmt_check_pass(
			c, "this kernel is not running: its switches at run time do not count");
	else if (!c->env->snap->has_modules)
		kmt_check_fail(c, KMT_ERR_FAILED, "no-module-support", ENOSYS, NULL,
			"this kernel was built without loadable modules");
	else if (policy->modules_disabled == 1)
		kmt_check_fail(c, KMT_ERR_REFUSED, "modules-disabled", EPERM,
			"reboot; look for kernel.modules_disabled in sysctl.d",
			"module loading is disabled (kernel.modules_disabled=1) until the next "
			"reboot");
	else
		kmt_check_pass(c, "modules can be loaded%s%s%s",
			policy->lockdown ? "; lockdown: " : "",
			policy->lockdown ? policy->lockdown : "",
			policy->sig_enforce == 1 ? "; signatures are enforced" : "");
}

static enum kmt_seal seal_of(struct kmt_checker *c)
{
	struct kmt_ko_sigblob blob;

	/* A forced module counts as unsigned. */
	if (c->subject->flags & (KMT_INSERT_IGNORE_MODVERSIONS | KMT_INSERT_IGNORE_VERMAGIC))
		return KMT_SEAL_NONE;
	if (kmt_kofile_sigblob(c->ko, &blob, NULL) < 0 || !blob.present)
		return KMT_SEAL_NONE;
	if (blob.damaged)
		return KMT_SEAL_DAMAGED;
	return blob.id_type == 2 ? KMT_SEAL_PKCS7 : KMT_SEAL_OLD;
}

static bool is_locked_down(const struct kmt_policy *policy)
{
	return policy->lockdown && strcmp(policy->lockdown, "none") != 0;
}

static void refuse_signature(struct kmt_checker *c, enum kmt_seal seal, const char *text)
{
	const struct kmt_policy *policy = &c->env->policy;
	bool forced =
		c->subject->flags & (KMT_INSERT_IGNORE_MODVERSIONS | KMT_INSERT_IGNORE_VERMAGIC);

	if (seal == KMT_SEAL_DAMAGED)
		kmt_check_fail(c, KMT_ERR_REFUSED, "signature-format", EBADMSG,
			"install it again, or sign it again", "%s", text);
	else if (policy->sig_enforce == 1)
		kmt_check_fail(c, KMT_ERR_REFUSED,
			forced                  ? "forced-enforced"
			: seal == KMT_SEAL_NONE ? "unsigned-enforced"
						: "unknown-key-enforced",
			EKEYREJECTED, FIX_SIGN, "%s", text);
	else
		kmt_check_fail(c, KMT_ERR_REFUSED, forced ? "lockdown-forced" : "lockdown", EPERM,
			FIX_SIGN, "%s", text);
}

static void judge(struct kmt_checker *c, enum kmt_seal seal)
{
	struct kmt_policy policy = c->env->policy;
	struct kmt_admission a;

	/* They have tests of their own. */
	policy.modules_disabled = policy.module_blacklisted = 0;
	kmt_admission_judge(&policy, seal, KMT_KEY_NOT_KNOWN, &c->arena, &a);
	switch (a.answer) {
	case KMT_ANSWER_LOADS:
		kmt_check_pass(c, "%s", a.reason);
		break;
	case KMT_ANSWER_TAINTS:
		kmt_check_add(c, KMT_CHECK_WARN, "unsigned", NULL, "%s", a.reason);
		break;
	case KMT_ANSWER_DEPENDS:
		kmt_check_add(c, KMT_CHECK_UNKNOWN,
			is_locked_down(&policy) ? "lockdown" : "unknown-key-enforced", NULL, "%s",
			a.reason);
		break;
	case KMT_ANSWER_REFUSED:
		refuse_signature(c, seal, a.reason);
		break;
	}
}

static void test_signature(struct kmt_checker *c)
{
	enum kmt_seal seal = seal_of(c);

	if (c->env->live)
		judge(c, seal);
	else if (seal == KMT_SEAL_NONE)
		kmt_check_add(c, KMT_CHECK_WARN, "unsigned", NULL,
			"not signed: taints the kernel (E), and is refused where signatures are "
			"enforced");
	else if (seal == KMT_SEAL_DAMAGED)
		kmt_check_add(c, KMT_CHECK_WARN, "signature-format",
			"install it again, or sign it again",
			"the signature is damaged: a kernel that checks signatures refuses it");
	else
		kmt_check_pass(c, "signed");
}

static void test_blacklist(struct kmt_checker *c)
{
	if (kmt_config_kernel_blacklisted(c->env->snap, c->subject->name))
		kmt_check_fail(c, KMT_ERR_REFUSED, "kernel-blacklist", EPERM,
			"take it out of module_blacklist= in the boot loader's configuration and "
			"reboot",
			"the kernel command line forbids it (module_blacklist=)");
}

/* What modprobe and `kmtool load` do instead of loading it by its name. */
static void test_config(struct kmt_checker *c)
{
	const struct kmt_check_subject *s = c->subject;
	struct kmt_snapshot *snap = c->env->snap;
	const struct kmt_module module = {.name = s->name, .path = s->path};
	const struct kmt_lookup_match match = {
		.name = s->name, .module = &module, .alias = s->alias};
	struct kmt_obstacle obstacle;
	const char *text;

	if (s->is_file || s->planned || !s->path)
		return;
	pthread_mutex_lock(&c->env->lock);
	kmt_obstacle_find(snap, &match, &obstacle);
	text = kmt_obstacle_text(&obstacle, &c->arena);
	pthread_mutex_unlock(&c->env->lock);
	if (obstacle.kind == KMT_OBSTACLE_NONE || obstacle.kind == KMT_OBSTACLE_KERNEL)
		return;
	if (obstacle.blocks)
		kmt_check_fail(c, KMT_ERR_REFUSED, "blocked", 0,
			"'kmtool unblock' removes kmtool's own blocks; else edit that line", "%s",
			text);
	else
		kmt_check_add(c, KMT_CHECK_WARN, "install-command", NULL, "%s: that is run instead",
			text);
}

const kmt_check_fn kmt_tests_of_policy[KMT_TESTS] = {
	[KMT_TEST_POLICY] = test_policy,
	[KMT_TEST_SIGNATURE] = test_signature,
	[KMT_TEST_BLACKLIST] = test_blacklist,
	[KMT_TEST_CONFIGURATION] = test_config,
};
