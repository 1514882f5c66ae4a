/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff_priv.h"

#include <json.h>
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/config.h>
#include <kmt/out/json.h>

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
				where = o->origin.line
						? kmt_arena_printf(&run->arena, "set by %s:%u",
							  o->origin.file, o->origin.line)
						: kmt_arena_printf(
							  &run->arena, "set by %s", o->origin.file);
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

const struct kmt_column kmt_diff_columns[] = {
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
		.help = "of a lost module or parameter: what is to be done, what sets it", .get = get_note},
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

int kmt_diff_print(struct kmt_diff_run *run, const struct kmt_selection *sel, struct kmt_err *err)
{
	bool table = !run->env->g.json && !run->env->g.raw;
	struct kmt_rows rows = {.columns = kmt_diff_columns, .ctx = run, .json_name = "changes"};
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
