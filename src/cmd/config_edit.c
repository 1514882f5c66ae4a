/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool config` that add to the configuration: set-option, alias, softdep. */
#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/lookup.h>
#include <kmt/model/modfacts.h>
#include <kmt/plan/edit.h>
#include <kmt/plan/effects.h>
#include <kmt/plan/options.h>
#include <kmt/plan/params.h>

#include "config_priv.h"
#include "config_plan_priv.h"

#define ALIAS_FILE "kmtool-alias.conf"
#define SOFTDEP_FILE "kmtool-softdep.conf"
#define TAKES_EDIT (KMT_TAKES_MACHINE | KMT_TAKES_JSON | KMT_TAKES_RAW | KMT_TAKES_DRY_RUN)

struct edit_opts {
	const char *file;
};

struct option_opts {
	const char *file;
	struct kmt_strv unset;
};

#define FILE_OPTION(type)                                                                          \
	{                                                                                          \
		"file", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE, NULL,                        \
			"the file to write, as a path or a name in /etc/modprobe.d",               \
			offsetof(type, file), 0                                                    \
	}

static const struct kmt_opt edit_options[] = {FILE_OPTION(struct edit_opts), {0}};

static const struct kmt_opt option_options[] = {
	FILE_OPTION(struct option_opts),
	{"unset", 0, KMT_OPT_LIST, "PARAM", .help = "take PARAM out of the options (may be repeated)",
		.offset = offsetof(struct option_opts, unset)},
	{0},
};

static int plan_option(
	struct kmt_change *c, const struct option_opts *opts, struct kmt_strv *effects, struct kmt_err *err)
{
	struct kmt_strv set = {0};
	struct kmt_modfacts facts = {0};
	struct kmt_option_edit edit = {.set = &set, .unset = &opts->unset, .file = opts->file,
		.version = c->env->g.kernel};
	int r = kmt_modfacts_find(&facts, &c->snap, c->env->argv[0], err);

	for (int i = 1; i < c->env->argc; i++)
		kmt_vec_push(&set, c->env->argv[i]);
	if (!r && !set.n && !opts->unset.n)
		r = kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"which parameter? Give PARAM=VALUE, or --unset PARAM");
	if (!r)
		r = kmt_plan_check_params(&facts, &set, &c->plan, err);
	if (!r) {
		edit.module = facts.module.name;
		edit.builtin = facts.module.builtin;
		r = kmt_plan_options(&c->snap, &edit, effects, &c->plan, err);
	}
	kmt_modfacts_free(&facts);
	kmt_vec_free(&set);
	return r;
}

static int run_option(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	struct kmt_change c = {.env = env, .opts = opts};
	struct kmt_strv effects = {0};
	int r = kmt_config_start(&c, err);

	if (!r)
		r = plan_option(&c, opts, &effects, err);
	if (!r)
		r = kmt_change_edit(&c, &effects, err);
	kmt_change_free(&c);
	kmt_vec_free(&effects);
	return r;
}

/* Every line that says so already makes a second one superfluous. */
static bool has_alias(const struct kmt_snapshot *snap, const char *pattern, const char *module)
{
	const struct kmt_confindex_entry *entry = kmt_confindex_spelt(&snap->lines, KMT_CONF_ALIAS, pattern);

	while (entry && strcmp(entry->line->value, module) != 0)
		entry = entry->next;
	return entry != NULL;
}

/* Opens FILE, or OWN, puts the line into it, and judges what comes of it. */
static int plan_line(struct kmt_change *c, const char *file, const char *own, enum kmt_conf_kind kind,
	const char *pattern, const char *text, struct kmt_err *err)
{
	kmt_autofree char *line = kmt_asprintf("%s %s %s", kmt_conf_kind_name(kind), pattern, text);
	struct kmt_edit e;
	const char *path;
	int r = kmt_edit_file(file, own, &c->plan.arena, &path, err);

	if (!r)
		r = kmt_edit_open(&e, &c->env->root, path, err);
	if (r < 0)
		return r;
	if (kind == KMT_CONF_ALIAS)
		kmt_edit_append(&e, line);
	else
		kmt_edit_set_line(&e, kind, pattern, text);
	kmt_edit_plan(&e, &c->plan, pattern);
	kmt_edit_close(&e);
	return kmt_config_judge_plan(c, false, err);
}

static int check_module(struct kmt_change *c, const char *name, struct kmt_err *err)
{
	if (!c->snap.has_tree || !strcmp(name, "off") || kmt_modindex_find(&c->snap.index, name) ||
		kmt_modindex_find_builtin(&c->snap.index, name))
		return 0;
	return kmt_lookup_not_found(&c->snap, name, err);
}

static int plan_alias(struct kmt_change *c, const char *file, struct kmt_err *err)
{
	char pattern[KMT_ALIAS_MAX], module[KMT_NAME_MAX];
	int r;

	if (c->env->argc != 2)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"an alias takes two words: what is asked for, and the module that answers");
	if (kmt_alias_normalize(c->env->argv[0], pattern, sizeof(pattern)) || strpbrk(pattern, " \t\n\\#"))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be an alias", c->env->argv[0]);
	if (kmt_name_normalize(c->env->argv[1], module, sizeof(module)))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a module", c->env->argv[1]);
	r = check_module(c, module, err);
	if (r < 0 || has_alias(&c->snap, pattern, module))
		return r;
	return plan_line(c, file, ALIAS_FILE, KMT_CONF_ALIAS, pattern, module, err);
}

static int run_alias(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct edit_opts *opts = options;
	struct kmt_change c = {.env = env, .opts = options};
	struct kmt_strv effects = {0};
	int r = kmt_config_start(&c, err);

	if (!r)
		r = plan_alias(&c, opts->file, err);
	if (!r) {
		kmt_vec_push(&effects, kmt_arena_printf(&c.arena, "it takes effect with the next request for %s",
					       env->argv[0]));
		kmt_effects_initramfs(&c.snap, env->argv[1], &c.plan.arena, &effects);
		r = kmt_change_edit(&c, &effects, err);
	}
	kmt_change_free(&c);
	kmt_vec_free(&effects);
	return r;
}

/* NAME, then as in modprobe.d: "pre: A B post: C". */
static int softdep_text(struct kmt_change *c, struct kmt_strbuf *out, struct kmt_err *err)
{
	bool in_list = false;

	for (int i = 1; i < c->env->argc; i++) {
		const char *word = c->env->argv[i];
		char name[KMT_ALIAS_MAX];

		if (!strcmp(word, "pre:") || !strcmp(word, "post:"))
			in_list = true;
		else if (!in_list)
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
				"'%s' stands neither behind pre: nor behind post:, modprobe would not see it", word);
		else if (kmt_alias_normalize(word, name, sizeof(name)) || strpbrk(word, " \t\n\\"))
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a module", word);
		kmt_strbuf_addf(out, "%s%s", out->len ? " " : "", word);
	}
	return in_list ? 0
		       : kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
				 "which modules? Give pre: NAME... or post: NAME...; pre: alone for none at all");
}

static int plan_softdep(struct kmt_change *c, const char *file, const char *name, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = softdep_text(c, &text, err);

	if (!r)
		r = check_module(c, name, err);
	return r ? r : plan_line(c, file, SOFTDEP_FILE, KMT_CONF_SOFTDEP, name, text.s, err);
}

static int run_softdep(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct edit_opts *opts = options;
	struct kmt_change c = {.env = env, .opts = options};
	struct kmt_strv effects = {0};
	char name[KMT_NAME_MAX];
	int r;

	if (kmt_name_normalize(env->argv[0], name, sizeof(name)))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a module", env->argv[0]);
	r = kmt_config_start(&c, err);
	if (!r)
		r = plan_softdep(&c, opts->file, name, err);
	if (!r) {
		kmt_effects_of_edit(&c.snap, name, &c.plan.arena, &effects);
		r = kmt_change_edit(&c, &effects, err);
	}
	kmt_change_free(&c);
	kmt_vec_free(&effects);
	return r;
}

static const char *const option_examples[] = {"kmtool config set-option loop max_part=7",
	"an option for every load from now on", "kmtool config set-option loop --unset max_part",
	"take it out again", NULL};

const struct kmt_cmd kmt_cmd_config_set_option = {
	.name = "config set-option",
	.summary = "Set parameters of a module for every load from now on",
	.operands = "NAME [PARAM=VALUE...]",
	.complete = KMT_COMPLETE_PARAMS_ARG,
	.opts = option_options,
	.opts_size = sizeof(struct option_opts),
	.examples = option_examples,
	.takes = TAKES_EDIT,
	.run = run_option,
};

static const char *const alias_examples[] = {"kmtool config alias net-pf-10 off",
	"nothing answers to it any more", NULL};

const struct kmt_cmd kmt_cmd_config_alias = {
	.name = "config alias",
	.summary = "Let a module answer to a name or pattern; off: nothing does",
	.operands = "PATTERN NAME",
	.opts = edit_options,
	.opts_size = sizeof(struct edit_opts),
	.examples = alias_examples,
	.takes = TAKES_EDIT,
	.run = run_alias,
};

static const char *const softdep_examples[] = {"kmtool config softdep btrfs pre: crc32c-intel",
	"load it before btrfs, if it can be loaded", NULL};

const struct kmt_cmd kmt_cmd_config_softdep = {
	.name = "config softdep",
	.summary = "Load modules before or after another one, if they can be",
	.operands = "NAME [pre: NAME...] [post: NAME...]",
	.complete = KMT_COMPLETE_MODULE,
	.opts = edit_options,
	.opts_size = sizeof(struct edit_opts),
	.examples = softdep_examples,
	.takes = TAKES_EDIT,
	.run = run_softdep,
};
