/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what was asked for to rows. */
#include "provides_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/obstacle.h>
#include <kmt/model/provides.h>

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
		row.source = m->line ? kmt_origin_text(&m->line->origin, &p->arena) : kmt_lookup_stage_name(m->stage);
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
		kmt_kernel_exports_read(p->snap, &p->kernel);
	p->kernel_read = true;
	found = kmt_map_get(&p->kernel.by_name, alias + strlen(SYMBOL));
	if (!found) {
		found = kmt_map_get(&p->kernel.functions, alias + strlen(SYMBOL));
		row.note = "may not be exported: this kernel does not tell (CONFIG_KALLSYMS_ALL is off)";
	}
	if (!found)
		return;
	row.terms = *found;
	row.source = found->where;
	if (row.terms.module) {
		row.name = row.terms.module;
		row.builtin = false;
	}
	add_row(p, row);
}

int kmt_provides_add(struct kmt_provides *p, const char *query, struct kmt_err *err)
{
	struct kmt_strv aliases = {0};
	size_t before = p->rows.n, order = 0;
	int r = kmt_provides_aliases(query, &p->arena, &aliases, err);

	for (size_t i = 0; !r && i < aliases.n; i++)
		r = add_alias(p, query, aliases.v[i], &order, err);
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

int kmt_provides_not_found(struct kmt_provides *p, const char *query, struct kmt_err *err)
{
	const char *colon = strchr(query, ':');
	struct kmt_strv near = {0};

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

void kmt_provides_free(struct kmt_provides *p)
{
	for (size_t i = 0; i < p->rows.n; i++)
		kmt_vec_free(&p->rows.v[i]->users);
	kmt_vec_free(&p->rows);
	kmt_kernel_exports_free(&p->kernel);
	kmt_arena_free(&p->arena);
}
