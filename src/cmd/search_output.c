/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search_priv.h"

#include <kmt/cmd/print.h>
#include <kmt/out/modstate.h>

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_search_row *)row)->module->name;
	out->hue = KMT_HUE_BOLD;
}

static void get_state(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_search_module *m = ((const struct kmt_search_row *)row)->module;

	if (m->where == KMT_FOUND_UNINDEXED || m->where == KMT_FOUND_SHADOWED) {
		out->s = m->where == KMT_FOUND_SHADOWED ? "shadowed" : "unindexed";
		out->hue = KMT_HUE_WARN;
		return;
	}
	kmt_modstate_cell(kmt_modstate_word(kmt_snapshot_loaded(ctx, m->name), m->where == KMT_FOUND_IN_TREE,
			       m->where == KMT_FOUND_BUILTIN),
		out);
}

static void get_field(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = kmt_field_names[((const struct kmt_search_row *)row)->hit.field];
}

static void get_hits(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_search_row *)row)->hit.n;
}

static void get_match(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_search_row *)row)->hit.text;
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_search_row *)row)->module->path;
}

const struct kmt_column kmt_search_columns[] = {
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true, .width = 20, .help = "its name",
		.get = get_module},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true, .width = 9,
		.help = "live, loading, unloading, available, built-in, unindexed or shadowed",
		.get = get_state},
	{"field", "FIELD", KMT_CELL_STRING, true, .whole = true, .width = 11, .help = "where it matched",
		.get = get_field},
	{"hits", "HITS", KMT_CELL_NUMBER, true, .help = "number of values of that field that matched",
		.get = get_hits},
	{"match", "MATCH", KMT_CELL_STRING, true, .help = "the best matching value",
		.get = get_match},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "its module file", .get = get_file},
	{0},
};

static void add_row(struct kmt_search_output *out, const struct kmt_search_module *m,
	const struct kmt_search_hit *hit)
{
	struct kmt_search_row *row = KMT_ARENA_NEW(&out->arena, struct kmt_search_row);

	*row = (struct kmt_search_row){.module = m, .hit = *hit};
	kmt_vec_push(&out->rows, row);
	out->n++;
}

void kmt_search_tell(struct kmt_search_output *out, const struct kmt_search_module *m)
{
	const struct kmt_search_hit *hit;

	for (int field = 0; field < KMT_FIELD_FIELDS; field++)
		kmt_vec_foreach(hit, &m->hits)
			if (hit->field == (enum kmt_field)field)
				add_row(out, m, hit);
}

/* JSON and sorted rows come out as one; anything else in parts that fit together. */
bool kmt_search_flush(struct kmt_search_output *out, bool last)
{
	struct kmt_rows rows = {
		.columns = kmt_search_columns,
		.rows = out->rows.v,
		.n = out->rows.n,
		.ctx = (void *)out->snap,
		.json_name = "hits",
	};
	int r;

	if ((out->keep && !last) || (!rows.n && !out->env->g.json))
		return true;
	r = kmt_cmd_print_part(out->env, &rows, out->sel, &out->parts, out->err);
	if (r && !out->result)
		out->result = r;
	out->rows.n = 0;
	return !r && !fflush(stdout);
}
