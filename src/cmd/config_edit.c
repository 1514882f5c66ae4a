/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool config` that change files: by the line or the last change, and by what to add. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/model/lookup.h>
#include <kmt/model/modfacts.h>
#include <kmt/plan/edit.h>
#include <kmt/plan/effects.h>
#include <kmt/plan/options.h>
#include <kmt/plan/params.h>
#include <kmt/source/confdirs.h>
#include <kmt/source/undo.h>
#include <kmt/sys/paths.h>

#include "config_priv.h"

/* The verbs of `kmtool config` that act on a line or on the last change: comment-out, restore, undo. */

#define TAKES_EDIT (KMT_TAKES_MACHINE | KMT_TAKES_JSON | KMT_TAKES_RAW | KMT_TAKES_DRY_RUN)
#define RECORD_MAX ((size_t)16 << 20)

/* Fills c->plan, and EFFECTS as for kmt_change_edit(). */
typedef int edit_plan_fn(struct kmt_change *c, struct kmt_strv *effects, struct kmt_err *err);

/* An edit from its start to its end. FIXED: as in struct kmt_change; it has no effects to tell. */
static int run_edit(
	struct kmt_env *env, const void *opts, bool fixed, edit_plan_fn *plan, struct kmt_err *err)
{
	struct kmt_change c = {.env = env, .opts = opts, .fixed = fixed};
	struct kmt_strv effects = {0};
	int r;

	do {
		effects.n = 0;
		r = kmt_config_start(&c, err);
		if (!r)
			r = plan(&c, &effects, err);
		if (!r)
			r = kmt_change_edit(&c, fixed ? NULL : &effects, err);
	} while (kmt_change_again(&c));
	kmt_change_free(&c);
	kmt_vec_free(&effects);
	return r;
}

struct line_ref {
	const char *path; /* absolute below the root */
	unsigned int number;
};

/* FILE:LINE, as `kmtool config` prints it. */
static int parse_ref(const char *arg, struct kmt_arena *arena, struct line_ref *out, struct kmt_err *err)
{
	const char *colon = strrchr(arg, ':');
	uint64_t number = 0;

	if (!colon || kmt_num_u64(colon + 1, 10, &number) || !number || number > UINT32_MAX) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' is not FILE:LINE", arg);
		kmt_err_hint(err, "'kmtool config list' shows lines in this form");
		return -EINVAL;
	}
	out->number = (unsigned int)number;
	return kmt_edit_file(kmt_arena_strndup(arena, arg, (size_t)(colon - arg)), NULL, arena, &out->path, err);
}

/* What a package owns is not edited: a copy in /etc/modprobe.d takes its place. */
static int open_own(struct kmt_change *c, const struct line_ref *ref, struct kmt_edit *e, struct kmt_err *err)
{
	static const char own[] = KMT_PATH_MODPROBE_D "/";
	const struct kmt_root *root = &c->env->root;
	const char *path;
	int r;

	if (!kmt_root_exists(root, ref->path))
		return kmt_err_set(
			err, KMT_ERR_NOT_FOUND, ENOENT, "there is no file %s%s", root->path, ref->path);
	if (!strncmp(ref->path, own, strlen(own)))
		return kmt_edit_open(e, root, ref->path, err);
	path = kmt_arena_printf(&c->plan.arena, "%s%s", own, strrchr(ref->path, '/') + 1);
	r = kmt_edit_open_over(e, root, path, ref->path, err);
	if (!r && !e->absent) {
		kmt_edit_close(e);
		return kmt_err_set(err, KMT_ERR_REFUSED, EEXIST, "%s is masked by %s: its lines have no effect",
			ref->path, path);
	}
	if (!r)
		kmt_vec_push(&c->plan.warnings,
			kmt_arena_printf(&c->plan.arena,
				"%s stays as it is; %s takes its place, also after updates of the package",
				ref->path, path));
	return r;
}

typedef int (*line_fn)(struct kmt_edit *e, unsigned int number);

static int change_line(struct kmt_change *c, line_fn change, struct kmt_err *err)
{
	struct line_ref ref;
	struct kmt_edit e;
	int r;

	if (c->env->argc > 1)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "one line at a time: '%s' or '%s'",
			c->env->argv[0], c->env->argv[1]);
	r = parse_ref(c->env->argv[0], &c->plan.arena, &ref, err);
	if (!r)
		r = open_own(c, &ref, &e, err);
	if (r < 0)
		return r;
	r = change(&e, ref.number);
	if (r == -ENOENT)
		r = kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "%s has no line %u", ref.path, ref.number);
	else if (r < 0)
		r = kmt_err_set(err, KMT_ERR_REFUSED, EINVAL, "%s:%u: there is nothing to do", ref.path, ref.number);
	else
		kmt_edit_plan(&e, &c->plan, NULL);
	kmt_edit_close(&e);
	return r ? r : kmt_config_judge_plan(c, true, err);
}

static bool is_comment(const struct kmt_edit *e, unsigned int number)
{
	const char *s = kmt_strbuf_str(&e->text);

	while (--number && (s = strchr(s, '\n')))
		s++;
	return s && (*s == '#' || *s == '\n' || !*s);
}

/* A comment does not become more of one. */
static int comment_out(struct kmt_edit *e, unsigned int number)
{
	return is_comment(e, number) ? -EINVAL : kmt_edit_comment_out(e, number);
}

static int plan_comment_out(struct kmt_change *c, struct kmt_strv *effects, struct kmt_err *err)
{
	return change_line(c, comment_out, err);
}

static int run_comment_out(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run_edit(env, opts, true, plan_comment_out, err);
}

static int plan_restore(struct kmt_change *c, struct kmt_strv *effects, struct kmt_err *err)
{
	return change_line(c, kmt_edit_restore, err);
}

static int run_restore(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run_edit(env, opts, true, plan_restore, err);
}

static bool holds(const struct kmt_edit *e, const char *text, size_t n)
{
	return text ? !e->absent && e->old.len == n && !memcmp(kmt_strbuf_str(&e->old), text, n) : e->absent;
}

static int undo_file(struct kmt_change *c, const struct kmt_undo_file *file, struct kmt_err *err)
{
	struct kmt_edit e;
	int r = kmt_edit_open(&e, &c->env->root, file->path, err);

	if (r < 0)
		return r;
	if (holds(&e, file->after, file->after_n)) {
		kmt_strbuf_truncate(&e.text, 0);
		kmt_strbuf_add(&e.text, file->before ? file->before : "", file->before_n);
		kmt_edit_plan_state(&e, &c->plan, file->before != NULL);
	} else if (!holds(&e, file->before, file->before_n)) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, ESTALE, "%s was changed since: nothing is undone", file->path);
		kmt_err_hint(err, "edit it by hand; the text from before is in %s%s", c->env->root.path,
			KMT_PATH_UNDO);
	}
	kmt_edit_close(&e);
	return r;
}

/* The record of an image may be anybody's: it is no link, and only files that an edit writes are in it. */
static bool is_record(const struct kmt_root *root, const struct kmt_undo *undo)
{
	static const char *const modprobe_d[] = KMT_MODPROBE_D_DIRS;
	static const char *const load_d[] = KMT_MODULES_LOAD_D_DIRS;
	struct stat st;
	bool good = !kmt_root_lstat(root, KMT_PATH_UNDO, &st) && S_ISREG(st.st_mode);

	for (size_t i = 0; good && i < undo->files.n; i++) {
		const char *path = undo->files.v[i].path;

		good = kmt_confdirs_have(modprobe_d, KMT_ARRAY_SIZE(modprobe_d), path) ||
		       kmt_confdirs_have(load_d, KMT_ARRAY_SIZE(load_d), path);
	}
	for (size_t i = 0; good && i < undo->dirs.n; i++)
		good = !strcmp(undo->dirs.v[i], KMT_PATH_MODPROBE_D) ||
		       !strcmp(undo->dirs.v[i], KMT_PATH_MODULES_LOAD_D);
	return good;
}

static int plan_undo(struct kmt_change *c, struct kmt_strv *effects, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_root *root = &c->env->root;
	struct kmt_undo undo = {0};
	int r = kmt_root_read(root, KMT_PATH_UNDO, RECORD_MAX, &text, err);

	if (r == -ENOENT)
		return kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "there is no change to undo");
	if (!r && (kmt_undo_parse(kmt_strbuf_str(&text), text.len, &c->arena, &undo) < 0 || !is_record(root, &undo)))
		r = kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "%s%s is damaged", c->env->root.path, KMT_PATH_UNDO);
	for (size_t i = 0; !r && i < undo.files.n; i++)
		r = undo_file(c, &undo.files.v[i], err);
	for (size_t i = undo.dirs.n; !r && i-- > 0;)
		kmt_edit_plan_rmdir(root, undo.dirs.v[i], &c->plan);
	kmt_undo_free(&undo);
	return r ? r : kmt_config_judge_plan(c, true, err);
}

static int run_undo(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run_edit(env, opts, true, plan_undo, err);
}

static const char *const comment_examples[] = {
	"kmtool config comment-out /etc/modprobe.d/local.conf:3", "comment out this line", NULL};

const struct kmt_cmd kmt_cmd_config_comment_out = {
	.name = "config comment-out",
	.summary = "Comment out a line (undo with 'restore')",
	.operands = "FILE:LINE",
	.complete = KMT_COMPLETE_FILE,
	.examples = comment_examples,
	.takes = TAKES_EDIT,
	.run = run_comment_out,
};

static const char *const restore_examples[] = {
	"kmtool config restore /etc/modprobe.d/local.conf:3", "restore that line", NULL};

const struct kmt_cmd kmt_cmd_config_restore = {
	.name = "config restore",
	.summary = "Restore a line that was commented out by comment-out",
	.operands = "FILE:LINE",
	.complete = KMT_COMPLETE_FILE,
	.examples = restore_examples,
	.takes = TAKES_EDIT,
	.run = run_restore,
};

static const char *const undo_examples[] = {"kmtool config undo -n", "show what would be reverted", NULL};

const struct kmt_cmd kmt_cmd_config_undo = {
	.name = "config undo",
	.summary = "Revert the last change of configuration files",
	.examples = undo_examples,
	.takes = TAKES_EDIT,
	.run = run_undo,
};

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
	{"unset", 0, KMT_OPT_LIST, "PARAM", .help = "remove PARAM from the options (may be repeated)",
		.offset = offsetof(struct option_opts, unset)},
	{0},
};

static int plan_option(struct kmt_change *c, struct kmt_strv *effects, struct kmt_err *err)
{
	const struct option_opts *opts = c->opts;
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
	return run_edit(env, opts, false, plan_option, err);
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

static int plan_alias(struct kmt_change *c, struct kmt_strv *effects, struct kmt_err *err)
{
	const struct edit_opts *opts = c->opts;
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
	if (!r && !has_alias(&c->snap, pattern, module))
		r = plan_line(c, opts->file, ALIAS_FILE, KMT_CONF_ALIAS, pattern, module, err);
	if (r < 0)
		return r;
	kmt_vec_push(effects, kmt_arena_printf(&c->arena, "it takes effect with the next request for %s",
				      c->env->argv[0]));
	kmt_effects_initramfs(&c->snap, c->env->argv[1], &c->plan.arena, effects);
	return 0;
}

static int run_alias(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run_edit(env, opts, false, plan_alias, err);
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
				"'%s' does not follow pre: or post:, so modprobe would ignore it", word);
		else if (kmt_alias_normalize(word, name, sizeof(name)) || strpbrk(word, " \t\n\\"))
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a module", word);
		kmt_strbuf_item(out, " ", "%s", word);
	}
	return in_list ? 0
		       : kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
				 "which modules? Give pre: NAME... or post: NAME...; pre: alone for none at all");
}

static int plan_softdep(struct kmt_change *c, struct kmt_strv *effects, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct edit_opts *opts = c->opts;
	char name[KMT_NAME_MAX];
	int r;

	if (kmt_name_normalize(c->env->argv[0], name, sizeof(name)))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a module", c->env->argv[0]);
	r = softdep_text(c, &text, err);
	if (!r)
		r = check_module(c, name, err);
	if (!r)
		r = plan_line(c, opts->file, SOFTDEP_FILE, KMT_CONF_SOFTDEP, name, text.s, err);
	if (!r)
		kmt_effects_of_edit(&c->snap, name, &c->plan.arena, effects);
	return r;
}

static int run_softdep(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run_edit(env, opts, false, plan_softdep, err);
}

static const char *const option_examples[] = {"kmtool config set-option loop max_part=7",
	"set an option for every load", "kmtool config set-option loop --unset max_part",
	"remove it again", NULL};

const struct kmt_cmd kmt_cmd_config_set_option = {
	.name = "config set-option",
	.summary = "Set parameters of a module for every load",
	.operands = "NAME [PARAM=VALUE...]",
	.complete = KMT_COMPLETE_PARAMS_ARG,
	.opts = option_options,
	.opts_size = sizeof(struct option_opts),
	.examples = option_examples,
	.takes = TAKES_EDIT,
	.run = run_option,
};

static const char *const alias_examples[] = {"kmtool config alias net-pf-10 off",
	"disable this alias", NULL};

const struct kmt_cmd kmt_cmd_config_alias = {
	.name = "config alias",
	.summary = "Define an alias for a module; 'off' disables the alias",
	.operands = "PATTERN NAME",
	.opts = edit_options,
	.opts_size = sizeof(struct edit_opts),
	.examples = alias_examples,
	.takes = TAKES_EDIT,
	.run = run_alias,
};

static const char *const softdep_examples[] = {"kmtool config softdep btrfs pre: crc32c-intel",
	"load it before btrfs, if possible", NULL};

const struct kmt_cmd kmt_cmd_config_softdep = {
	.name = "config softdep",
	.summary = "Define soft dependencies: modules to load before or after another one",
	.operands = "NAME [pre: NAME...] [post: NAME...]",
	.complete = KMT_COMPLETE_MODULE,
	.opts = edit_options,
	.opts_size = sizeof(struct edit_opts),
	.examples = softdep_examples,
	.takes = TAKES_EDIT,
	.run = run_softdep,
};
