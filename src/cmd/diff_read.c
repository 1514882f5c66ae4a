/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is to compare of one kernel: from its indexes, and where need be from its module files. */
#include "diff_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/ordered.h>
#include <kmt/index/metas.h>
#include <kmt/model/modfacts.h>

#include "progress_priv.h"

#define FILE_KINDS (1u << KMT_DIFF_PARAM | 1u << KMT_DIFF_FIRMWARE)
#define WARNINGS_MAX 20

/* What is taken from one module file; owns its strings until it is its turn. */
struct facts {
	const char *name; /* of a loaded module that no file has the name of */
	KMT_VEC(struct kmt_treeparam) params;
	struct kmt_strv firmware;
	const char *error;
};

struct files {
	struct kmt_diff_run *run;
	struct kmt_diff_side *side;
	struct kmt_metas metas;
	struct kmt_treemod **mods; /* by file: whose it is; NULL: not to be compared by its name */
	struct kmt_map sought;	   /* loaded modules that no file has the name of */
	struct facts *facts;	   /* by file */
	struct kmt_progress progress;
};

struct reader {
	struct files *files;
	struct kmt_meta_reader *meta;
	struct kmt_modinfo_params params;
};

static void *open_reader(void *ctx)
{
	struct reader *r = kmt_alloc(sizeof(*r));

	r->files = ctx;
	r->meta = kmt_meta_reader_new(&r->files->metas);
	return r;
}

static void close_reader(void *p)
{
	struct reader *r = p;

	kmt_meta_reader_free(r->meta);
	kmt_modinfo_params_free(&r->params);
	free(r);
}

static void take_facts(struct reader *r, const struct kmt_modinfo *info, struct facts *out)
{
	const struct kmt_modinfo_field *f;
	const struct kmt_modinfo_param *p;

	kmt_modinfo_params(info, &r->params);
	kmt_vec_foreach(p, &r->params.rows)
		kmt_vec_push(&out->params,
			(struct kmt_treeparam){.name = kmt_strndup(p->name, p->name_len),
				.type = p->type ? kmt_strdup(p->type) : NULL});
	kmt_vec_foreach(f, &info->fields)
		if (kmt_modinfo_is(f, "firmware"))
			kmt_vec_push(&out->firmware, kmt_strdup(f->value));
}

/* The name that the kernel gives to what is in the file, if that is one of those sought. */
static const char *sought_name(const struct files *files, const struct kmt_modinfo *info, size_t i)
{
	const struct kmt_modfile *file = files->metas.files.v[i];
	const struct kmt_module *m = kmt_modindex_find(&files->side->index, file->name);
	char name[KMT_NAME_MAX];

	if (!m || strcmp(m->path, file->path) != 0 || kmt_modref_name_of_fields(info, file->path, name) < 0)
		return NULL;
	return kmt_map_get(&files->sought, name);
}

static void read_file(void *p, size_t i)
{
	struct reader *r = p;
	struct facts *facts = &r->files->facts[i];
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	const struct kmt_modinfo *info;

	if (!r->files->mods[i] && !r->files->sought.n)
		return;
	if (kmt_meta_read(r->meta, i, &info, &err) < 0) {
		facts->error = r->files->mods[i] ? kmt_strdup(err.msg) : NULL;
		return;
	}
	if (!r->files->mods[i]) {
		facts->name = sought_name(r->files, info, i);
		if (!facts->name)
			return;
	}
	take_facts(r, info, facts);
}

static void warn(struct files *files, const char *message)
{
	if (files->side->n_bad++ < WARNINGS_MAX || files->run->env->g.verbose)
		kmt_diag_add(&files->run->env->diag, NULL, "%s", message);
}

