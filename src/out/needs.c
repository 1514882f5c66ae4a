/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/needs.h>

#include <string.h>

#include <kmt/base/map.h>
#include <kmt/out/modstate.h>

const char *kmt_need_state(const struct kmt_needs *needs, const struct kmt_need *need)
{
	return kmt_modstate_word(need->module ? kmt_snapshot_loaded(needs->snap, need->module) : NULL,
		need->found != NULL, need->builtin);
}

static void get_needs(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;

	if (!row->need)
		out->s = row->place->name;
	else
		out->s = row->need->module ? row->need->module : row->need->request;
	out->hue = row->need ? KMT_HUE_NONE : KMT_HUE_BOLD;
}

static void get_size(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;

	out->absent = row->need || !row->place->content;
	out->n = out->absent ? 0 : row->place->content->size;
}

static void get_kind(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;

	out->s = row->need ? kmt_need_kind_name(row->need->kind) : NULL;
}

static void get_state(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;

	if (row->need)
		kmt_modstate_cell(kmt_need_state(ctx, row->need), out);
	else
		out->absent = true;
}

static void get_why(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;
	const struct kmt_needs_place *place = row->place;
	struct kmt_needs *needs = ctx;
	char size[KMT_SIZE_TEXT];

	if (row->need)
		out->s = row->need->why;
	else if (place->problem)
		out->s = place->problem;
	else if (place->content) {
		kmt_size_text(place->content->size, size);
		out->s = kmt_arena_printf(&needs->arena, "%s, %s", size, place->what);
	} else
		out->s = place->what;
}

static void get_request(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;

	out->s = row->need ? row->need->request : NULL;
}

static void get_via(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;

	out->s = row->need && row->need->via ? row->need->via->module : NULL;
}

static void get_optional(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;

	out->absent = !row->need;
	out->n = row->need && row->need->optional;
}

static void get_place(const void *data, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_needs_row *)data)->place->name;
}

static void get_file(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_needs_row *row = data;

	out->s = row->need && row->need->found && !row->need->builtin ? row->need->found->path : NULL;
}

const struct kmt_column kmt_needs_columns[] = {
	{"needs", "NEEDS", KMT_CELL_STRING, true, .tree = true, .whole = true,
		.help = "the target, what it is made of, and the modules; the request if nothing answers it",
		.get = get_needs},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "live, loading, unloading, available, built-in or missing", .get = get_state},
	{"why", "WHY", KMT_CELL_STRING, true, .help = "what is there, or why the module is needed",
		.get = get_why},
	{"kind", "KIND", KMT_CELL_STRING, false, .whole = true, .help = "fs, storage, crypto or nls",
		.get = get_kind},
	{"optional", "OPTIONAL", KMT_CELL_BOOL, false, .help = "whether it works without the module",
		.get = get_optional},
	{"request", "REQUEST", KMT_CELL_STRING, false, .help = "what is asked for; empty for a hard dependency",
		.get = get_request},
	{"via", "VIA", KMT_CELL_STRING, false, .help = "the module that needs it", .get = get_via},
	{"place", "PLACE", KMT_CELL_STRING, false, .help = "the target, partition or device that needs it",
		.get = get_place},
	{"size", "SIZE", KMT_CELL_SIZE, false, .help = "of the image, disk or partition", .get = get_size},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "its module file", .get = get_file},
	{0},
};

/* Rows. */

static size_t add_row(struct kmt_needs_rows *out, const struct kmt_needs_place *place,
	const struct kmt_need *need, size_t parent)
{
	struct kmt_needs_row *row = KMT_ARENA_NEW(&out->arena, struct kmt_needs_row);

	*row = (struct kmt_needs_row){place, need, parent};
	kmt_vec_push(&out->rows, row);
	return out->rows.n - 1;
}

/* The row of NEED among those from FIRST on. */
static size_t row_of(const struct kmt_needs_rows *out, size_t first, const struct kmt_need *need)
{
	for (size_t i = out->rows.n; i > first; i--)
		if (out->rows.v[i - 1]->need == need)
			return i - 1;
	return first;
}

static void add_needs(
	const struct kmt_needs_place *place, size_t at, bool no_builtin, struct kmt_needs_rows *out)
{
	for (size_t i = 0; i < place->needs.n; i++) {
		const struct kmt_need *need = place->needs.v[i];

		if ((no_builtin && need->builtin) || (need->via && need->via->again))
			continue;
		add_row(out, place, need, need->via ? row_of(out, at, need->via) : at);
	}
}

void kmt_needs_tree(const struct kmt_needs *needs, bool no_builtin, struct kmt_needs_rows *out)
{
	kmt_autofree size_t *rows = kmt_realloc_array(NULL, needs->places.n + 1, sizeof(*rows));

	for (size_t i = 0; i < needs->places.n; i++) {
		const struct kmt_needs_place *place = needs->places.v[i];

		rows[i] = add_row(out, place, NULL, place->above ? rows[place->above->index] : SIZE_MAX);
		add_needs(place, rows[i], no_builtin, out);
	}
}

/* The place where NEED comes first. */
static const struct kmt_needs_place *place_of(const struct kmt_needs *needs, const struct kmt_need *need)
{
	for (size_t p = 0; p < needs->places.n; p++)
		for (size_t i = 0; i < needs->places.v[p]->needs.n; i++)
			if (needs->places.v[p]->needs.v[i] == need)
				return needs->places.v[p];
	return needs->places.v[0];
}

void kmt_needs_list(const struct kmt_needs *needs, bool no_builtin, struct kmt_needs_rows *out)
{
	for (size_t i = 0; i < needs->modules.n; i++)
		if (!no_builtin || !needs->modules.v[i]->builtin)
			add_row(out, place_of(needs, needs->modules.v[i]), needs->modules.v[i], SIZE_MAX);
	for (size_t i = 0; i < needs->missing.n; i++)
		add_row(out, place_of(needs, needs->missing.v[i]), needs->missing.v[i], SIZE_MAX);
}

void kmt_needs_rows_free(struct kmt_needs_rows *rows)
{
	kmt_vec_free(&rows->rows);
	kmt_arena_free(&rows->arena);
}
