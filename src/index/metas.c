/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/metas.h>

#include <errno.h>
#include <string.h>

#include <kmt/index/build.h>
#include <kmt/index/depmodd.h>
#include "scan_priv.h"

struct kmt_meta_reader {
	const struct kmt_metas *metas;
	struct kmt_scan_opts opts;
	struct kmt_reader reader;
	struct kmt_modinfo info;
};

static void found(void *ctx, struct kmt_modfile *file)
{
	struct kmt_metas *m = ctx;

	kmt_vec_push(&m->files, file);
}

static int compare_files(const void *a, const void *b)
{
	const struct kmt_modfile *const *x = a, *const *y = b;
	int r = strcmp((*x)->name, (*y)->name);

	return r ? r : strcmp((*x)->path, (*y)->path);
}

int kmt_metas_open(struct kmt_metas *m, const struct kmt_root *root, const char *version,
	struct kmt_diag *diag, struct kmt_err *err)
{
	struct kmt_depmodd conf = {0};
	kmt_autofree char *dir = NULL, *cache = NULL;
	struct kmt_tree tree = {.root = root, .conf = &conf, .diag = diag, .found = found, .ctx = m};
	int r;

	*m = (struct kmt_metas){.root = root};
	tree.arena = &m->arena;
	r = kmt_build_dir(root, version, &dir, err);
	if (!r)
		r = kmt_depmodd_read(&conf, root, version, NULL, diag, err);
	tree.dir = dir;
	if (!r)
		r = kmt_tree_walk(&tree, err);
	kmt_depmodd_free(&conf);
	if (r < 0) {
		kmt_metas_close(m);
		return r;
	}
	if (m->files.n)
		qsort(m->files.v, m->files.n, sizeof(*m->files.v), compare_files);
	cache = kmt_asprintf("%s/%s", dir, KMT_CACHE_NAME);
	m->cache = kmt_cache_load(root, cache);
	return 0;
}

void kmt_metas_close(struct kmt_metas *m)
{
	kmt_vec_free(&m->files);
	kmt_cache_free(m->cache);
	kmt_arena_free(&m->arena);
	*m = (struct kmt_metas){0};
}

struct kmt_meta_reader *kmt_meta_reader_new(const struct kmt_metas *m)
{
	struct kmt_meta_reader *r = kmt_alloc(sizeof(*r));

	r->metas = m;
	r->opts = (struct kmt_scan_opts){.root = m->root, .cache = m->cache, .modinfo_only = true};
	kmt_reader_init(&r->reader, &r->opts);
	return r;
}

void kmt_meta_reader_free(struct kmt_meta_reader *r)
{
	kmt_reader_close(&r->reader);
	kmt_intern_free(&r->reader.names);
	kmt_arena_free(&r->reader.arena);
	kmt_modinfo_free(&r->info);
	free(r);
}

int kmt_meta_read(
	struct kmt_meta_reader *r, size_t i, const struct kmt_modinfo **out, struct kmt_err *err)
{
	/* Another thread may look at the file's name. */
	struct kmt_modfile file = *r->metas->files.v[i];

	*out = &r->info;
	kmt_arena_free(&r->reader.arena);
	kmt_reader_read_one(&r->reader, &file);
	r->reader.done.n = 0;
	if (file.error)
		return kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "%s", file.error);
	kmt_modinfo_parse(file.modinfo, file.modinfo_n, &r->info);
	return 0;
}
