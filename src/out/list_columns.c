/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The columns of modules. What /proc/modules tells is at hand; the rest is read from
 * /sys/module or the module tree when a cell is asked for. A module that is unloaded meanwhile has
 * absent cells.
 */
#include <kmt/out/list.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/out/modstate.h>
#include <kmt/source/sysmodule.h>

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_list_row *)row)->name;
	out->hue = KMT_HUE_BOLD;
}

static void get_size(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_procmod *m = ((const struct kmt_list_row *)row)->loaded;

	out->absent = !m;
	out->n = m ? m->size : 0;
}

static void get_refs(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_procmod *m = ((const struct kmt_list_row *)row)->loaded;

	out->absent = !m || m->refs_unknown;
	out->negative = m && m->refs < 0;
	out->n = m ? (uint64_t)llabs(m->refs) : 0;
}

static void get_holders(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_procmod *m = ((const struct kmt_list_row *)row)->loaded;

	out->absent = !m;
	if (m)
		out->list = m->holders;
}

static void get_state(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_row *r = row;

	out->s = kmt_modstate_word(r->loaded, !r->builtin, r->builtin);
	if (r->loaded && r->loaded->state != KMT_STATE_LIVE)
		out->hue = KMT_HUE_WARN;
}

static void get_taint(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_procmod *m = ((const struct kmt_list_row *)row)->loaded;

	out->s = m ? m->taint : NULL;
	out->hue = KMT_HUE_WARN;
}

static void get_permanent(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_procmod *m = ((const struct kmt_list_row *)row)->loaded;

	out->absent = !m;
	out->n = m && m->permanent;
}

static void get_addr(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_procmod *m = ((const struct kmt_list_row *)row)->loaded;

	out->absent = !m || !m->addr; /* zero: hidden from this user */
	out->n = m ? m->addr : 0;
}

/* The module in the tree, or NULL. */
static const struct kmt_module *module_of(
	const struct kmt_list_row *row, const struct kmt_list_ctx *ctx)
{
	if (row->module || row->builtin || !ctx->snap.has_tree)
		return row->module;
	return kmt_modindex_find(&ctx->snap.index, row->name);
}

static const char *keep(struct kmt_list_ctx *ctx, const char *key)
{
	const char *value = kmt_modinfo_get(&ctx->facts.fields, key);

	return value ? kmt_arena_strdup(&ctx->arena, value) : NULL;
}

static int read_file(const struct kmt_module *m, struct kmt_list_ctx *ctx, struct kmt_list_file *out,
	struct kmt_err *err)
{
	const struct kmt_modref ref = {.name = m->name, .path = m->path};
	int r = kmt_modfacts_read(&ctx->facts, &ctx->snap, &ref, KMT_FACTS_SIGNED, err);

	if (r)
		return r;
	out->known = true;
	out->is_signed = ctx->facts.is_signed;
	out->version = keep(ctx, "version");
	out->srcversion = keep(ctx, "srcversion");
	out->description = keep(ctx, "description");
	return 0;
}

static const struct kmt_list_file *file_of(const struct kmt_list_row *row, struct kmt_list_ctx *ctx)
{
	const struct kmt_module *m = module_of(row, ctx);
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	if (!row->file->tried && m && read_file(m, ctx, row->file, &err))
		kmt_diag_add(ctx->diag, NULL, "%s", err.msg);
	row->file->tried = true;
	return row->file;
}

/* An attribute of the running kernel's copy, NULL if there is none. */
static const char *attr(const struct kmt_list_row *row, struct kmt_list_ctx *ctx, const char *name)
{
	if (!row->loaded && !row->builtin)
		return NULL;
	return kmt_sysmodule_attr(ctx->root, row->name, name, &ctx->arena);
}

static void get_version(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_row *r = row;

	out->s = r->loaded || r->builtin ? attr(r, ctx, "version") : file_of(r, ctx)->version;
}

static void get_srcversion(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_row *r = row;

	out->s = r->loaded || r->builtin ? attr(r, ctx, "srcversion") : file_of(r, ctx)->srcversion;
}

static void get_initstate(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = attr(row, ctx, "initstate");
}

