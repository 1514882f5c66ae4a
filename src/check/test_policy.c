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

void kmt_test_policy(struct kmt_checker *c)
{
	const struct kmt_policy *policy = kmt_check_policy(c->env);

	if (!kmt_check_is_live(c->env))
		kmt_check_pass(
			c, "this kernel is not running: its switches at run time do not count");
	else if (!kmt_check_snapshot(c->env)->has_modules)
		kmt_check_fail(c, "no-module-support", ENOSYS, NULL,
			"this kernel was built without loadable modules");
	else if (policy->modules_disabled == 1)
		kmt_check_refuse(c, "modules-disabled", EPERM,
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
	const struct kmt_policy *policy = kmt_check_policy(c->env);
	bool forced =
		c->subject->flags & (KMT_INSERT_IGNORE_MODVERSIONS | KMT_INSERT_IGNORE_VERMAGIC);

	if (seal == KMT_SEAL_DAMAGED)
		kmt_check_refuse(c, "signature-format", EBADMSG,
			"install it again, or sign it again", "%s", text);
	else if (policy->sig_enforce == 1)
		kmt_check_refuse(c,
			forced                  ? "forced-enforced"
			: seal == KMT_SEAL_NONE ? "unsigned-enforced"
						: "unknown-key-enforced",
			EKEYREJECTED, FIX_SIGN, "%s", text);
	else
		kmt_check_refuse(
			c, forced ? "lockdown-forced" : "lockdown", EPERM, FIX_SIGN, "%s", text);
}

static void judge(struct kmt_checker *c, enum kmt_seal seal)
{
	struct kmt_policy policy = *kmt_check_policy(c->env);
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

void kmt_test_signature(struct kmt_checker *c)
{
	enum kmt_seal seal = seal_of(c);

	if (kmt_check_is_live(c->env))
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

void kmt_test_blacklist(struct kmt_checker *c)
{
	if (kmt_config_kernel_blacklisted(kmt_check_snapshot(c->env), c->subject->name))
		kmt_check_refuse(c, "kernel-blacklist", EPERM,
			"take it out of module_blacklist= in the boot loader's configuration and "
			"reboot",
			"the kernel command line forbids it (module_blacklist=)");
}

/* What modprobe and `kmtool load` do instead of loading it by its name. */
void kmt_test_config(struct kmt_checker *c)
{
	const struct kmt_check_subject *s = c->subject;
	struct kmt_snapshot *snap = kmt_check_snapshot(c->env);
	const struct kmt_module module = {.name = s->name, .path = s->path};
	const struct kmt_lookup_match match = {
		.name = s->name, .module = &module, .alias = s->alias};
	struct kmt_obstacle obstacle;
	const char *text;

	if (s->is_file || s->planned || !s->path)
		return;
	kmt_check_lock(c->env);
	kmt_obstacle_find(snap, &match, &obstacle);
	text = kmt_obstacle_text(&obstacle, &c->arena);
	kmt_check_unlock(c->env);
	if (obstacle.kind == KMT_OBSTACLE_NONE || obstacle.kind == KMT_OBSTACLE_KERNEL)
		return;
	if (obstacle.blocks)
		kmt_check_refuse(c, "blocked", 0,
			"'kmtool unblock' removes kmtool's own blocks; else edit that line", "%s",
			text);
	else
		kmt_check_add(c, KMT_CHECK_WARN, "install-command", NULL, "%s: that is run instead",
			text);
}