/* Moves what was found into the arena of the side, which is for one thread at a time. */
static bool keep_facts(void *ctx, size_t first, size_t end)
{
	struct files *files = ctx;
	struct kmt_arena *arena = &files->side->arena;

	for (size_t i = first; i < end; i++) {
		struct facts *facts = &files->facts[i];
		struct kmt_treemod *m = files->mods[i];

		if (facts->error)
			warn(files, facts->error);
		if (facts->name)
			m = kmt_treeside_add(&files->side->side, arena,
				(struct kmt_treemod){.name = facts->name, .place = files->metas.files.v[i]->rel});
		for (size_t k = 0; k < facts->params.n; k++) {
			struct kmt_treeparam *p = &facts->params.v[k];

			kmt_vec_push(&m->params,
				(struct kmt_treeparam){.name = kmt_arena_strdup(arena, p->name),
					.type = p->type ? kmt_arena_strdup(arena, p->type) : NULL});
			free((char *)p->name);
			free((char *)p->type);
		}
		for (size_t k = 0; k < facts->firmware.n; k++) {
			kmt_vec_push(&m->firmware, kmt_arena_strdup(arena, facts->firmware.v[k]));
			free((char *)facts->firmware.v[k]);
		}
		kmt_vec_free(&facts->params);
		kmt_vec_free(&facts->firmware);
		free((char *)facts->error);
	}
	kmt_progress_step(&files->progress, end, files->metas.files.n);
	return true;
}

static bool is_loaded(const struct kmt_diff_run *run, const char *name)
{
	return kmt_snapshot_loaded(&run->snap, name) != NULL;
}

/* Of several files with one name the one that the index names. */
static struct kmt_treemod *module_of(const struct files *files, const struct kmt_modfile *file)
{
	const struct kmt_module *m = kmt_modindex_find(&files->side->index, file->name);

	if (!m || strcmp(m->path, file->path) != 0)
		return NULL;
	if (files->run->only_loaded && !is_loaded(files->run, file->name))
		return NULL;
	return kmt_map_get(&files->side->side.by_name, file->name);
}

/* Loaded modules that the tree does not have by the name of a file, but maybe by that in a file. */
static void seek_names(const struct kmt_diff_run *run, const struct kmt_diff_side *side, struct kmt_map *out)
{
	const struct kmt_procmod *mod;

	kmt_vec_foreach(mod, &run->snap.loaded.rows) {
		if (run->only_loaded && !kmt_map_get(&side->side.by_name, mod->name))
			kmt_map_add(out, mod->name, (void *)mod->name);
	}
}

static int read_files(struct kmt_diff_run *run, struct kmt_diff_side *side, const struct kmt_map *sought,
	struct kmt_err *err)
{
	struct files files = {.run = run, .side = side, .sought = *sought};
	kmt_autofree char *what = kmt_asprintf("reading modules of %s", side->version);
	struct kmt_ordered o = {
		.threads = run->threads,
		.ctx = &files,
		.open = open_reader,
		.close = close_reader,
		.work = read_file,
		.done = keep_facts,
	};
	int r = kmt_metas_open(&files.metas, &run->env->root, side->version, &run->env->diag, err);

	if (r < 0)
		return r;
	o.n = files.metas.files.n;
	files.mods = kmt_alloc((o.n + 1) * sizeof(*files.mods));
	files.facts = kmt_alloc((o.n + 1) * sizeof(*files.facts));
	for (size_t i = 0; i < o.n; i++)
		files.mods[i] = module_of(&files, files.metas.files.v[i]);
	kmt_progress_start(&files.progress, run->env, what);
	kmt_ordered_run(&o);
	kmt_progress_end(&files.progress);
	free(files.mods);
	free(files.facts);
	kmt_metas_close(&files.metas);
	return 0;
}

static void add_names(struct kmt_diff_side *side)
{
	size_t skip = strlen(side->index.dir) + 1;

	for (size_t i = 0; i < kmt_modindex_count(&side->index); i++) {
		const struct kmt_module *m = kmt_modindex_at(&side->index, i);
		bool in_tree = !strncmp(m->path, side->index.dir, skip - 1);
		struct kmt_treemod *mod = kmt_treeside_add(&side->side, &side->arena,
			(struct kmt_treemod){
				.name = m->name, .place = in_tree ? m->path + skip : m->path});

		for (size_t d = 0; d < m->n_deps; d++)
			kmt_vec_push(&mod->deps, m->deps[d]->name);
	}
	for (size_t i = 0; i < kmt_modindex_builtin_count(&side->index); i++)
		kmt_treeside_add(&side->side, &side->arena,
			(struct kmt_treemod){.name = kmt_modindex_builtin_at(&side->index, i)->name,
				.place = kmt_modindex_builtin_at(&side->index, i)->path,
				.builtin = true});
}

