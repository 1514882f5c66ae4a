/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "provides_priv.h"

#include <string.h>

#include <kmt/out/modstate.h>

static void get_query(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_provides_row *)row)->query;
}

static void get_order(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_provides_row *)row)->order;
}

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_provides_row *)row)->name;
	out->hue = KMT_HUE_BOLD;
}

static void get_state(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_provides_row *row = data;
	const struct kmt_provides *p = ctx;

	kmt_modstate_cell(
		kmt_modstate_word(kmt_snapshot_loaded(p->snap, row->name), row->module != NULL, row->builtin), out);
}

/* Absent where it says no more than the operand does. */
static void get_alias(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_provides_row *row = data;

	out->s = strcmp(row->alias, row->query) ? row->alias : NULL;
}

static void get_pattern(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_provides_row *)row)->pattern;
}

static void get_source(const void *row, void *ctx, struct kmt_cell *out)
{
	struct kmt_provides *p = ctx;

	kmt_cell_origin(&((const struct kmt_provides_row *)row)->source, &p->arena, out);
}

static void get_note(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_provides_row *)row)->note;
	out->hue = KMT_HUE_WARN;
}

/* Reads the module's file when somebody wants to know. */
static const struct kmt_export *terms_of(const void *data, struct kmt_provides *p)
{
	struct kmt_provides_row *row = (struct kmt_provides_row *)data;

	if (!row->export_read && row->symbol && row->module && !row->module->builtin)
		kmt_export_of_file(p->snap->root, row->module->path, row->symbol, &p->arena,
			&row->terms);
	row->export_read = true;
	return &row->terms;
}

static void get_terms(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_export *e = terms_of(row, ctx);

	if (e->known)
		out->s = e->gpl ? "GPL only" : "any";
}

static void get_namespace(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = terms_of(row, ctx)->ns;
}

static void get_users(const void *data, void *ctx, struct kmt_cell *out)
{
	struct kmt_provides_row *row = (struct kmt_provides_row *)data;
	struct kmt_provides *p = ctx;

	out->absent = !row->symbol || !row->module || row->module->builtin;
	if (out->absent)
		return;
	if (!row->users_read)
		kmt_export_users(p->snap, row->module, row->symbol, &row->users);
	row->users_read = true;
	out->list = row->users;
}

static void get_file(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_provides_row *row = data;

	out->s = row->module && !row->module->builtin ? row->module->path : NULL;
}

const struct kmt_column kmt_provides_columns[] = {
	{"query", "ASKED FOR", KMT_CELL_STRING, true, .whole = true, .help = "the operand", .get = get_query},
	{"order", "NR", KMT_CELL_NUMBER, true, .help = "modprobe tries the first one first",
		.get = get_order},
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true,
		.help = "its name; vmlinux is the kernel image", .get = get_module},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "live, loading, unloading, available, built-in or missing", .get = get_state},
	{"alias", "AS", KMT_CELL_STRING, true,
		.help = "how the kernel asks for it, if not by the operand itself", .get = get_alias},
	{"pattern", "MATCHED", KMT_CELL_STRING, true,
		.help = "the pattern that matched; none if it is the module's name", .get = get_pattern},
	{"source", "WHERE", KMT_CELL_ORIGIN, true, .whole = true,
		.help = "the index, or the file and line of configuration, that says so", .get = get_source},
	{"terms", "TERMS", KMT_CELL_STRING, true, .whole = true,
		.help = "of a symbol: who may use it, GPL only or any", .get = get_terms},
	{"namespace", "NAMESPACE", KMT_CELL_STRING, true, .help = "of a symbol: what users must import",
		.get = get_namespace},
	{"users", "USED BY", KMT_CELL_LIST, true, .help = "of a symbol: the modules that need it",
		.get = get_users},
	{"note", "NOTE", KMT_CELL_STRING, true, .help = "what keeps modprobe from loading it",
		.get = get_note},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "its module file", .get = get_file},
	{0},
};
