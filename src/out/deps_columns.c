/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/deps.h>

#include <kmt/base/strbuf.h>
#include <kmt/out/modstate.h>

const char *kmt_deps_state(const struct kmt_snapshot *snap, const struct kmt_deps_row *row)
{
	return kmt_modstate_word(kmt_snapshot_loaded(snap, row->name), row->module != NULL,
		row->module && row->module->builtin);
}

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_deps_row *)row)->name;
}

static void get_kind(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_deps_row *row = data;

	out->s = row->parent ? kmt_edge_kind_name(row->kind) : NULL;
}

static void get_state(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_deps_tree *tree = ctx;

	kmt_modstate_cell(kmt_deps_state(tree->snap, data), out);
}

static void get_parent(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_deps_row *row = data;

	out->s = row->parent ? row->parent->name : NULL;
}

static void get_alias(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_deps_row *)row)->alias;
}

static void get_origin(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_deps_row *)row)->where;
	out->origin = ((const struct kmt_deps_row *)row)->origin;
}

static void get_note(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_deps_row *row = data;
	const struct kmt_deps_tree *tree = ctx;

	if (row->above)
		out->s = "its branches are above";
	else if (row->cut)
		out->s = "has branches";
	else if (!row->module && !kmt_snapshot_loaded(tree->snap, row->name))
		out->s = "no such module";
}

static void get_file(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_deps_row *row = data;

	out->s = row->module && !row->module->builtin ? row->module->path : NULL;
}

const struct kmt_column kmt_deps_columns[] = {
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true, .tree = true,
		.help = "its name", .get = get_module},
	{"parent", "OF", KMT_CELL_STRING, true, .whole = true,
		.help = "the module that depends on it; with --reverse, a module it depends on",
		.get = get_parent},
	{"kind", "KIND", KMT_CELL_STRING, true, .whole = true,
		.help = "hard, softdep-pre, softdep-post or weakdep", .get = get_kind},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "live, loading, unloading, built-in, available or missing", .get = get_state},
	{"alias", "ALIAS", KMT_CELL_STRING, true, .whole = true,
		.help = "the requested name or the name in the line, if it is not the module name", .get = get_alias},
	{"origin", "LINE", KMT_CELL_ORIGIN, true, .path = true, .help = "the file and line that say so",
		.get = get_origin},
	{"note", "NOTE", KMT_CELL_STRING, true, .help = "what is not shown, or not there",
		.get = get_note},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "its module file", .get = get_file},
	{0},
};

/* In a table a column without any content is only noise; scripts get the same columns every time. */
char *kmt_deps_usual_columns(struct kmt_deps_tree *tree, bool table)
{
	struct kmt_strbuf list = KMT_STRBUF_INIT;

	for (const struct kmt_column *c = kmt_deps_columns; c->name; c++) {
		bool wanted = c->by_default && !table;

		for (size_t i = 0; table && c->by_default && !wanted && i < tree->rows.n; i++) {
			struct kmt_cell cell = {0};

			c->get(tree->rows.v[i], tree, &cell);
			wanted = cell.s != NULL;
		}
		/* The tree itself shows the parent; hard is what an edge is unless said otherwise. */
		if (table && (c->get == get_parent || (c->get == get_kind && !tree->all)))
			wanted = false;
		if (wanted)
			kmt_strbuf_item(&list, ",", "%s", c->name);
	}
	return kmt_strbuf_steal(&list);
}
