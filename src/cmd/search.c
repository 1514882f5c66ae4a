/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool search`: which modules have a text in their name, description, aliases, parameters ... */
#include "search_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/opt.h>
#include <kmt/cmd/print.h>
#include <kmt/model/lookup.h>

#include "cmds_priv.h"

#define NOTES (KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX)
#define MAX_HINTS 4

struct options {
	struct kmt_strv in;
	bool all;
	unsigned int threads;
};

static const struct kmt_opt search_options[] = {
	{"in", 'i', KMT_OPT_LIST, "FIELD,...", KMT_COMPLETE_CHOICE, kmt_field_names,
		"search only in these fields: name, description, alias, author, param, symbol, firmware",
		offsetof(struct options, in), 0},
	{"all", 'a', KMT_OPT_FLAG, .help = "print every matching value, not only the best of each field",
		.offset = offsetof(struct options, all)},
	{"threads", 0, KMT_OPT_UINT, "N",
		.help = "read with N threads (default: one for each CPU, at most 8)",
		.offset = offsetof(struct options, threads)},
	{0},
};

/* Files have to be opened for what no index tells. */
static bool needs_files(const struct kmt_search_run *run)
{
	unsigned int indexed = KMT_FIELD_INDEXED;

	if (run->alias_from_files || !run->snap->has_tree)
		indexed = 0;
	return (run->query.fields & ~indexed) != 0;
}

static int not_found(const struct kmt_search_run *run, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf texts = KMT_STRBUF_INIT, fields = KMT_STRBUF_INIT;
	struct kmt_strv near = {0};

	for (int i = 0; i < run->env->argc; i++)
		kmt_strbuf_item(&texts, " and ", "'%s'", run->env->argv[i]);
	for (size_t f = 0; f < KMT_FIELD_FIELDS; f++)
		if (run->query.fields & 1u << f)
			kmt_strbuf_item(&fields, ", ", "%s", kmt_field_names[f]);
	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no module of kernel %s has %s in its %s",
		run->snap->version, texts.s, fields.s);
	if (run->env->argc == 1 && run->snap->has_tree)
		kmt_lookup_near(run->snap, run->env->argv[0], MAX_HINTS, &near);
	kmt_lookup_hint(&near, err);
	kmt_vec_free(&near);
	return -ENOENT;
}

static int judge(const struct kmt_search_run *run, struct kmt_err *err)
{
	if (run->out.result)
		return run->out.result;
	if (run->n_bad)
		return kmt_err_set(err, KMT_ERR_PARTLY, EIO,
			"%zu of %zu module files could not be searched", run->n_bad, run->n_files);
	return run->out.n ? 0 : not_found(run, err);
}

static int search(struct kmt_search_run *run, struct kmt_err *err)
{
	int r = 0;

	kmt_search_index(run);
	if (!needs_files(run)) {
		kmt_search_flush(&run->out, true);
	} else if (kmt_search_flush(&run->out, false)) {
		r = kmt_search_files(run, err);
	}
	return r ? r : judge(run, err);
}

static void free_run(struct kmt_search_run *run)
{
	for (size_t i = 0; i < run->modules.n; i++)
		kmt_vec_free(&run->modules.v[i]->hits);
	kmt_vec_free(&run->modules);
	kmt_map_free(&run->by_name);
	kmt_arena_free(&run->arena);
	kmt_vec_free(&run->out.rows);
	kmt_arena_free(&run->out.arena);
	kmt_rows_parts_free(&run->out.parts);
	kmt_textsearch_free(&run->query);
}

static int prepare(struct kmt_search_run *run, const struct options *opts, struct kmt_selection *sel,
	struct kmt_err *err)
{
	unsigned int fields = 0;
	int r = kmt_cmd_select(run->env, sel, err);

	if (!r)
		r = kmt_opt_check_threads(opts->threads, err);
	if (!r)
		r = kmt_opt_words("in", &opts->in, kmt_field_names, &fields, err);
	if (!r)
		r = kmt_textsearch_init(
			&run->query, (size_t)run->env->argc, run->env->argv, fields, err);
	run->every = opts->all;
	run->threads = opts->threads;
	run->out.sel = sel;
	run->out.keep = run->env->g.json || sel->sort;
	return r;
}

static int run_search(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_snapshot snap;
	struct kmt_search_run run = {.env = env, .diag = &env->diag, .snap = &snap,
		.out = {.env = env, .snap = &snap, .err = err}};
	unsigned int parts = KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL;
	int r = prepare(&run, options, &sel, err);

	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, env->g.kernel, parts, &env->diag, err);
	if (!r) {
		kmt_banner(env, &snap, NOTES);
		r = search(&run, err);
		kmt_snapshot_free(&snap);
	}
	free_run(&run);
	return r;
}

static const char *const examples[] = {"kmtool search wifi", "find modules by a word",
	"kmtool search intel ethernet", "modules that match both words",
	"kmtool search --in name 'snd_hda*'", "module names that match a pattern",
	"kmtool search --in firmware --all --raw -o match iwlwifi", "firmware files with this in their names",
	NULL};

const struct kmt_cmd kmt_cmd_search = {
	.name = "search",
	.summary = "Find modules by name, description, alias, author, parameter, symbol or firmware",
	.operands = "TEXT...",
	.opts = search_options,
	.opts_size = sizeof(struct options),
	.columns = kmt_search_columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_search,
};
