/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The signature: whether it is good, whether the kernel has its key, and whether it insists on that. */
#include "check_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/check/signature.h>
#include <kmt/model/modfacts.h>
#include <kmt/sys/kernel.h>

#define FIX_SIGN                                                                                   \
	"use the distribution's own module, or sign it with an enrolled key (mokutil --import "    \
	"KEY, then reboot)"
#define FIX_AGAIN "install it again, or sign it again"

/* As many loaded modules are asked for the key that signed them. */
#define WITNESSES_MAX 16

/* A module of the tree that is loaded and does not taint the kernel (E): the kernel has the key that signed
 * it. */
static bool learn_key(
	struct kmt_check_env *env, struct kmt_kofile *ko, const struct kmt_procmod *loaded)
{
	const struct kmt_module *m =
		env->snap->has_tree ? kmt_modindex_find(&env->snap->index, loaded->name) : NULL;
	static const struct kmt_keyring none;
	struct kmt_sigfacts facts;

	if (!m || strchr(loaded->taint, 'E') ||
		kmt_modfacts_same_file(env->snap, loaded->name, m->path) == KMT_OTHER_FILE ||
		kmt_kofile_open(ko, env->snap->root, m->path, NULL) ||
		kmt_sigfacts_read(ko, &none, &env->arena, &facts, NULL) || facts.check.n != 1)
		return false;
	kmt_keyring_learn(&env->keys, facts.check.signers, true);
	return true;
}

static void read_keys(struct kmt_check_env *env)
{
	struct kmt_kofile *ko = kmt_kofile_new();

	kmt_keyring_read(env->snap->root, &env->keys);
	for (size_t i = 0; i < env->snap->loaded.rows.n && i < WITNESSES_MAX; i++)
		if (learn_key(env, ko, &env->snap->loaded.rows.v[i]))
			break;
	kmt_kofile_free(ko);
}

/* The keys of a kernel that does not run are not known: only given ones then. */
static const struct kmt_keyring *keys_of(struct kmt_check_env *env)
{
	pthread_mutex_lock(&env->lock);
	if (env->live && !env->has_keys)
		read_keys(env);
	env->has_keys = true;
	pthread_mutex_unlock(&env->lock);
	return &env->keys;
}

/* The cause, as explain/explain.h names it. */
static const char *id_of(const struct kmt_policy *policy, const struct kmt_sigfacts *f, int errnum)
{
	bool locked = policy->sig_enforce != 1 && kmt_policy_locked_down(policy);

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

	if (kmt_sigfacts_read(c->ko, keys_of(c->env), &c->arena, &facts, NULL) < 0)
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
