/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool symbols`: what a module or the kernel exports, and what a module needs. */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/check/symbols.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/modfacts.h>
#include <kmt/out/modstate.h>
#include <kmt/out/symbols.h>

#include "cmds_priv.h"

struct symbols_opts {
	bool exported, needed;
};

static const struct kmt_opt symbols_options[] = {
	{"exported", 0, KMT_OPT_FLAG, .help = "only symbols that it exports",
		.offset = offsetof(struct symbols_opts, exported)},
	{"needed", 0, KMT_OPT_FLAG, .help = "only symbols that it needs",
		.offset = offsetof(struct symbols_opts, needed)},
	{0},
};

/* What stands for the kernel image among modules. */
#define IMAGE "vmlinux"

struct symbols {
	struct kmt_snapshot snap;
	char **patterns;
	int n_patterns;
	bool *hits; /* of each pattern */
	struct kmt_kernel_exports kernel;
	struct kmt_modfacts facts;
	struct kmt_symlist list;
	bool want_users; /* which takes reading all modules that depend on this one */
	KMT_VEC(struct kmt_symbol_row) of_image;
	KMT_VEC(const struct kmt_symbol_row *) rows;
};

static bool is_export(const struct kmt_symbol_row *row)
{
	return row->state == KMT_SYMBOL_EXPORTED;
}

static void get_symbol(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_symbol_row *)row)->name;
	out->hue = KMT_HUE_BOLD;
}

static void get_kind(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = is_export(row) ? "exported" : "needed";
}

/* Of an export the module that was asked for, unless it is one of the kernel's. */
static const char *provider_of(const struct kmt_symbol_row *row, const struct symbols *s)
{
	if (row->provider)
		return row->provider;
	if (row->state == KMT_SYMBOL_IN_KERNEL || (is_export(row) && !s->facts.has_file))
		return IMAGE;
	return is_export(row) ? s->facts.module.name : NULL;
}

static void get_provider(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = provider_of(row, ctx);
}

static void get_state(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_symbol_row *row = data;
	struct symbols *s = ctx;
	const char *name = provider_of(row, s);
	const struct kmt_module *module = row->module;

	if (row->state == KMT_SYMBOL_NOT_KNOWN)
		return;
	if (row->state == KMT_SYMBOL_WEAK) {
		out->s = "optional";
		return;
	}
	if (name && s->snap.has_tree && !module)
		module = kmt_modindex_find(&s->snap.index, name);
	kmt_modstate_cell(kmt_modstate_word(name ? kmt_snapshot_loaded(&s->snap, name) : NULL,
				  module != NULL || (is_export(row) && s->facts.has_file),
				  name && !strcmp(name, IMAGE)),
		out);
}

static void get_terms(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_export *e = &((const struct kmt_symbol_row *)row)->terms;

	if (e->known)
		out->s = e->gpl ? "GPL only" : "any";
}

static void get_namespace(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_symbol_row *)row)->terms.ns;
}

static void get_crc(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_symbol_row *row = data;

	if (*row->crc)
		out->s = row->crc;
}

static void get_users(const void *row, void *ctx, struct kmt_cell *out)
{
	out->list = ((const struct kmt_symbol_row *)row)->users;
}

static const struct kmt_column columns[] = {
	{"symbol", "SYMBOL", KMT_CELL_STRING, true, .whole = true, .help = "its name", .get = get_symbol},
	{"kind", "KIND", KMT_CELL_STRING, true, .whole = true, .help = "exported or needed", .get = get_kind},
	{"provider", "FROM", KMT_CELL_STRING, true, .whole = true,
		.help = "the module that exports it; " IMAGE " is the kernel image", .get = get_provider},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "of that module; missing if nothing exports it, optional if that does not matter",
		.get = get_state},
	{"terms", "TERMS", KMT_CELL_STRING, true, .whole = true, .help = "licence terms: GPL only or any",
		.get = get_terms},
	{"namespace", "NAMESPACE", KMT_CELL_STRING, true, .help = "namespace that its users must import",
		.get = get_namespace},
	{"crc", "CRC", KMT_CELL_STRING, true, .whole = true,
		.help = "its CRC; of a needed one the CRC that the module expects", .get = get_crc},
	{"users", "USED BY", KMT_CELL_LIST, true, .help = "modules that need an exported symbol",
		.get = get_users},
	{0},
};

static int compare(const void *a, const void *b)
{
	const struct kmt_symbol_row *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* All of them, or those that a pattern, or a part of the name, matches. */
static void add_row(struct symbols *s, const struct kmt_symbol_row *row)
{
	bool any = !s->n_patterns;

	for (int i = 0; i < s->n_patterns; i++) {
		const char *pattern = s->patterns[i];
		bool hit = strpbrk(pattern, "*?[") ? !fnmatch(pattern, row->name, 0)
						   : strstr(row->name, pattern) != NULL;

		s->hits[i] |= hit;
		any |= hit;
	}
	if (any)
		kmt_vec_push(&s->rows, row);
}

static int find_image(struct symbols *s, struct kmt_err *err)
{
	const struct kmt_map *map = &s->kernel.by_name;
	const struct kmt_symbol_row *row;

	for (size_t i = 0; i < map->cap; i++) {
		const struct kmt_export *e = map->slots[i].value;
		struct kmt_symbol_row image = {.name = map->slots[i].key, .state = KMT_SYMBOL_EXPORTED};

		if (!map->slots[i].key || e->module)
			continue;
		image.terms = *e;
		if (e->has_crc)
			kmt_symbol_row_set_crc(&image, e->crc);
		kmt_vec_push(&s->of_image, image);
	}
	if (!s->of_image.n) {
		kmt_err_set(
			err, KMT_ERR_NOT_FOUND, ENOENT, "nothing tells what kernel %s exports", s->snap.version);
		kmt_err_hint(err, "install its headers: their Module.symvers lists it");
		return -ENOENT;
	}
	qsort(s->of_image.v, s->of_image.n, sizeof(*s->of_image.v), compare);
	kmt_vec_foreach (row, &s->of_image)
		add_row(s, row);
	return 0;
}

static int find_module(struct symbols *s, const char *query, const struct symbols_opts *opts,
	struct kmt_err *err)
{
	const struct kmt_module *self = NULL;
	const struct kmt_symbol_row *row;
	struct kmt_modref ref;
	int r = kmt_modref_find(&s->snap, query, &ref, err);

	if (!r && !ref.path) {
		r = kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT,
			ref.builtin ? "%s is built in: its symbols are those of the kernel image"
				    : "there is no file of %s",
			ref.name);
		kmt_err_hint(err, "'kmtool symbols " IMAGE "' lists what the kernel image exports");
	}
	if (!r)
		r = kmt_modfacts_read(&s->facts, &s->snap, &ref, 0, err);
	if (!r && s->want_users && s->snap.has_tree)
		self = kmt_modindex_find(&s->snap.index, ref.name);
	if (!r)
		r = kmt_symlist_read(s->facts.ko, &s->snap, &s->kernel.by_name, self, &s->list, err);
	kmt_vec_foreach (row, &s->list.exported)
		if (opts->exported || !opts->needed)
			add_row(s, row);
	kmt_vec_foreach (row, &s->list.needed)
		if (opts->needed || !opts->exported)
			add_row(s, row);
	return r;
}

/* A column that says the same in every row. */
static bool is_telling(const void *data, const struct kmt_column *c, const struct kmt_cell *cell, void *ctx)
{
	const struct symbols *s = ctx;

	if (!strcmp(c->name, "kind"))
		return is_export(s->rows.v[0]) != is_export(s->rows.v[s->rows.n - 1]);
	return true;
}

/* A pattern without a symbol is an error after the rest. */
static int judge(const struct symbols *s, const char *query, struct kmt_err *err)
{
	for (int i = 0; i < s->n_patterns; i++)
		if (!s->hits[i])
			return kmt_err_set(err, s->rows.n ? KMT_ERR_PARTLY : KMT_ERR_NOT_FOUND, ENOENT,
				"%s has no symbol '%s'", query, s->patterns[i]);
	return 0;
}

static int answer(
	struct kmt_env *env, struct symbols *s, const struct symbols_opts *opts, struct kmt_err *err)
{
	struct kmt_rows rows = {.columns = columns, .ctx = s, .json_name = "symbols"};
	const char *query = env->argv[0];
	int r;

	s->patterns = env->argv + 1;
	s->n_patterns = env->argc - 1;
	s->hits = kmt_alloc((size_t)env->argc);
	kmt_kernel_exports_read(&s->snap, true, &s->kernel);
	r = strcmp(query, IMAGE) ? find_module(s, query, opts, err) : find_image(s, err);
	rows.rows = (const void **)s->rows.v;
	rows.n = s->rows.n;
	if (!r)
		r = kmt_cmd_print_telling(env, &rows, is_telling, err);
	return r ? r : judge(s, query, err);
}

static int run_symbols(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct symbols s = {0};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_snapshot_take(&s.snap, &env->root, env->g.kernel,
			KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG | KMT_SNAP_TREE_OR_NONE, &env->diag, err);
	if (r)
		return r;
	s.want_users = kmt_selection_has(&sel, "users");
	kmt_banner(env, &s.snap, KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX);
	r = answer(env, &s, opts, err);
	kmt_vec_free(&s.rows);
	kmt_vec_free(&s.of_image);
	free(s.hits);
	kmt_symlist_free(&s.list);
	kmt_modfacts_free(&s.facts);
	kmt_kernel_exports_free(&s.kernel);
	kmt_snapshot_free(&s.snap);
	return r;
}

static const char *const examples[] = {"kmtool symbols --needed ./km_cons.ko",
	"who provides what a module file needs", "kmtool symbols raid6_pq",
	"what a module exports, on which terms, and to whom",
	"kmtool symbols vmlinux 'crypto_*'", "symbols of the kernel image by a pattern", NULL};

const struct kmt_cmd kmt_cmd_symbols = {
	.name = "symbols",
	.group = KMT_CMD_LOOK,
	.summary = "Show the symbols that a module exports and needs, or those of the kernel image",
	.operands = "NAME|FILE|vmlinux [PATTERN...]",
	.complete = KMT_COMPLETE_MODULE,
	.opts = symbols_options,
	.opts_size = sizeof(struct symbols_opts),
	.columns = columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_symbols,
};
