/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is found without opening a module file: names, aliases, symbols, and all about built-in modules. */
#include "search_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/strbuf.h>

#define SYMBOL "symbol:"

void kmt_search_add_hit(struct kmt_search_module *m, enum kmt_field field, const char *text,
	uint32_t mask, bool every)
{
	struct kmt_search_hit *hit;

	m->mask |= mask;
	kmt_vec_foreach(hit, &m->hits) {
		if (every || hit->field != field)
			continue;
		hit->n++;
		if (__builtin_popcount(mask) > __builtin_popcount(hit->mask)) {
			hit->text = text;
			hit->mask = mask;
		}
		return;
	}
	kmt_vec_push(&m->hits,
		(struct kmt_search_hit){.field = field, .text = text, .mask = mask, .n = 1});
}

static void match(struct kmt_search_run *run, struct kmt_search_module *m, enum kmt_field field,
	const char *text)
{
	uint32_t mask = kmt_textsearch_match(&run->query, field, text, strlen(text));

	if (mask)
		kmt_search_add_hit(m, field, text, mask, run->every);
}

/* The module of that name, a new one if there is none. */
static struct kmt_search_module *add_module(struct kmt_search_run *run, const char *name,
	const char *path, enum kmt_found where)
{
	struct kmt_search_module *m = kmt_map_get(&run->by_name, name);

	if (m)
		return m;
	m = KMT_ARENA_NEW(&run->arena, struct kmt_search_module);
	m->name = name;
	m->path = path;
	m->where = where;
	kmt_map_add(&run->by_name, name, m);
	kmt_vec_push(&run->modules, m);
	match(run, m, KMT_FIELD_NAME, name);
	return m;
}

static void add_names(struct kmt_search_run *run)
{
	struct kmt_modindex *index = &run->snap->index;

	for (size_t i = 0; i < kmt_modindex_count(index); i++) {
		const struct kmt_module *m = kmt_modindex_at(index, i);

		add_module(run, m->name, m->path, KMT_FOUND_IN_TREE);
	}
	for (size_t i = 0; i < index->builtins.n; i++)
		add_module(run, index->builtins.v[i]->name, NULL, KMT_FOUND_BUILTIN);
	for (size_t i = 0; i < run->snap->loaded.rows.n; i++)
		add_module(run, run->snap->loaded.rows.v[i].name, NULL, KMT_FOUND_LOADED_ONLY);
}

static int add_keys(struct kmt_search_run *run, enum kmt_index_kind kind, enum kmt_field field,
	struct kmt_err *err)
{
	struct kmt_index_matches keys = {0};
	size_t skip = field == KMT_FIELD_SYMBOL ? strlen(SYMBOL) : 0;
	int r = kmt_modindex_keys(&run->snap->index, kind, &keys, err);

	for (size_t i = 0; !r && i < keys.rows.n; i++) {
		const struct kmt_index_match *key = &keys.rows.v[i];
		struct kmt_search_module *m = kmt_map_get(&run->by_name, key->module);

		if (m && strlen(key->pattern) >= skip)
			match(run, m, field, key->pattern + skip);
	}
	kmt_vec_free(&keys.rows);
	return r;
}

/* An index that is not there is a warning: aliases can be had from the files. */
static void add_tries(struct kmt_search_run *run)
{
	static const struct {
		enum kmt_index_kind kind;
		enum kmt_field field;
	} tries[] = {{KMT_INDEX_ALIAS, KMT_FIELD_ALIAS}, {KMT_INDEX_SYMBOLS, KMT_FIELD_SYMBOL}};

	for (size_t i = 0; run->snap->has_tree && i < KMT_ARRAY_SIZE(tries); i++) {
		kmt_autoerr struct kmt_err one = KMT_ERR_INIT;

		if (!(run->query.fields & 1u << tries[i].field) ||
			!add_keys(run, tries[i].kind, tries[i].field, &one))
			continue;
		kmt_diag_add(run->diag, NULL, "%s%s", one.msg,
			tries[i].field == KMT_FIELD_SYMBOL ? ": symbols are not searched" : "");
		run->alias_from_files |= tries[i].field == KMT_FIELD_ALIAS;
	}
}

static void add_builtin_fields(struct kmt_search_run *run)
{
	struct kmt_builtin_fields fields = {0};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	if (!run->snap->has_tree ||
		kmt_modindex_builtin_fields(&run->snap->index, NULL, &fields, &err) < 0)
		return;
	for (size_t i = 0; i < fields.rows.n; i++) {
		const struct kmt_builtin_field *f = &fields.rows.v[i];
		enum kmt_field field = kmt_field_of_key(f->key, strlen(f->key));
		struct kmt_search_module *m = add_module(run, f->module, NULL, KMT_FOUND_BUILTIN);

		/* A module of the tree has its own file to tell. */
		if (field != KMT_FIELD_FIELDS && m->where == KMT_FOUND_BUILTIN)
			match(run, m, field, f->value);
	}
	kmt_vec_free(&fields.rows);
}

static int compare_modules(const void *a, const void *b)
{
	const struct kmt_search_module *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

void kmt_search_index(struct kmt_search_run *run)
{
	add_names(run);
	add_tries(run);
	add_builtin_fields(run);
	if (run->modules.n)
		qsort(run->modules.v, run->modules.n, sizeof(*run->modules.v), compare_modules);
	for (size_t i = 0; i < run->modules.n; i++) {
		struct kmt_search_module *m = run->modules.v[i];

		m->told = m->mask == kmt_textsearch_all(&run->query);
		if (m->told)
			kmt_search_tell(&run->out, m);
	}
}
