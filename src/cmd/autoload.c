/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool autoload`: what is loaded at boot because a line says so. */
#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/cmd.h>
#include <kmt/cmd/print.h>
#include <kmt/model/config.h>
#include <kmt/model/lookup.h>
#include <kmt/model/settings.h>
#include <kmt/out/modstate.h>
#include <kmt/plan/edit.h>
#include <kmt/source/confdirs.h>
#include <kmt/sys/paths.h>

#include "change_priv.h"
#include "cmds_priv.h"
#include "config_priv.h"

#define TAKES_EDIT (KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW)

static const char *const add_examples[] = {"kmtool autoload add -n br_netfilter",
	"show what would be written to load it at every boot", NULL};

static const struct kmt_cmd cmd_autoload_add = {
	.name = "autoload add",
	.summary = "Load modules at every boot",
	.operands = KMT_BLOCK_OPERANDS,
	.complete = KMT_COMPLETE_MODULE,
	.opts = kmt_autoload_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = add_examples,
	.takes = TAKES_EDIT,
	.run = kmt_change_request,
};

static const char *const remove_examples[] = {
	"kmtool autoload remove -n br_netfilter", "show which lines would be removed, from which files", NULL};

static const struct kmt_cmd cmd_autoload_remove = {
	.name = "autoload remove",
	.summary = "Stop loading modules at boot",
	.operands = KMT_BLOCK_OPERANDS,
	.complete = KMT_COMPLETE_MODULE,
	.opts = kmt_autoload_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = remove_examples,
	.takes = TAKES_EDIT,
	.run = kmt_change_request,
};

struct context {
	const struct kmt_snapshot *snap;
	struct kmt_settings *settings;
};

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;

	out->s = s->name;
	out->hue = s->effect == KMT_SETTING_EFFECTIVE ? KMT_HUE_BOLD : KMT_HUE_DIM;
}

static void get_where(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct context *c = ctx;
	const struct kmt_origin *origin = &((const struct kmt_setting *)row)->origin;

	kmt_cell_origin(origin, &c->settings->arena, out);
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_setting *)row)->origin.file;
}

static void get_line(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_setting *)row)->origin.line;
	out->absent = !out->n;
}

/* A line may name an alias: then any module that answers counts, a loaded one first. *MODULE: its name. */
static const char *state(struct context *c, const char *name, const char **module)
{
	const struct kmt_procmod *loaded = kmt_snapshot_loaded(c->snap, name);
	const char *text = kmt_modstate_word(loaded, false, false);
	struct kmt_lookup found = {0};

	*module = loaded ? loaded->name : NULL;
	if (loaded)
		return text;
	if (!c->snap->has_tree)
		return NULL;
	kmt_lookup_find(c->snap, name, &found, NULL);
	for (size_t i = 0; i < found.rows.n && !loaded; i++) {
		const struct kmt_module *m = found.rows.v[i].module;

		if (!m)
			continue;
		loaded = kmt_snapshot_loaded(c->snap, m->name);
		text = kmt_modstate_word(loaded, true, m->builtin);
		*module = m->name;
	}
	kmt_lookup_free(&found);
	return text;
}

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	state(ctx, ((const struct kmt_setting *)row)->name, &out->s);
}

static void get_state(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;
	const char *module, *word = state(ctx, s->name, &module);

	if (word)
		kmt_modstate_cell(word, out);
	if (out->hue != KMT_HUE_GOOD && s->effect != KMT_SETTING_EFFECTIVE)
		out->hue = KMT_HUE_WARN;
}

static void get_problem(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;

	out->s = s->effect == KMT_SETTING_EFFECTIVE ? NULL : s->reason;
	out->hue = KMT_HUE_WARN;
}

static const struct kmt_column columns[] = {
	{"name", "NAME", KMT_CELL_STRING, true, .whole = true,
		.help = "the module name, as written in the line", .get = get_name},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "live, loading, unloading, available, built-in or missing", .get = get_state},
	{"where", "WHERE", KMT_CELL_ORIGIN, true, .whole = true,
		.help = "the file and line that loads it", .get = get_where},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "the file only", .get = get_file},
	{"line", "LINE", KMT_CELL_NUMBER, false, .help = "the line number only", .get = get_line},
	{"problem", "PROBLEM", KMT_CELL_STRING, true,
		.help = "why the line has no effect", .get = get_problem},
	{"module", "MODULE", KMT_CELL_STRING, false, .in_json = true, .whole = true,
		.help = "the module that the name resolves to", .get = get_module},
	{0},
};

static int print(struct kmt_env *env, struct context *c, const struct kmt_selection *sel,
	struct kmt_err *err)
{
	KMT_VEC(const void *) rows = {0};
	const struct kmt_setting *s;
	int r;

	kmt_vec_foreach(s, &c->settings->rows) {
		if (kmt_setting_is_boot(s))
			kmt_vec_push(&rows, s);
	}
	r = kmt_cmd_print(env,
		&(struct kmt_rows){
			.columns = columns, .rows = rows.v, .n = rows.n, .ctx = c, .json_name = "autoload"},
		sel, err);
	kmt_vec_free(&rows);
	return r;
}

static int run_list(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_settings settings;
	struct kmt_snapshot snap;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_config_snapshot(env, &snap, err);
	if (r < 0)
		return r;
	kmt_banner(env, &snap, KMT_BANNER_TREE);
	r = kmt_settings_read(&snap, &settings, err);
	if (!r) {
		r = print(env, &(struct context){&snap, &settings}, &sel, err);
		kmt_settings_free(&settings);
	}
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const list_examples[] = {
	"kmtool autoload list", "modules loaded at boot, and by which line", NULL};

static const struct kmt_cmd cmd_autoload_list = {
	.name = "autoload list",
	.summary = "List the lines that load modules at boot, in reading order",
	.columns = columns,
	.examples = list_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_list,
};

static const struct kmt_cmd *const verbs[] = {
	&cmd_autoload_list,
	&cmd_autoload_add,
	&cmd_autoload_remove,
	NULL,
};

static const char *const examples[] = {"kmtool autoload", "modules loaded at boot, and by which line",
	"kmtool autoload add -n br_netfilter", "show what would be written to load it at every boot", NULL};

const struct kmt_cmd kmt_cmd_autoload = {
	.name = "autoload",
	.group = KMT_CMD_CHANGE,
	.summary = "Show and change which modules are loaded at boot",
	.operands = "[VERB] [NAME...]",
	.verbs = verbs,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS | KMT_TAKES_DRY_RUN,
};
