/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool diff`: what another kernel's modules have, and have not. */
#include "diff_priv.h"

#include <errno.h>
#include <json.h>
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/opt.h>
#include <kmt/cmd/print.h>
#include <kmt/model/config.h>
#include <kmt/out/json.h>

#include "cmds_priv.h"

static void get_kind(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = kmt_diff_kind_names[((const struct kmt_diff_row *)row)->kind];
}

static void get_change(const void *data, void *ctx, struct kmt_cell *out)
{
	static const enum kmt_hue hues[KMT_DIFF_CHANGES] = {
		[KMT_DIFF_LOST] = KMT_HUE_BAD, [KMT_DIFF_GAINED] = KMT_HUE_GOOD};
	const struct kmt_diff_row *row = data;

	out->s = kmt_diff_change_names[row->change];
	out->hue = hues[row->change];
}

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_diff_row *)row)->module;
	out->hue = KMT_HUE_BOLD;
}

static void get_item(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_diff_row *row = data;

	out->s = row->kind == KMT_DIFF_MODULE ? NULL : row->item;
}

static void get_before(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_diff_row *)row)->before;
}

static void get_after(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_diff_row *)row)->after;
}

/* The line that sets PARAM of MODULE; NULL if none does. */
static const char *setting_of(struct kmt_diff_run *run, const char *module, const char *param)
{
	struct kmt_config_options options = {0};
	const struct kmt_config_option *o;
	const char *where = NULL;
	size_t n = strlen(param);

	kmt_config_options(&run->snap, module, NULL, &options);
	kmt_vec_foreach(o, &options.rows) {
		for (const char *p = o->text; (p = strstr(p, param)); p += n)
			if ((p == o->text || p[-1] == ' ') && strchr("= ", p[n]))
				where = kmt_arena_printf(&run->arena, "set by %s",
					kmt_origin_text(&o->origin, &run->arena));
	}
	kmt_config_options_free(&options);
	return where;
}

static void get_note(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_diff_row *row = data;
	struct kmt_diff_run *run = ctx;
	const char *outside;

	out->hue = KMT_HUE_WARN;
	if (row->kind == KMT_DIFF_PARAM && row->change == KMT_DIFF_LOST && run->only_loaded)
		out->s = setting_of(run, row->module, row->item);
	if (row->kind != KMT_DIFF_MODULE || row->change != KMT_DIFF_LOST || row->mod->builtin)
		return;
	outside = row->mod->place ? kmt_treediff_outside(row->mod->place, &run->arena) : NULL;
	if (!row->mod->place)
		out->s = "has no file in the tree";
	else if (outside)
		out->s = kmt_arena_printf(&run->arena, "not of the kernel's package (%s): to be built "
						       "for %s", outside, run->b.version);
}

static void get_loaded(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_diff_run *run = ctx;

	out->n = kmt_snapshot_loaded(&run->snap, ((const struct kmt_diff_row *)row)->module) != NULL;
}

/* Rows: struct kmt_diff_row; context: the run. */
static const struct kmt_column diff_columns[] = {
	{"kind", "KIND", KMT_CELL_STRING, true, .whole = true,
		.help = "module, param, alias, dep or firmware", .get = get_kind},
	{"change", "CHANGE", KMT_CELL_STRING, true, .whole = true,
		.help = "lost, gained, renamed, built-in, modular, moved or changed", .get = get_change},
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true, .help = "the module", .get = get_module},
	{"item", "ITEM", KMT_CELL_STRING, true,
		.help = "its parameter, alias, dependency or firmware file", .get = get_item},
	{"before", "BEFORE", KMT_CELL_STRING, true,
		.help = "in the first kernel: file, built-in, type, or module", .get = get_before},
	{"after", "AFTER", KMT_CELL_STRING, true, .help = "in the second kernel", .get = get_after},
	{"note", "NOTE", KMT_CELL_STRING, true,
		.help = "what to do about a lost module; what sets a lost parameter", .get = get_note},
	{"loaded", "LOADED", KMT_CELL_BOOL, false, .help = "whether the module is loaded now",
		.get = get_loaded},
	{0},
};

/* The summary: one line for each kind. */
struct summary {
	enum kmt_diff_kind kind;
	size_t before, after, lost, gained, other;
};

static const struct summary *summary_of(const void *row)
{
	return row;
}

static void get_what(const void *row, void *ctx, struct kmt_cell *out)
{
	static const char *const words[] = {
		[KMT_DIFF_MODULE] = "modules",
		[KMT_DIFF_PARAM] = "parameters",
		[KMT_DIFF_ALIAS] = "aliases",
		[KMT_DIFF_DEP] = "dependencies",
		[KMT_DIFF_FIRMWARE] = "firmware",
	};

	out->s = words[summary_of(row)->kind];
}

static void get_count_before(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = summary_of(row)->before;
}

static void get_count_after(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = summary_of(row)->after;
}

static void get_lost(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = summary_of(row)->lost;
	out->hue = out->n ? KMT_HUE_BAD : KMT_HUE_NONE;
}

static void get_gained(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = summary_of(row)->gained;
}

static void get_other(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = summary_of(row)->other;
}

static const struct kmt_column summary_columns[] = {
	{"what", "", KMT_CELL_STRING, true, .help = "kind", .get = get_what},
	{"before", "BEFORE", KMT_CELL_NUMBER, true, .help = "in the first kernel", .get = get_count_before},
	{"after", "AFTER", KMT_CELL_NUMBER, true, .help = "in the second", .get = get_count_after},
	{"lost", "LOST", KMT_CELL_NUMBER, true, .help = "not in the second", .get = get_lost},
	{"gained", "GAINED", KMT_CELL_NUMBER, true, .help = "only in the second", .get = get_gained},
	{"changed", "CHANGED", KMT_CELL_NUMBER, true, .help = "different in another way", .get = get_other},
	{0},
};

static size_t summarise(const struct kmt_diff_run *run, struct summary *out, const void **rows)
{
	const struct kmt_treediff *d = &run->diff;
	size_t n = 0;

	for (int k = 0; k < KMT_DIFF_KINDS; k++) {
		struct summary *s = &out[n];

		if (!(run->kinds & 1u << k))
			continue;
		*s = (struct summary){.kind = (enum kmt_diff_kind)k, .before = d->before[k],
			.after = d->after[k], .lost = d->lost[k], .gained = d->gained[k]};
		for (int c = KMT_DIFF_RENAMED; c < KMT_DIFF_CHANGES; c++)
			s->other += d->counts[k][c];
		rows[n++] = s;
	}
	return n;
}

static int print_summary(const struct kmt_diff_run *run, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct summary lines[KMT_DIFF_KINDS];
	const void *list[KMT_DIFF_KINDS];
	struct kmt_rows rows = {.columns = summary_columns, .rows = list};
	int r = kmt_select(summary_columns, NULL, NULL, &sel, err);

	rows.n = summarise(run, lines, list);
	return r ? r : kmt_cmd_print(run->env, &rows, &sel, err);
}

static void print_json(const struct kmt_diff_run *run, const struct kmt_rows *rows,
	const struct kmt_selection *sel)
{
	struct json_object *doc = kmt_json_document(), *summary = json_object_new_object();
	struct summary lines[KMT_DIFF_KINDS];
	const void *list[KMT_DIFF_KINDS];
	size_t n = summarise(run, lines, list);

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_new_object();

		json_object_object_add(o, "before", kmt_json_u64(lines[i].before));
		json_object_object_add(o, "after", kmt_json_u64(lines[i].after));
		json_object_object_add(o, "lost", kmt_json_u64(lines[i].lost));
		json_object_object_add(o, "gained", kmt_json_u64(lines[i].gained));
		json_object_object_add(o, "changed", kmt_json_u64(lines[i].other));
		json_object_object_add(summary, kmt_diff_kind_names[lines[i].kind], o);
	}
	json_object_object_add(doc, "before", kmt_json_string(run->a.version));
	json_object_object_add(doc, "after", kmt_json_string(run->b.version));
	json_object_object_add(doc, "summary", summary);
	json_object_object_add(doc, rows->json_name, kmt_rows_json(rows, sel));
	kmt_cmd_print_document(run->env, doc);
}

/* A person sees the numbers first, and of the lists what may hurt. */
static bool is_wanted(const struct kmt_diff_run *run, const struct kmt_diff_row *row)
{
	const struct kmt_globals *g = &run->env->g;

	if (run->only_loaded)
		return kmt_snapshot_loaded(&run->snap, row->module) &&
		       (run->kinds_chosen || row->change != KMT_DIFF_GAINED);
	if (run->kinds_chosen || g->json || g->raw || g->verbose)
		return true;
	return row->kind == KMT_DIFF_MODULE &&
	       (row->change == KMT_DIFF_LOST || row->change == KMT_DIFF_RENAMED);
}

static int print(struct kmt_diff_run *run, const struct kmt_selection *sel, struct kmt_err *err)
{
	bool table = !run->env->g.json && !run->env->g.raw;
	struct kmt_rows rows = {.columns = diff_columns, .ctx = run, .json_name = "changes"};
	int r = 0;

	for (size_t i = 0; i < run->diff.rows.n; i++)
		if (is_wanted(run, &run->diff.rows.v[i]))
			kmt_vec_push(&run->rows, &run->diff.rows.v[i]);
	rows.rows = run->rows.v;
	rows.n = run->rows.n;
	if (run->env->g.json) {
		print_json(run, &rows, sel);
		return 0;
	}
	if (table && !run->only_loaded) {
		r = print_summary(run, err);
		if (!r && rows.n)
			putchar('\n');
	}
	return r ? r : kmt_cmd_print_telling(run->env, &rows, NULL, err);
}

#define ALL_KINDS ((1u << KMT_DIFF_KINDS) - 1)
#define LOADED_KINDS (1u << KMT_DIFF_MODULE | 1u << KMT_DIFF_PARAM)
#define NAMES_MAX 10

struct options {
	bool loaded;
	struct kmt_strv what;
	unsigned int threads;
};

static const struct kmt_opt diff_options[] = {
	{"loaded", 0, KMT_OPT_FLAG,
		.help = "only modules that are loaded now; fail if one would be missing after a reboot",
		.offset = offsetof(struct options, loaded)},
	{"what", 'w', KMT_OPT_LIST, "KIND,...", KMT_COMPLETE_CHOICE, kmt_diff_kind_names,
		"compare and list only these: module, param, alias, dep, firmware",
		offsetof(struct options, what), 0},
	{"threads", 0, KMT_OPT_UINT, "N",
		.help = "read with N threads (default: one for each CPU, at most 8)",
		.offset = offsetof(struct options, threads)},
	{0},
};

static int read_kinds(struct kmt_diff_run *run, const struct kmt_strv *what, struct kmt_err *err)
{
	run->kinds = run->only_loaded ? LOADED_KINDS : ALL_KINDS;
	if (!what->n)
		return 0;
	run->kinds_chosen = true;
	return kmt_opt_words("what", what, kmt_diff_kind_names, &run->kinds, err);
}

/* Which two: with one operand the other is the running kernel. */
static int choose_kernels(struct kmt_diff_run *run, struct kmt_err *err)
{
	const struct kmt_env *env = run->env;
	const char *running = run->snap.has_kernel ? run->snap.version : NULL;

	if (env->argc > 2)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "two kernels can be compared, not %d", env->argc);
	if (!running && (run->only_loaded || env->argc == 1)) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "no kernel runs below %s/", env->root.path);
		kmt_err_hint(err, "name both kernels to be compared");
		return -EINVAL;
	}
	run->a.version = env->argc == 2 ? env->argv[0] : running;
	run->b.version = env->argv[env->argc - 1];
	if (run->only_loaded && strcmp(run->a.version, running) != 0)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"--loaded compares with the running kernel, which is %s, not %s", running, run->a.version);
	return 0;
}

/* What is missing is the error that fails the gate. */
static int judge_loaded(struct kmt_diff_run *run, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < run->rows.n; i++) {
		const struct kmt_diff_row *row = run->rows.v[i];

		/* Another module that answers to the same aliases may be another driver. */
		bool renamed = row->change == KMT_DIFF_RENAMED;

		if (row->kind != KMT_DIFF_MODULE || (row->change != KMT_DIFF_LOST && !renamed))
			continue;
		if (n++ < NAMES_MAX)
			kmt_strbuf_item(&names, ", ", "%s%s%s%s", row->module,
				renamed ? " (its aliases are those of " : "", renamed ? row->after : "",
				renamed ? ")" : "");
	}
	if (!n) {
		kmt_note(run->env, "all %zu loaded modules are in %s", run->snap.loaded.rows.n,
			run->b.version);
		return 0;
	}
	kmt_err_set(err, KMT_ERR_FAILED, ENOENT, "%zu of %zu loaded modules are not in %s: %s%s", n,
		run->snap.loaded.rows.n, run->b.version, names.s, n > NAMES_MAX ? " ..." : "");
	kmt_err_hint(err, "after a reboot into it they would be missing");
	return -ENOENT;
}

static int judge(struct kmt_diff_run *run, struct kmt_err *err)
{
	size_t bad = run->a.n_bad + run->b.n_bad;
	int r = run->only_loaded && (run->kinds & 1u << KMT_DIFF_MODULE) ? judge_loaded(run, err) : 0;

	if (r || !bad)
		return r;
	return kmt_err_set(err, KMT_ERR_PARTLY, EIO, "%zu module files could not be compared", bad);
}

static int compare(struct kmt_diff_run *run, const struct kmt_selection *sel, struct kmt_err *err)
{
	int r = choose_kernels(run, err);

	if (!r)
		r = kmt_diff_read(run, &run->a, err);
	if (!r)
		r = kmt_diff_read(run, &run->b, err);
	if (r)
		return r;
	kmt_treediff_compare(&run->a.side, &run->b.side, run->kinds, &run->diff);
	r = print(run, sel, err);
	return r ? r : judge(run, err);
}

static void free_run(struct kmt_diff_run *run)
{
	kmt_treediff_free(&run->diff);
	kmt_diff_side_free(&run->a);
	kmt_diff_side_free(&run->b);
	kmt_vec_free(&run->rows);
	kmt_arena_free(&run->arena);
}

static int run_diff(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct options *opts = options;
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_diff_run run = {.env = env, .only_loaded = opts->loaded, .threads = opts->threads};
	unsigned int parts = KMT_SNAP_LOADED;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_opt_check_threads(opts->threads, err);
	if (!r)
		r = read_kinds(&run, &opts->what, err);
	/* The tree is not asked for here: of several below a root that nobody runs none is meant. */
	if (!r)
		r = kmt_snapshot_take(&run.snap, &env->root, NULL, parts, &env->diag, err);
	if (r)
		return r;
	if (opts->loaded && run.snap.has_kernel)
		r = kmt_snapshot_read_modprobed(&run.snap, err);
	if (!r)
		r = compare(&run, &sel, err);
	free_run(&run);
	kmt_snapshot_free(&run.snap);
	return r;
}

static const char *const examples[] = {"kmtool diff --loaded 6.12.95-amd64",
	"check before a reboot that this kernel has all loaded modules",
	"kmtool diff 6.1.0-56-amd64 6.12.95-amd64", "summary of the differences",
	"kmtool diff --what param 6.1.0-56-amd64 6.12.95-amd64", "new and removed parameters",
	"kmtool diff --what alias --raw -o change,item,module 6.1.0-56-amd64 6.12.95-amd64 | grep ^lost",
	"aliases of devices that no module supports any more", NULL};

const struct kmt_cmd kmt_cmd_diff = {
	.name = "diff",
	.group = KMT_CMD_JUDGE,
	.summary = "Compare the modules of two kernels: lost, gained and changed",
	.operands = "KERNEL [KERNEL]",
	.complete = KMT_COMPLETE_KERNEL,
	.opts = diff_options,
	.opts_size = sizeof(struct options),
	.columns = diff_columns,
	.examples = examples,
	.takes = KMT_TAKES_ROOT | KMT_TAKES_ROWS,
	.run = run_diff,
};
