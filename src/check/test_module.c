/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module among others: whether it is there already, its parameters, its type information. */
#include "check_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/modfacts.h>
#include <kmt/model/params.h>
#include <kmt/sys/paths.h>

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
	struct kmt_snapshot *snap = c->env->snap;
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

/* Which base the type information was made for is only in the kernel's own parser. */
static void test_btf(struct kmt_checker *c)
{
	if (!kmt_kofile_has_section(c->ko, ".BTF") || !c->env->live)
		return;
	if (!kmt_root_exists(c->env->snap->root, KMT_PATH_SYS_BTF))
		kmt_check_pass(c, "this kernel has no type information to compare .BTF with");
	else if (c->of_tree)
		kmt_check_pass(c, "built with the kernel's own tree");
	else
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "btf", NULL,
			"whether its .BTF is for this kernel's, only the kernel can tell");
}

const kmt_check_fn kmt_tests_of_module[KMT_TESTS] = {
	[KMT_TEST_LOADED] = test_loaded,
	[KMT_TEST_PARAMETERS] = test_params,
	[KMT_TEST_BTF] = test_btf,
};