static void get_signed(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_file *f = file_of(row, ctx);

	out->absent = !f->known;
	out->n = f->is_signed;
}

static void get_description(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = file_of(row, ctx)->description;
}

static void get_build_id(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_row *r = row;
	struct kmt_list_ctx *c = ctx;

	if (r->loaded)
		out->s = kmt_sysmodule_build_id(c->root, r->name, &c->arena);
	else
		out->absent = true;
}

static void get_params(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_row *r = row;
	struct kmt_list_ctx *c = ctx;
	struct kmt_sysparams params = {0};
	struct kmt_strv list = {0};

	out->absent = !r->loaded && !r->builtin;
	if (out->absent)
		return;
	kmt_sysmodule_params(c->root, r->name, &c->arena, &params);
	for (size_t i = 0; i < params.rows.n; i++) {
		const struct kmt_sysparam *p = &params.rows.v[i];

		kmt_vec_push(
			&list, p->value ? kmt_arena_printf(&c->arena, "%s=%s", p->name, p->value)
					: p->name);
	}
	kmt_sysparams_free(&params);
	if (list.n)
		kmt_vec_push(&c->lists, list.v);
	out->list = list;
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_row *r = row;
	const struct kmt_module *m = module_of(r, ctx);

	out->s = m ? m->path : NULL;
}

static void get_builtin(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_list_row *)row)->builtin;
}

const struct kmt_column kmt_list_columns[] = {
	{"name", "NAME", KMT_CELL_STRING, true, .whole = true, .help = "name of the module",
		.get = get_name},
	{"size", "SIZE", KMT_CELL_SIZE, true, .help = "memory that it takes", .get = get_size},
	{"refs", "REFS", KMT_CELL_NUMBER, true, .help = "how many users it has, modules and others",
		.get = get_refs},
	{"holders", "USED BY", KMT_CELL_LIST, true, .help = "modules that use it",
		.get = get_holders},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "live, loading, unloading, available or built-in", .get = get_state},
	{"taint", "TAINT", KMT_CELL_STRING, true, .whole = true,
		.help = "taint letters: O out of tree, E unsigned, P proprietary, F forced",
		.get = get_taint},
	{"file", "FILE", KMT_CELL_STRING, .path = true,
		.help = "its file in the module tree", .get = get_file},
	{"description", "DESCRIPTION", KMT_CELL_STRING, .help = "what its file says it is",
		.get = get_description},
	{"signed", "SIGNED", KMT_CELL_BOOL, .help = "whether its file carries a signature",
		.get = get_signed},
	{"version", "VERSION", KMT_CELL_STRING, .whole = true, .help = "its version, if it has one",
		.get = get_version},
	{"srcversion", "SRCVERSION", KMT_CELL_STRING, .whole = true, .help = "checksum of its sources",
		.get = get_srcversion},
	{"build_id", "BUILD ID", KMT_CELL_STRING, .help = "build-id of the loaded copy",
		.get = get_build_id},
	{"params", "PARAMETERS", KMT_CELL_LIST, .help = "parameters with their live values",
		.get = get_params},
	{"initstate", "INITSTATE", KMT_CELL_STRING, .whole = true,
		.help = "live, coming or going, from sysfs", .get = get_initstate},
	{"permanent", "PERMANENT", KMT_CELL_BOOL, .help = "whether it cannot be unloaded",
		.get = get_permanent},
	{"addr", "ADDRESS", KMT_CELL_HEX, .help = "where it is in memory; root sees it",
		.get = get_addr},
	{"builtin", "BUILT-IN", KMT_CELL_BOOL, .help = "whether it is part of the kernel image",
		.get = get_builtin},
	{0},
};

const char *const kmt_list_tree_columns[] = {"file", "description", "signed", NULL};

void kmt_list_ctx_free(struct kmt_list_ctx *ctx)
{
	for (size_t i = 0; i < ctx->lists.n; i++)
		free(ctx->lists.v[i]);
	kmt_vec_free(&ctx->lists);
	kmt_modfacts_free(&ctx->facts);
	kmt_arena_free(&ctx->arena);
}
