/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is found: in the index, then in module files, which several threads read. */
#include "search_priv.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/ordered.h>
#include <kmt/base/strbuf.h>
#include <kmt/index/metas.h>

#include "progress_priv.h"

/* What is found without opening a module file: names, aliases, symbols, and all about built-in modules. */

#define SYMBOL "symbol:"

/* Puts a value that has the texts of MASK (not 0) to the hits of its module. TEXT is not copied. */
static void add_hit(struct kmt_search_module *m, enum kmt_field field, const char *text,
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

static void match_index(struct kmt_search_run *run, struct kmt_search_module *m, enum kmt_field field,
	const char *text)
{
	uint32_t mask = kmt_textsearch_match(&run->query, field, text, strlen(text));

	if (mask)
		add_hit(m, field, text, mask, run->every);
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
	match_index(run, m, KMT_FIELD_NAME, name);
	return m;
}

static void add_names(struct kmt_search_run *run)
{
	const struct kmt_modindex *index = &run->snap->index;

	for (size_t i = 0; i < kmt_modindex_count(index); i++) {
		const struct kmt_module *m = kmt_modindex_at(index, i);

		add_module(run, m->name, m->path, KMT_FOUND_IN_TREE);
	}
	for (size_t i = 0; i < kmt_modindex_builtin_count(index); i++)
		add_module(run, kmt_modindex_builtin_at(index, i)->name, NULL, KMT_FOUND_BUILTIN);
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
			match_index(run, m, field, key->pattern + skip);
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
			match_index(run, m, field, f->value);
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

#define WARNINGS_MAX 20

struct files {
	struct kmt_search_run *run;
	struct kmt_metas metas;
	struct kmt_search_module **found; /* by file: to be told of */
	const char **errors;		  /* by file */
	struct kmt_progress progress;
	pthread_mutex_t lock; /* of what follows */
	KMT_VEC(struct kmt_arena) arenas; /* of workers that are done */
};

struct worker {
	struct files *files;
	struct kmt_meta_reader *reader;
	struct kmt_arena arena; /* what is found has to last longer */
};

static void *open_worker(void *ctx)
{
	struct worker *w = kmt_alloc(sizeof(*w));

	w->files = ctx;
	w->reader = kmt_meta_reader_new(&w->files->metas);
	return w;
}

static void close_worker(void *p)
{
	struct worker *w = p;

	kmt_meta_reader_free(w->reader);
	pthread_mutex_lock(&w->files->lock);
	kmt_vec_push(&w->files->arenas, w->arena);
	pthread_mutex_unlock(&w->files->lock);
	free(w);
}

static void match(struct worker *w, struct kmt_search_module *m, enum kmt_field field,
	const char *text, size_t n)
{
	const struct kmt_search_run *run = w->files->run;
	uint32_t mask = kmt_textsearch_match(&run->query, field, text, n);

	if (mask)
		add_hit(m, field, kmt_arena_strndup(&w->arena, text, n), mask, run->every);
}

static bool has_description(const struct kmt_modinfo *info, const struct kmt_modinfo_field *type, size_t n)
{
	const struct kmt_modinfo_field *f;

	kmt_vec_foreach(f, &info->fields)
		if (kmt_modinfo_is(f, "parm") && f->value_len > n && f->value[n] == ':' &&
			!memcmp(f->value, type->value, n))
			return true;
	return false;
}

/* ALIASES: the index has not told them. */
static void match_fields(
	struct worker *w, struct kmt_search_module *m, const struct kmt_modinfo *info, bool aliases)
{
	const struct kmt_modinfo_field *f;

	kmt_vec_foreach(f, &info->fields) {
		enum kmt_field field = kmt_field_of_key(f->key, f->key_len);

		/* A parameter that has a type only still has a name. */
		if (kmt_modinfo_is(f, "parmtype")) {
			size_t n = strcspn(f->value, ":");

			if (!has_description(info, f, n))
				match(w, m, KMT_FIELD_PARAM, f->value, n);
		} else if (field != KMT_FIELD_FIELDS && (field != KMT_FIELD_ALIAS || aliases)) {
			match(w, m, field, f->value, f->value_len);
		}
	}
}

/* The module of a file, with what the index has told of it but for what is told already. */
static struct kmt_search_module start_module(
	struct worker *w, const struct kmt_modfile *file, const struct kmt_search_module *known)
{
	struct kmt_search_module m = {
		.name = file->name, .path = file->path, .where = KMT_FOUND_UNINDEXED};

	if (known && known->where == KMT_FOUND_IN_TREE) {
		m.where = strcmp(known->path, file->path) ? KMT_FOUND_SHADOWED : KMT_FOUND_IN_TREE;
	}
	if (m.where != KMT_FOUND_IN_TREE) {
		match(w, &m, KMT_FIELD_NAME, file->name, strlen(file->name));
		return m;
	}
	m.mask = known->mask;
	for (size_t i = 0; !known->told && i < known->hits.n; i++)
		kmt_vec_push(&m.hits, known->hits.v[i]);
	return m;
}

static void read_file(void *p, size_t i)
{
	struct worker *w = p;
	struct files *files = w->files;
	const struct kmt_modfile *file = files->metas.files.v[i];
	const struct kmt_search_run *run = files->run;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	const struct kmt_modinfo *info;
	struct kmt_search_module m =
		start_module(w, file, kmt_map_get(&run->by_name, file->name));

	if (kmt_meta_read(w->reader, i, &info, &err) < 0)
		files->errors[i] = kmt_arena_strdup(&w->arena, err.msg);
	else
		match_fields(w, &m, info, m.where != KMT_FOUND_IN_TREE || run->alias_from_files);
	if (m.mask == kmt_textsearch_all(&run->query) && m.hits.n) {
		files->found[i] = KMT_ARENA_NEW(&w->arena, struct kmt_search_module);
		*files->found[i] = m;
	} else {
		kmt_vec_free(&m.hits);
	}
}

static void warn(struct files *files, const char *message)
{
	struct kmt_search_run *run = files->run;

	if (run->n_bad++ < WARNINGS_MAX || run->env->g.verbose)
		kmt_diag_add(run->diag, NULL, "%s", message);
}

static bool tell(void *ctx, size_t first, size_t end)
{
	struct files *files = ctx;
	struct kmt_search_output *out = &files->run->out;
	bool any = false;

	for (size_t i = first; i < end; i++) {
		if (files->errors[i])
			warn(files, files->errors[i]);
		if (!files->found[i])
			continue;
		kmt_search_tell(out, files->found[i]);
		any = true;
	}
	if (any && !out->keep)
		kmt_progress_end(&files->progress);
	if (any && !kmt_search_flush(out, false))
		return false;
	kmt_progress_step(&files->progress, end, files->metas.files.n);
	return true;
}

static void read_all(struct files *files)
{
	struct kmt_ordered o = {
		.n = files->metas.files.n,
		.threads = files->run->threads,
		.ctx = files,
		.open = open_worker,
		.close = close_worker,
		.work = read_file,
		.done = tell,
	};

	kmt_progress_start(&files->progress, files->run->env, "searching module files");
	kmt_ordered_run(&o);
	kmt_progress_end(&files->progress);
}

int kmt_search_files(struct kmt_search_run *run, struct kmt_err *err)
{
	struct files files = {.run = run, .lock = PTHREAD_MUTEX_INITIALIZER};
	int r = kmt_metas_open(&files.metas, &run->env->root, run->snap->version, run->diag, err);
	size_t n = files.metas.files.n;

	if (r < 0)
		return r;
	run->n_files = n;
	files.found = kmt_alloc((n + 1) * sizeof(*files.found));
	files.errors = kmt_alloc((n + 1) * sizeof(*files.errors));
	read_all(&files);
	kmt_search_flush(&run->out, true);
	for (size_t i = 0; i < n; i++)
		if (files.found[i])
			kmt_vec_free(&files.found[i]->hits);
	for (size_t i = 0; i < files.arenas.n; i++)
		kmt_arena_free(&files.arenas.v[i]);
	kmt_vec_free(&files.arenas);
	free(files.found);
	free(files.errors);
	kmt_metas_close(&files.metas);
	pthread_mutex_destroy(&files.lock);
	return 0;
}
