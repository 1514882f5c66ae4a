/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool config` that only show: the files that are read, and their lines and effects. */
#include "config_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/lookup.h>
#include <kmt/model/settings.h>
#include <kmt/out/settings.h>
#include <kmt/source/modulesload.h>
#include <kmt/sys/paths.h>

/* `kmtool config files`: which files are read, in which order, and which are not. */

struct file_row {
	const struct kmt_conf_file *file;
	const char *kind; /* "modprobe.d", "modules-load.d", "command-line" */
};

struct file_rows {
	KMT_VEC(struct file_row) v;
};

static const struct kmt_conf_file *file_of(const void *row)
{
	return ((const struct file_row *)row)->file;
}

static void put(const struct kmt_conf_file *file, const char *text, struct kmt_cell *out)
{
	out->s = text;
	if (file->state != KMT_CONF_FILE_READ)
		out->hue = KMT_HUE_DIM;
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	put(file_of(row), file_of(row)->path, out);
}

static void get_kind(const void *row, void *ctx, struct kmt_cell *out)
{
	put(file_of(row), ((const struct file_row *)row)->kind, out);
}

static void get_state(const void *row, void *ctx, struct kmt_cell *out)
{
	put(file_of(row), kmt_conf_file_state_name(file_of(row)->state), out);
	if (file_of(row)->state == KMT_CONF_FILE_IGNORED)
		out->hue = KMT_HUE_WARN;
}

static void get_by(const void *row, void *ctx, struct kmt_cell *out)
{
	kmt_cell_origin(&(struct kmt_origin){.file = file_of(row)->masked_by}, ctx, out);
	out->hue = KMT_HUE_DIM;
}

static void get_reason(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_conf_file *file = file_of(row);

	if (file->state == KMT_CONF_FILE_MASKED)
		out->s = kmt_arena_printf(ctx, "%s has the same name and comes first", file->masked_by);
	else if (file->state == KMT_CONF_FILE_MASK)
		out->s = "empty: it only keeps files of its name in other directories out";
	else
		out->s = file->reason;
	put(file, out->s, out);
}

static const struct kmt_column columns[] = {
	{"file", "FILE", KMT_CELL_STRING, true, .whole = true, .help = "its path", .get = get_file},
	{"kind", "KIND", KMT_CELL_STRING, true, .whole = true,
		.help = "modprobe.d, module-tree, command-line or modules-load.d", .get = get_kind},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true, .help = "read, mask, masked or ignored",
		.get = get_state},
	{"by", "BY", KMT_CELL_ORIGIN, false, .path = true,
		.help = "the file that is read instead", .get = get_by},
	{"reason", "REASON", KMT_CELL_STRING, true, .help = "why it is not read", .get = get_reason},
	{0},
};

static void add_files(const struct kmt_conf_files *files, const char *kind, struct file_rows *out)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &files->rows) {
		kmt_vec_push(&out->v, (struct file_row){file, file->shipped ? "module-tree" : kind});
	}
}

static int print_files(struct kmt_env *env, const struct file_rows *rows, struct kmt_arena *arena,
	const struct kmt_selection *sel, struct kmt_err *err)
{
	kmt_autofree const void **pointers = kmt_realloc_array(NULL, rows->v.n + 1, sizeof(*pointers));

	for (size_t i = 0; i < rows->v.n; i++)
		pointers[i] = &rows->v.v[i];
	return kmt_cmd_print(env,
		&(struct kmt_rows){.columns = columns,
			.rows = pointers,
			.n = rows->v.n,
			.ctx = arena,
			.json_name = "files"},
		sel, err);
}

static int run_files(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	static const struct kmt_conf_file cmdline = {.path = KMT_PATH_PROC_CMDLINE};
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_modulesload boot = {0};
	struct kmt_snapshot snap;
	struct file_rows rows = {0};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_config_snapshot(env, &snap, err);
	if (r < 0)
		return r;
	kmt_modulesload_read(&env->root, &boot, &env->diag);
	add_files(&snap.conf.files, "modprobe.d", &rows);
	if (snap.running && kmt_root_exists(&env->root, KMT_PATH_PROC_CMDLINE))
		kmt_vec_push(&rows.v, (struct file_row){&cmdline, "command-line"});
	add_files(&boot.files, "modules-load.d", &rows);
	r = print_files(env, &rows, snap.texts, &sel, err);
	kmt_vec_free(&rows.v);
	kmt_modulesload_free(&boot);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const files_examples[] = {"kmtool config files",
	"all files in reading order",
	"kmtool --root /mnt config files", "files of a mounted system", NULL};

const struct kmt_cmd kmt_cmd_config_files = {
	.name = "config files",
	.summary = "List the configuration files in reading order, and why others are not read",
	.columns = columns,
	.examples = files_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_files,
};

struct list_opts {
	bool all;
};

static const struct kmt_opt list_options[] = {
	{"all", 'a', KMT_OPT_FLAG, .help = "also list what kernels and packages ship",
		.offset = offsetof(struct list_opts, all)},
	{0},
};

struct chosen {
	KMT_VEC(const void *) rows;
	size_t hidden;
};

/* For a person only: below the table, on a terminal. */
static void print_hidden(const struct kmt_env *env, size_t n)
{
	if (n && env->style.terminal && !env->g.json && !env->g.raw && !env->g.no_headings && !env->g.quiet)
		printf("%zu %s that kernels and packages ship: kmtool config list --all\n", n,
			n == 1 ? "more line" : "more lines");
}

static int print(struct kmt_env *env, const struct chosen *chosen, struct kmt_settings *settings,
	const struct kmt_selection *sel, struct kmt_err *err)
{
	return kmt_cmd_print(env,
		&(struct kmt_rows){.columns = kmt_setting_columns,
			.rows = chosen->rows.v,
			.n = chosen->rows.n,
			.ctx = &settings->arena,
			.json_name = "settings"},
		sel, err);
}

typedef int (*choose_fn)(struct kmt_env *env, const struct kmt_snapshot *snap,
	const struct kmt_settings *settings, struct chosen *out, struct kmt_err *err);

static int run(struct kmt_env *env, choose_fn choose, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_settings settings = {0};
	struct kmt_snapshot snap;
	struct chosen chosen = {0};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_config_snapshot(env, &snap, err);
	if (r < 0)
		return r;
	kmt_banner(env, &snap, KMT_BANNER_TREE);
	r = kmt_settings_read(&snap, &settings, err);
	if (!r)
		r = choose(env, &snap, &settings, &chosen, err);
	if (!r)
		r = print(env, &chosen, &settings, &sel, err);
	if (!r)
		print_hidden(env, chosen.hidden);
	kmt_vec_free(&chosen.rows);
	kmt_settings_free(&settings);
	kmt_snapshot_free(&snap);
	return r;
}

static int choose_all(struct kmt_env *env, const struct kmt_snapshot *snap,
	const struct kmt_settings *settings, struct chosen *out, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &settings->rows) {
		kmt_vec_push(&out->rows, s);
	}
	return 0;
}

static int choose_local(struct kmt_env *env, const struct kmt_snapshot *snap,
	const struct kmt_settings *settings, struct chosen *out, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &settings->rows) {
		if (kmt_setting_is_local(s))
			kmt_vec_push(&out->rows, s);
	}
	out->hidden = settings->rows.n - out->rows.n;
	return 0;
}

/* Lines about the module itself, and about the alias that was asked for. */
static bool is_wanted(const struct kmt_setting *s, const char *query, const struct kmt_lookup *found)
{
	if (kmt_setting_is_about(s, query) || (s->name && !strcmp(s->name, query)))
		return true;
	for (size_t i = 0; i < found->rows.n; i++)
		if (kmt_setting_is_about(s, found->rows.v[i].name))
			return true;
	return false;
}

static int choose_module(struct kmt_env *env, const struct kmt_snapshot *snap,
	const struct kmt_settings *settings, struct chosen *out, struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	const struct kmt_setting *s;
	char query[KMT_ALIAS_MAX];
	int r = kmt_lookup_find(snap, env->argv[0], &found, err);

	if (!r && !kmt_alias_normalize(env->argv[0], query, sizeof(query)))
		kmt_vec_foreach(s, &settings->rows) {
			if (is_wanted(s, query, &found))
				kmt_vec_push(&out->rows, s);
		}
	if (!r && !found.rows.n && !out->rows.n && !kmt_snapshot_loaded(snap, env->argv[0]) && snap->has_tree)
		r = kmt_lookup_not_found(snap, env->argv[0], err);
	kmt_lookup_free(&found);
	return r;
}

static int run_list(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run(env, ((const struct list_opts *)opts)->all ? choose_all : choose_local, err);
}

static int run_show(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	if (env->argc > 1)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "one module at a time: '%s' or '%s'",
			env->argv[0], env->argv[1]);
	return run(env, choose_module, err);
}

static const char *const list_examples[] = {"kmtool config list", "what was configured here, with its effect",
	"kmtool config list --all --raw -o effect,where | grep ^ignored", "lines without effect", NULL};

const struct kmt_cmd kmt_cmd_config_list = {
	.name = "config list",
	.summary = "List the configuration of modules, line by line, with its effect",
	.opts = list_options,
	.opts_size = sizeof(struct list_opts),
	.columns = kmt_setting_columns,
	.examples = list_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_list,
};

static const char *const show_examples[] = {"kmtool config show loop", "every line about loop", NULL};

const struct kmt_cmd kmt_cmd_config_show = {
	.name = "config show",
	.summary = "Show the lines about one module, including those without effect",
	.operands = "NAME",
	.complete = KMT_COMPLETE_MODULE,
	.columns = kmt_setting_columns,
	.examples = show_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_show,
};