static int add_aliases(struct kmt_diff_side *side, enum kmt_index_kind kind, struct kmt_err *err)
{
	struct kmt_index_matches keys = {0};
	int r = kmt_modindex_keys(&side->index, kind, &keys, err);

	for (size_t i = 0; !r && i < keys.rows.n; i++) {
		struct kmt_treemod *m = kmt_map_get(&side->side.by_name, keys.rows.v[i].module);

		if (m)
			kmt_vec_push(&m->aliases, keys.rows.v[i].pattern);
	}
	kmt_vec_free(&keys.rows);
	return r;
}

static void add_type(
	struct kmt_treemod *m, struct kmt_arena *arena, const char *name, size_t n, const char *type)
{
	struct kmt_treeparam *p;

	kmt_vec_foreach(p, &m->params) {
		if (strlen(p->name) != n || memcmp(p->name, name, n) != 0)
			continue;
		p->type = type ? type : p->type;
		return;
	}
	kmt_vec_push(&m->params,
		(struct kmt_treeparam){.name = kmt_arena_strndup(arena, name, n), .type = type});
}

/* Kernels before 5.2 do not tell. */
static void add_builtin_fields(struct kmt_diff_side *side)
{
	struct kmt_builtin_fields fields = {0};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	kmt_modindex_builtin_fields(&side->index, NULL, &fields, &err);
	for (size_t i = 0; i < fields.rows.n; i++) {
		const struct kmt_builtin_field *f = &fields.rows.v[i];
		struct kmt_treemod *m = kmt_treeside_add(&side->side, &side->arena,
			(struct kmt_treemod){.name = f->module, .builtin = true});
		size_t n = strcspn(f->value, ":");

		if (!m->builtin || !f->value[n])
			continue;
		if (!strcmp(f->key, "parm"))
			add_type(m, &side->arena, f->value, n, NULL);
		else if (!strcmp(f->key, "parmtype"))
			add_type(m, &side->arena, f->value, n, f->value + n + 1);
		else if (!strcmp(f->key, "firmware"))
			kmt_vec_push(&m->firmware, f->value);
	}
	kmt_vec_free(&fields.rows);
}

static const char *answer(void *ctx, const char *pattern)
{
	static const enum kmt_index_kind kinds[] = {KMT_INDEX_ALIAS, KMT_INDEX_BUILTIN_ALIAS};
	struct kmt_diff_side *side = ctx;
	const char *name = NULL;

	for (size_t i = 0; side->has_tree && !name && i < KMT_ARRAY_SIZE(kinds); i++) {
		struct kmt_index_matches found = {0};

		if (!kmt_modindex_match(&side->index, kinds[i], pattern, &found, NULL) && found.rows.n)
			name = found.rows.v[0].module;
		kmt_vec_free(&found.rows);
	}
	return name;
}

/* What is loaded from elsewhere belongs to the running kernel, too. */
static void add_loaded(struct kmt_diff_run *run, struct kmt_diff_side *side)
{
	if (side != &run->a || !run->only_loaded)
		return;
	for (size_t i = 0; i < run->snap.loaded.rows.n; i++)
		kmt_treeside_add(&side->side, &side->arena,
			(struct kmt_treemod){.name = run->snap.loaded.rows.v[i].name});
}

int kmt_diff_read(struct kmt_diff_run *run, struct kmt_diff_side *side, struct kmt_err *err)
{
	int r = kmt_modindex_open(
		&side->index, &run->env->root, side->version, false, &run->env->diag, err);

	side->side.answer = answer;
	side->side.ctx = side;
	side->has_tree = !r;
	/* The tree of the running kernel may be gone: what is loaded is known anyway. */
	if (r == -ENOENT && side == &run->a && run->only_loaded) {
		kmt_err_clear(err);
		r = 0;
	}
	if (side->has_tree) {
		struct kmt_map sought = {0};

		add_names(side);
		add_builtin_fields(side);
		r = add_aliases(side, KMT_INDEX_ALIAS, err);
		if (!r)
			r = add_aliases(side, KMT_INDEX_BUILTIN_ALIAS, err);
		seek_names(run, side, &sought);
		if (!r && ((run->kinds & FILE_KINDS) || sought.n))
			r = read_files(run, side, &sought, err);
		kmt_map_free(&sought);
	}
	add_loaded(run, side);
	kmt_treeside_sort(&side->side);
	return r;
}

void kmt_diff_side_free(struct kmt_diff_side *side)
{
	kmt_treeside_free(&side->side);
	if (side->has_tree)
		kmt_modindex_close(&side->index);
	kmt_arena_free(&side->arena);
}
