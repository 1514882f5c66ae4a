/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool provides`: who answers to an alias or exports a symbol. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/arena.h>
#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/exports.h>
#include <kmt/model/lookup.h>
#include <kmt/model/obstacle.h>
#include <kmt/model/provides.h>
#include <kmt/out/modstate.h>
#include <kmt/out/rows.h>

#include "cmds_priv.h"

struct kmt_provides_row {
	const char *query;	/* the operand */
	const char *alias;	/* what the kernel would ask for */
	const char *symbol;	/* the same without "symbol:"; NULL if it is something else */
	size_t order;		/* from 1: modprobe tries the first one first */
	const char *name;
	const struct kmt_module *module; /* NULL: in no index, or the kernel image */
	bool builtin;
	const char *pattern;	/* what matched */
	struct kmt_origin source; /* the index file, or the line of configuration */
	const char *note;	/* what would keep modprobe from loading it */
	bool export_read;
	struct kmt_export terms;
	bool users_read;
	struct kmt_strv users;
};

struct kmt_provides {
	const struct kmt_snapshot *snap;
	struct kmt_arena arena;
	KMT_VEC(struct kmt_provides_row *) rows;
	/* Read when the first symbol is asked for that no module has. */
	struct kmt_kernel_exports kernel;
	bool kernel_read;
};

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
	kmt_auto(kmt_map_free) struct kmt_map exports = {0};
	const struct kmt_export *e;

	if (!row->export_read && row->symbol && row->module && !row->module->builtin) {
		kmt_exports_of_file(p->snap->root, row->module->path, &p->arena, &exports);
		e = kmt_map_get(&exports, row->symbol);
		if (e)
			row->terms = *e;
	}
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
	if (!row->users_read) {
		kmt_auto(kmt_map_free) struct kmt_map wanted = {0};

		kmt_map_add(&wanted, row->symbol, &row->users);
		kmt_export_users(p->snap, row->module, &wanted);
	}
	row->users_read = true;
	out->list = row->users;
}

static void get_file(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_provides_row *row = data;

	out->s = row->module && !row->module->builtin ? row->module->path : NULL;
}

/* Context: struct kmt_provides. */
static const struct kmt_column provides_columns[] = {
	{"query", "ASKED FOR", KMT_CELL_STRING, true, .whole = true, .help = "the operand", .get = get_query},
	{"order", "NR", KMT_CELL_NUMBER, true, .help = "modprobe tries the first one first",
		.get = get_order},
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true,
		.help = "its name; vmlinux is the kernel image", .get = get_module},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "live, loading, unloading, available, built-in or missing", .get = get_state},
	{"alias", "AS", KMT_CELL_STRING, true,
		.help = "the alias that the kernel requests, if it differs from the operand", .get = get_alias},
	{"pattern", "MATCHED", KMT_CELL_STRING, true,
		.help = "the pattern that matched; empty if the operand is the module's name", .get = get_pattern},
	{"source", "WHERE", KMT_CELL_ORIGIN, true, .whole = true,
		.help = "the index file, or the file and line of the configuration", .get = get_source},
	{"terms", "TERMS", KMT_CELL_STRING, true, .whole = true,
		.help = "licence terms of a symbol: GPL only or any", .get = get_terms},
	{"namespace", "NAMESPACE", KMT_CELL_STRING, true, .help = "namespace of a symbol, to be imported",
		.get = get_namespace},
	{"users", "USED BY", KMT_CELL_LIST, true, .help = "modules that use a symbol",
		.get = get_users},
	{"note", "NOTE", KMT_CELL_STRING, true, .help = "why modprobe does not load it",
		.get = get_note},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "its module file", .get = get_file},
	{0},
};

/* From what was asked for to rows. */

#define SYMBOL "symbol:"
#define MAX_HINTS 4

/* What modprobe and the kernel would do instead of loading it. */
static const char *note_of(struct kmt_provides *p, const struct kmt_lookup_match *m)
{
	struct kmt_obstacle obstacle;

	kmt_obstacle_find(p->snap, m, &obstacle);
	return kmt_obstacle_text(&obstacle, &p->arena);
}

static struct kmt_provides_row *add_row(struct kmt_provides *p, struct kmt_provides_row row)
{
	struct kmt_provides_row *copy = KMT_ARENA_NEW(&p->arena, struct kmt_provides_row);

	*copy = row;
	if (!strncmp(row.alias, SYMBOL, strlen(SYMBOL)))
		copy->symbol = row.alias + strlen(SYMBOL);
	kmt_vec_push(&p->rows, copy);
	return copy;
}

static int add_alias(struct kmt_provides *p, const char *query, const char *alias, size_t *order,
	struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	const struct kmt_lookup_match *m;
	int r = kmt_lookup_find_claims(p->snap, alias, &found, err);

	kmt_vec_foreach(m, &found.rows) {
		struct kmt_provides_row row = {.query = query, .alias = alias, .order = ++*order,
			.name = m->name, .module = m->module, .pattern = m->pattern};

		row.builtin = m->stage == KMT_LOOKUP_BUILTIN_ALIAS || (m->module && m->module->builtin);
		row.source = m->line ? m->line->origin
				     : (struct kmt_origin){.file = kmt_lookup_stage_name(m->stage)};
		row.note = note_of(p, m);
		add_row(p, row);
	}
	kmt_lookup_free(&found);
	return r;
}

/* A symbol that no module of the index has may be the kernel's own. */
static void add_kernel_symbol(struct kmt_provides *p, const char *query, const char *alias)
{
	struct kmt_provides_row row = {.query = query, .alias = alias, .order = 1, .name = "vmlinux",
		.builtin = true, .export_read = true};
	const struct kmt_export *found;

	if (!p->kernel_read)
		kmt_kernel_exports_read(p->snap, true, &p->kernel);
	p->kernel_read = true;
	found = kmt_map_get(&p->kernel.by_name, alias + strlen(SYMBOL));
	if (!found) {
		found = kmt_map_get(&p->kernel.functions, alias + strlen(SYMBOL));
		row.note = "may not be exported: this kernel does not tell (CONFIG_KALLSYMS_ALL is off)";
	}
	if (!found)
		return;
	row.terms = *found;
	row.source.file = found->where;
	if (row.terms.module) {
		row.name = row.terms.module;
		row.builtin = false;
	}
	add_row(p, row);
}

/* Appends a row for everything that answers to QUERY: none is not an error. */
static bool is_shown(const struct kmt_provides *p, const char *query, const char *module)
{
	for (size_t i = 0; i < p->rows.n; i++)
		if (p->rows.v[i]->query == query && !strcmp(p->rows.v[i]->name, module))
			return true;
	return false;
}

/* The modules of one index whose patterns begin with PREFIX, each once. */
static void add_prefix(struct kmt_provides *p, enum kmt_index_kind kind, const char *query,
	const char *prefix, size_t *order)
{
	bool builtin = kind == KMT_INDEX_BUILTIN_ALIAS;
	struct kmt_index_matches keys = {0};
	const struct kmt_index_match *key;

	if (!kmt_modindex_keys(&p->snap->index, kind, &keys, NULL))
		kmt_vec_foreach(key, &keys.rows) {
			struct kmt_lookup_match m = {.name = key->module, .pattern = key->pattern, .alias = query,
				.stage = builtin ? KMT_LOOKUP_BUILTIN_ALIAS : KMT_LOOKUP_ALIAS};

			if (strncmp(key->pattern, prefix, strlen(prefix)) || is_shown(p, query, key->module))
				continue;
			m.module = builtin ? kmt_modindex_find_builtin(&p->snap->index, key->module)
					   : kmt_modindex_find(&p->snap->index, key->module);
			add_row(p, (struct kmt_provides_row){.query = query, .alias = query, .order = ++*order,
					   .name = m.name, .module = m.module, .builtin = builtin,
					   .pattern = m.pattern, .source.file = kmt_lookup_stage_name(m.stage),
					   .note = note_of(p, &m)});
		}
	kmt_vec_free(&keys.rows);
}

/* "8086:10d3" as lspci and lsusb print it: the device itself comes before all of the vendor. */
static void add_id(struct kmt_provides *p, const char *query, size_t *order)
{
	unsigned int vendor, device;
	int end = 0;
	const char *prefixes[4];

	if (sscanf(query, "%4x:%4x%n", &vendor, &device, &end) != 2 || query[end] || end != 9)
		return;
	prefixes[0] = kmt_arena_printf(&p->arena, "pci:v0000%04Xd0000%04X", vendor, device);
	prefixes[1] = kmt_arena_printf(&p->arena, "usb:v%04Xp%04X", vendor, device);
	prefixes[2] = kmt_arena_printf(&p->arena, "pci:v0000%04Xd*", vendor);
	prefixes[3] = kmt_arena_printf(&p->arena, "usb:v%04Xp*", vendor);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(prefixes); i++) {
		add_prefix(p, KMT_INDEX_ALIAS, query, prefixes[i], order);
		add_prefix(p, KMT_INDEX_BUILTIN_ALIAS, query, prefixes[i], order);
	}
}

static int add(struct kmt_provides *p, const char *query, struct kmt_err *err)
{
	struct kmt_strv aliases = {0};
	size_t before = p->rows.n, order = 0;
	int r = kmt_provides_aliases(query, &p->arena, &aliases, err);

	for (size_t i = 0; !r && i < aliases.n; i++)
		r = add_alias(p, query, aliases.v[i], &order, err);
	if (!r && p->rows.n == before)
		add_id(p, query, &order);
	/* A bare word may be a symbol. */
	if (!r && p->rows.n == before && !strpbrk(query, ":*?[")) {
		kmt_vec_push(&aliases, kmt_arena_printf(&p->arena, SYMBOL "%s", query));
		r = add_alias(p, query, aliases.v[aliases.n - 1], &order, err);
	}
	if (!r && p->rows.n == before && aliases.n &&
		!strncmp(aliases.v[aliases.n - 1], SYMBOL, strlen(SYMBOL)))
		add_kernel_symbol(p, query, aliases.v[aliases.n - 1]);
	kmt_vec_free(&aliases);
	return r;
}

/* The keys of an index that may be meant: those that begin with PREFIX, without wildcards. */
static void add_keys(struct kmt_provides *p, enum kmt_index_kind kind, const char *prefix,
	struct kmt_strv *names)
{
	struct kmt_index_matches keys = {0};
	size_t n = strlen(prefix);

	if (kmt_modindex_keys(&p->snap->index, kind, &keys, NULL) < 0)
		return;
	for (size_t i = 0; i < keys.rows.n; i++)
		if (!strncmp(keys.rows.v[i].pattern, prefix, n) &&
			!strpbrk(keys.rows.v[i].pattern + n, "*?["))
			kmt_vec_push(names, keys.rows.v[i].pattern);
	kmt_vec_free(&keys.rows);
}

/* Symbols are compared without their prefix, which would forgive too many errors. */
static void near_symbols(struct kmt_provides *p, const char *name, struct kmt_strv *near)
{
	struct kmt_strv names = {0};

	add_keys(p, KMT_INDEX_SYMBOLS, SYMBOL, &names);
	for (size_t i = 0; i < names.n; i++)
		names.v[i] += strlen(SYMBOL);
	kmt_lookup_nearest(&names, name, MAX_HINTS, near);
	kmt_vec_free(&names);
}

/* WORD is "fs", NAME what stands behind it. */
static void near_aliases(struct kmt_provides *p, const char *word, const char *name, struct kmt_strv *near)
{
	kmt_autofree char *prefix = kmt_asprintf("%s_", word);
	struct kmt_strv names = {0}, found = {0};
	size_t n = strlen(prefix);

	add_keys(p, KMT_INDEX_ALIAS, prefix, &names);
	add_keys(p, KMT_INDEX_BUILTIN_ALIAS, prefix, &names);
	for (size_t i = 0; i < names.n; i++)
		names.v[i] += n;
	kmt_lookup_nearest(&names, name, MAX_HINTS, &found);
	for (size_t i = 0; i < found.n; i++) {
		const char *full = kmt_provides_word(found.v[i] - n, &p->arena);

		if (!near->n || strcmp(near->v[near->n - 1], full) != 0)
			kmt_vec_push(near, full);
	}
	kmt_vec_free(&names);
	kmt_vec_free(&found);
}

/* What NAME would have been answered with if it had been said to be a file system or a cipher. */
static void other_kinds(struct kmt_provides *p, const char *name, struct kmt_strv *near)
{
	static const char *const words[] = {"fs", "crypto"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(words); i++) {
		kmt_autofree char *alias = kmt_asprintf("%s-%s", words[i], name);
		struct kmt_lookup found = {0};

		if (!kmt_lookup_find_shipped(p->snap, alias, &found, NULL) && found.rows.n)
			kmt_vec_push(near, kmt_arena_printf(&p->arena, "%s:%s", words[i], name));
		kmt_lookup_free(&found);
	}
}

/* NOT_FOUND for QUERY, with what is spelt nearly the same as the hint. */
/* A symbol that modules cannot use by this name: whether that can be told. */
static bool not_exported(struct kmt_provides *p, const char *name, struct kmt_err *err)
{
	kmt_autofree char *macro = kmt_asprintf("_%s", name), *alias = kmt_asprintf(SYMBOL "_%s", name);
	struct kmt_lookup found = {0};
	const char *module;

	kmt_lookup_find(p->snap, alias, &found, NULL);
	if (found.rows.n || kmt_map_get(&p->kernel.by_name, macro)) {
		kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "%s is a macro: the symbol is %s", name, macro);
		kmt_err_hint(err, "kmtool provides %s", macro);
	} else if (kmt_kernel_has_symbol(p->snap, name, &p->arena, &module)) {
		kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "%s exists in %s, but is not exported to modules", name,
			module ? module : "the kernel image");
	}
	kmt_lookup_free(&found);
	return err->kind != KMT_ERR_NONE;
}

static int not_found(struct kmt_provides *p, const char *query, struct kmt_err *err)
{
	const char *name = !strncmp(query, SYMBOL, strlen(SYMBOL)) ? query + strlen(SYMBOL) : query;
	const char *colon = strchr(query, ':');
	struct kmt_strv near = {0};

	if (!strpbrk(name, ":*?[") && not_exported(p, name, err))
		return -ENOENT;
	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "nothing in %s%s answers to '%s'",
		p->snap->root->path, p->snap->index.dir, query);
	if (!strncmp(query, SYMBOL, strlen(SYMBOL))) {
		near_symbols(p, query + strlen(SYMBOL), &near);
	} else if (!strncmp(query, "fs:", 3) || !strncmp(query, "crypto:", 7)) {
		kmt_autofree char *word = kmt_strndup(query, (size_t)(colon - query));

		near_aliases(p, word, colon + 1, &near);
	} else if (!colon) {
		other_kinds(p, query, &near);
		kmt_lookup_near(p->snap, query, MAX_HINTS, &near);
		near_symbols(p, query, &near);
	}
	kmt_lookup_hint(&near, err);
	kmt_vec_free(&near);
	return -ENOENT;
}

static void provides_free(struct kmt_provides *p)
{
	for (size_t i = 0; i < p->rows.n; i++)
		kmt_vec_free(&p->rows.v[i]->users);
	kmt_vec_free(&p->rows);
	kmt_kernel_exports_free(&p->kernel);
	kmt_arena_free(&p->arena);
}

/* Names that are nearly the same take time to find. */
#define WARNINGS_MAX 20

#define NOTES (KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX)

static bool is_telling(
	const void *data, const struct kmt_column *c, const struct kmt_cell *cell, void *ctx)
{
	const struct kmt_provides_row *row = data;
	const struct kmt_provides *p = ctx;

	if (!strcmp(c->name, "query"))
		return strcmp(row->query, p->rows.v[0]->query) != 0;
	if (!strcmp(c->name, "order"))
		return row->order > 1;
	/* The pattern that is the alias itself. */
	if (!strcmp(c->name, "pattern"))
		return !kmt_name_equal(row->pattern, row->alias);
	return true;
}

static int print(struct kmt_env *env, struct kmt_provides *p, struct kmt_err *err)
{
	struct kmt_rows rows = {
		.columns = provides_columns,
		.rows = (const void **)p->rows.v,
		.n = p->rows.n,
		.ctx = p,
		.json_name = "providers",
	};

	return kmt_cmd_print_telling(env, &rows, is_telling, err);
}

/* Of several operands, each without an answer is a warning and their number the error. */
static int judge(struct kmt_env *env, struct kmt_provides *p, const struct kmt_strv *missed,
	struct kmt_err *err)
{
	if (!missed->n)
		return 0;
	if (env->argc == 1)
		return not_found(p, missed->v[0], err);
	for (size_t i = 0; i < missed->n && i < WARNINGS_MAX; i++) {
		kmt_autoerr struct kmt_err one = KMT_ERR_INIT;

		not_found(p, missed->v[i], &one);
		kmt_diag_add(&env->diag, NULL, "%s%s%s", one.msg, one.hint ? "; " : "",
			one.hint ? one.hint : "");
	}
	if (missed->n > WARNINGS_MAX)
		kmt_diag_add(&env->diag, NULL, "and %zu more, from '%s' on", missed->n - WARNINGS_MAX,
			missed->v[WARNINGS_MAX]);
	return kmt_err_set(err, missed->n < (size_t)env->argc ? KMT_ERR_PARTLY : KMT_ERR_NOT_FOUND,
		ENOENT, "nothing answers to %zu of %d", missed->n, env->argc);
}

static int answer(struct kmt_env *env, struct kmt_provides *p, struct kmt_err *err)
{
	struct kmt_strv missed = {0};
	int r = 0;

	for (int i = 0; !r && i < env->argc; i++) {
		size_t before = p->rows.n;

		r = add(p, env->argv[i], err);
		if (!r && p->rows.n == before)
			kmt_vec_push(&missed, env->argv[i]);
	}
	if (!r)
		r = print(env, p, err);
	if (!r)
		r = judge(env, p, &missed, err);
	kmt_vec_free(&missed);
	return r;
}

static int run_provides(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_snapshot snap;
	struct kmt_provides p = {.snap = &snap};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, env->g.kernel,
			KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, &env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &snap, NOTES);
	r = answer(env, &p, err);
	provides_free(&p);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const examples[] = {"kmtool provides fs:ext4", "which module mounts ext4",
	"kmtool provides raid6_gen_syndrome", "the module that exports a symbol, licence terms, and users",
	"kmtool provides \"$(cat /sys/bus/pci/devices/0000:00:02.0/modalias)\"",
	"modules that match a device, in the order in which modprobe tries them",
	"kmtool provides --raw -o module net:alg crypto:aes", "only the names, like modprobe -R",
	NULL};

const struct kmt_cmd kmt_cmd_provides = {
	.name = "provides",
	.summary = "Show which modules match an alias, device, file system or protocol, or export a symbol",
	.operands = "ALIAS|SYMBOL|ID|fs:TYPE|crypto:NAME|net:PF...",
	.complete = KMT_COMPLETE_PROVIDED,
	.columns = provides_columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_provides,
};
