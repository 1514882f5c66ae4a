/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What forbids the module: switches of the kernel, signatures, the kernel command line, the
 * configuration. */
#include "check_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/model/config.h>
#include <kmt/model/modfacts.h>
#include <kmt/model/obstacle.h>
#include <kmt/model/params.h>
#include <kmt/source/btf.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/paths.h>

/* Built without it, nothing is to be compared. */
#define FIX_BTF "build it against this kernel, or without CONFIG_DEBUG_INFO_BTF_MODULES"

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
	const struct kmt_snapshot *snap = c->env->snap;
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

static const char *copy_of(struct kmt_checker *c)
{
	struct kmt_modfacts facts = {0};
	const struct kmt_modref ref = {.name = c->subject->name, .path = c->subject->path};
	const char *text = "";

	pthread_mutex_lock(&c->env->lock);
	if (!kmt_modfacts_read(
		    &facts, c->env->snap, &ref, KMT_FACTS_LOADED | KMT_FACTS_BUILD_ID, NULL) &&
		facts.same != KMT_SAME_UNKNOWN)
		text = kmt_arena_printf(&c->arena, ", %s (by %s)",
			facts.same == KMT_SAME_FILE ? "from this file" : "from another build",
			facts.same_by);
	kmt_modfacts_free(&facts);
	pthread_mutex_unlock(&c->env->lock);
	return text;
}

static void test_loaded(struct kmt_checker *c)
{
	const struct kmt_check_subject *s = c->subject;
	const struct kmt_snapshot *snap = c->env->snap;
	kmt_autofree char *dir = kmt_asprintf("%s/%s", KMT_PATH_SYS_MODULE, s->name);

	if (s->planned || !s->path || !c->env->live)
		return;
	if (kmt_snapshot_loaded(snap, s->name))
		kmt_check_add(c, KMT_CHECK_WARN, "loaded", NULL,
			"it is loaded already%s: the kernel would answer EEXIST", copy_of(c));
	else if (kmt_root_exists(snap->root, dir))
		kmt_check_fail(c, KMT_ERR_FAILED, "name-taken", EINVAL,
			"a module of that name cannot be loaded beside it",
			"the kernel image itself has a part of that name (%s)", dir);
}

static void join_params(struct kmt_checker *c, struct kmt_strbuf *out)
{
	const struct kmt_check_subject *s = c->subject;
	struct kmt_config_options options = {0};
	const struct kmt_config_option *option;

	if (!s->planned && !s->is_file) {
		kmt_config_options(c->env->snap, s->name, s->alias, &options);
		kmt_vec_foreach (option, &options.rows)
			kmt_strbuf_item(out, " ", "%s", option->text);
		kmt_config_options_free(&options);
	}
	if (s->params && *s->params)
		kmt_strbuf_item(out, " ", "%s", s->params);
}

static void check_param(
	struct kmt_checker *c, const struct kmt_modfacts *facts, const struct kmt_param_word *word)
{
	kmt_autostrbuf struct kmt_strbuf arg = KMT_STRBUF_INIT;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	const struct kmt_param *param = kmt_modfacts_param(facts, word->name, word->name_len);
	const char *doubt;

	kmt_strbuf_add(&arg, word->name, word->name_len);
	if (word->value) {
		kmt_strbuf_addc(&arg, '=');
		kmt_strbuf_add(&arg, word->value, word->value_len);
	}
	doubt = kmt_modfacts_param_doubt(facts, arg.s, &c->arena);
	if (doubt)
		kmt_check_add(c, KMT_CHECK_WARN, "parameter-value", NULL, "%s", doubt);
	if (!kmt_modfacts_check_param(facts, arg.s, &err))
		return;
	if (param && param->known)
		kmt_check_fail(
			c, KMT_ERR_FAILED, "parameter-value", EINVAL, err.hint, "%s", err.msg);
	else
		kmt_check_add(c, KMT_CHECK_WARN, "parameter-unknown", err.hint,
			"%s: the kernel ignores it, 'kmtool load' refuses it", err.msg);
}

static void test_params(struct kmt_checker *c)
{
	kmt_autostrbuf struct kmt_strbuf params = KMT_STRBUF_INIT;
	const struct kmt_modref ref = {.name = c->subject->name, .path = c->subject->path};
	struct kmt_modfacts facts = {0};
	size_t before = c->out->lines.n;
	struct kmt_param_word word;
	const char *s;

	join_params(c, &params);
	if (!params.len)
		return;
	s = params.s;
	pthread_mutex_lock(&c->env->lock);
	if (!kmt_modfacts_read(
		    &facts, c->env->snap, &ref, KMT_FACTS_DECLARED | KMT_FACTS_PARAMS, NULL))
		while (kmt_param_word_next(&s, &word))
			check_param(c, &facts, &word);
	kmt_modfacts_free(&facts);
	pthread_mutex_unlock(&c->env->lock);
	if (c->out->lines.n == before)
		kmt_check_pass(c, "%s", params.s);
}

/* The kernel looks at places of names only, and what it does then is a matter of its configuration. */
static void tell_btf(struct kmt_checker *c, enum kmt_btf_fit fit)
{
	const char *text = fit == KMT_BTF_DAMAGED ? "its type information (.BTF) is damaged"
						  : "its type information (.BTF) is for another build of the kernel";

	if (fit == KMT_BTF_FITS)
		kmt_check_pass(c, "its type information fits the kernel's");
	else if (fit == KMT_BTF_OUTSIDE &&
		kmt_check_config(c->env, "CONFIG_MODULE_ALLOW_BTF_MISMATCH") == 'n')
		kmt_check_fail(c, KMT_ERR_FAILED, "btf", EINVAL, FIX_BTF, "%s", text);
	else
		kmt_check_add(c, KMT_CHECK_WARN, "btf", FIX_BTF, "%s", text);
}

static void test_btf(struct kmt_checker *c)
{
	const struct kmt_strbuf *kernel = c->env->live ? kmt_check_btf(c->env) : NULL;
	bool has = kmt_kofile_has_section(c->ko, ".BTF");
	const unsigned char *data;
	struct kmt_btf base, own;
	size_t n;

	if (!has || !kernel)
		return;
	if (!kernel->len)
		kmt_check_pass(c, "this kernel has no type information to compare .BTF with");
	else if (c->of_tree)
		kmt_check_pass(c, "built with the kernel's own tree");
	else if (kmt_kofile_has_section(c->ko, ".BTF.base"))
		kmt_check_pass(c, "it brings the types of the kernel that it uses (.BTF.base)");
	else if (kmt_btf_open(kernel->s, kernel->len, &base, NULL))
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "btf", NULL,
			"the type information of this kernel cannot be read");
	else if (kmt_kofile_section_bytes(c->ko, ".BTF", &data, &n, NULL) ||
		kmt_btf_open(data, n, &own, NULL))
		tell_btf(c, KMT_BTF_DAMAGED);
	else
		tell_btf(c, kmt_btf_compare(&base, &own));
}

const kmt_check_fn kmt_tests_of_machine[KMT_TESTS] = {
	[KMT_TEST_POLICY] = test_policy,
	[KMT_TEST_BLACKLIST] = test_blacklist,
	[KMT_TEST_CONFIGURATION] = test_config,
	[KMT_TEST_LOADED] = test_loaded,
	[KMT_TEST_BTF] = test_btf,
	[KMT_TEST_PARAMETERS] = test_params,
};
