/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only module files tell: they are read on several threads, and told of in the order of names. */
#include "search_priv.h"

#include <pthread.h>
#include <string.h>

#include <kmt/base/ordered.h>
#include <kmt/index/metas.h>

#include "progress_priv.h"

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
		kmt_search_add_hit(m, field, kmt_arena_strndup(&w->arena, text, n), mask, run->every);
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
