/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in one module tree, and whether its index still fits. Told from names, sizes and modification
 * times, as it has to be quick; `kmtool index --check` compares the contents. Status-change times are not
 * looked at: in a copied tree they say nothing.
 */
#include "kernels_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/index/choose.h>
#include <kmt/index/depmodd.h>
#include <kmt/index/tree.h>
#include <kmt/source/modindex.h>
#include <kmt/sys/paths.h>

/* What modprobe cannot do without. */
static const char *const needed[] = {"modules.dep", "modules.dep.bin", "modules.alias",
	"modules.alias.bin", "modules.symbols", "modules.symbols.bin", "modules.softdep"};

struct look {
	struct kmt_kernels *k;
	struct kmt_kernel_tree *out;
	const char *dir;
	struct kmt_arena arena; /* of the walk */
	KMT_VEC(struct kmt_modfile *) files;
	struct kmt_chosen chosen;
	struct stat dep;	/* of modules.dep */
};

static void found(void *ctx, struct kmt_modfile *file)
{
	struct look *l = ctx;

	kmt_vec_push(&l->files, file);
}

static const char *packing_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	return !dot || !strcmp(dot, ".ko") ? "none" : dot + 1;
}

static bool is_newer(const struct stat *a, const struct stat *b)
{
	if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
		return a->st_mtim.tv_sec > b->st_mtim.tv_sec;
	return a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

static void blame(struct look *l, enum kmt_kernel_index index, const char *path, const char *what)
{
	if (l->out->note)
		return;
	l->out->index = index;
	l->out->note = kmt_arena_printf(&l->k->arena, "%s %s", path, what);
}

static void measure(struct look *l)
{
	for (size_t i = 0; i < l->files.n; i++) {
		const char *path = l->files.v[i]->path, *packing = packing_of(path);
		struct stat st;

		if (!l->out->packing)
			l->out->packing = kmt_arena_strdup(&l->k->arena, packing);
		else if (strcmp(l->out->packing, packing) != 0)
			l->out->packing = "mixed";
		if (kmt_root_stat(l->k->root, path, &st) < 0)
			continue;
		l->out->size += (uint64_t)st.st_size;
		if (l->dep.st_mtim.tv_sec && is_newer(&st, &l->dep))
			blame(l, KMT_KERNEL_INDEX_STALE, l->files.v[i]->rel, "is newer than the index");
	}
	l->out->modules = l->files.n;
}

static void look_for_index(struct look *l)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(needed); i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", l->dir, needed[i]);
		struct stat st;

		int r = kmt_root_stat(l->k->root, path, &st);

		if (r == -ENOENT)
			blame(l, KMT_KERNEL_INDEX_MISSING, needed[i], "is missing");
		else if (r < 0)
			blame(l, KMT_KERNEL_INDEX_UNKNOWN, needed[i], "cannot be looked at");
		else if (!i)
			l->dep = st;
	}
}

/* The same modules in the same files. */
static void compare_lists(struct look *l, const struct kmt_kernel_row *row)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_strv names = {0};
	struct kmt_modindex index;

	if (kmt_modindex_open(&index, l->k->root, row->version, NULL, &err) < 0) {
		blame(l, err.kind == KMT_ERR_REFUSED ? KMT_KERNEL_INDEX_UNKNOWN : KMT_KERNEL_INDEX_DAMAGED,
			"modules.dep", "cannot be read");
		return;
	}
	for (size_t i = 0; i < l->chosen.modules.v.n; i++) {
		const struct kmt_modfile *f = l->chosen.modules.v.v[i];
		const struct kmt_module *m = kmt_modindex_find(&index, f->name);

		if (!m)
			blame(l, KMT_KERNEL_INDEX_STALE, f->rel, "is not in the index");
		else if (strcmp(m->path, f->path) != 0)
			blame(l, KMT_KERNEL_INDEX_STALE, f->rel, "is not the file that the index names");
	}
	kmt_modindex_names(&index, &names);
	if (names.n > l->chosen.modules.v.n)
		blame(l, KMT_KERNEL_INDEX_STALE, "modules.dep", "names modules that are gone");
	kmt_vec_free(&names);
	kmt_modindex_close(&index);
}

static void look(struct look *l, const struct kmt_kernel_row *row)
{
	struct kmt_depmodd conf = {0};
	struct kmt_tree tree = {.root = l->k->root, .dir = l->dir, .conf = &conf, .arena = &l->arena,
		.found = found, .ctx = l};

	l->out->index = KMT_KERNEL_INDEX_OK;
	look_for_index(l);
	if (kmt_depmodd_read(&conf, l->k->root, row->version, NULL, NULL, NULL) < 0 ||
		kmt_tree_walk(&tree, NULL) < 0 || tree.skipped)
		blame(l, KMT_KERNEL_INDEX_UNKNOWN, l->dir, "holds something that cannot be listed");
	kmt_tree_sort(l->files.v, l->files.n);
	kmt_choose(&conf, l->files.v, l->files.n, &l->chosen);
	if (!l->out->note)
		compare_lists(l, row);
	measure(l);
	kmt_chosen_free(&l->chosen);
	kmt_depmodd_free(&conf);
}

const struct kmt_kernel_tree *kmt_kernel_tree(struct kmt_kernels *k, struct kmt_kernel_row *row)
{
	kmt_autofree char *dir = kmt_asprintf("%s/%s", KMT_PATH_MODULES_DIR, row->version);
	struct look l = {.k = k, .out = &row->tree, .dir = dir};

	if (row->tree.read || !row->has_tree)
		return &row->tree;
	row->tree.read = true;
	look(&l, row);
	kmt_vec_free(&l.files);
	kmt_arena_free(&l.arena);
	return &row->tree;
}
