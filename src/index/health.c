/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/health.h>

#include <errno.h>
#include <string.h>

#include <kmt/index/choose.h>
#include <kmt/index/depmodd.h>
#include <kmt/index/tree.h>
#include <kmt/source/modindex.h>
#include <kmt/source/moduletree.h>

const char *kmt_index_state_name(enum kmt_index_state state)
{
	static const char *const words[] = {
		[KMT_INDEX_NONE] = "none",
		[KMT_INDEX_OK] = "ok",
		[KMT_INDEX_STALE] = "stale",
		[KMT_INDEX_MISSING] = "missing",
		[KMT_INDEX_DAMAGED] = "damaged",
		[KMT_INDEX_UNKNOWN] = "unknown",
	};

	return words[state];
}

/* What modprobe cannot do without. */
static const char *const needed[] = {"modules.dep", "modules.dep.bin", "modules.alias",
	"modules.alias.bin", "modules.symbols", "modules.symbols.bin", "modules.softdep"};

struct look {
	const struct kmt_root *root;
	const char *version, *dir;
	struct kmt_index_health *out;
	struct kmt_arena *strings;
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

static void blame(struct look *l, enum kmt_index_state state, const char *path, const char *what)
{
	if (l->out->note)
		return;
	l->out->state = state;
	l->out->note = kmt_arena_printf(l->strings, "%s %s", path, what);
}

static void measure(struct look *l)
{
	for (size_t i = 0; i < l->files.n; i++) {
		const char *path = l->files.v[i]->path, *packing = packing_of(path);
		struct stat st;

		if (!l->out->packing)
			l->out->packing = kmt_arena_strdup(l->strings, packing);
		else if (strcmp(l->out->packing, packing) != 0)
			l->out->packing = "mixed";
		if (kmt_root_stat(l->root, path, &st) < 0)
			continue;
		l->out->size += (uint64_t)st.st_size;
		if (l->dep.st_mtim.tv_sec && is_newer(&st, &l->dep))
			blame(l, KMT_INDEX_STALE, l->files.v[i]->rel, "is newer than the index");
	}
	l->out->modules = l->files.n;
}

static void look_for_index(struct look *l)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(needed); i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", l->dir, needed[i]);
		struct stat st;

		int r = kmt_root_stat(l->root, path, &st);

		if (r == -ENOENT)
			blame(l, KMT_INDEX_MISSING, needed[i], "is missing");
		else if (r < 0)
			blame(l, KMT_INDEX_UNKNOWN, needed[i], "cannot be looked at");
		else if (!i)
			l->dep = st;
	}
}

/* The same modules in the same files. */
static void compare_lists(struct look *l)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_strv names = {0};
	struct kmt_modindex index;

	if (kmt_modindex_open(&index, l->root, l->version, false, NULL, &err) < 0) {
		blame(l, err.kind == KMT_ERR_REFUSED ? KMT_INDEX_UNKNOWN : KMT_INDEX_DAMAGED,
			"modules.dep", "cannot be read");
		return;
	}
	for (size_t i = 0; i < l->chosen.modules.v.n; i++) {
		const struct kmt_modfile *f = l->chosen.modules.v.v[i];
		const struct kmt_module *m = kmt_modindex_find(&index, f->name);

		if (!m)
			blame(l, KMT_INDEX_STALE, f->rel, "is not in the index");
		else if (strcmp(m->path, f->path) != 0)
			blame(l, KMT_INDEX_STALE, f->rel, "is not the file that the index names");
	}
	kmt_modindex_names(&index, &names);
	if (names.n > l->chosen.modules.v.n)
		blame(l, KMT_INDEX_STALE, "modules.dep", "names modules that are gone");
	kmt_vec_free(&names);
	kmt_modindex_close(&index);
}

static void look(struct look *l)
{
	struct kmt_depmodd conf = {0};
	struct kmt_tree tree = {.root = l->root, .dir = l->dir, .conf = &conf, .arena = &l->arena,
		.found = found, .ctx = l};

	l->out->state = KMT_INDEX_OK;
	look_for_index(l);
	if (kmt_depmodd_read(&conf, l->root, l->version, NULL, NULL, NULL) < 0 ||
		kmt_tree_walk(&tree, NULL) < 0 || tree.skipped)
		blame(l, KMT_INDEX_UNKNOWN, l->dir, "holds something that cannot be listed");
	kmt_tree_sort(l->files.v, l->files.n);
	kmt_choose(&conf, l->files.v, l->files.n, &l->chosen);
	if (!l->out->note)
		compare_lists(l);
	measure(l);
	kmt_chosen_free(&l->chosen);
	kmt_depmodd_free(&conf);
}

void kmt_index_health(const struct kmt_root *root, const char *version, struct kmt_arena *arena,
	struct kmt_index_health *out)
{
	kmt_autofree char *dir = kmt_moduletree_dir(root, version);
	struct look l = {.root = root, .version = version, .dir = dir, .out = out, .strings = arena};

	*out = (struct kmt_index_health){0};
	if (!kmt_root_exists(root, dir))
		return;
	look(&l);
	kmt_vec_free(&l.files);
	kmt_arena_free(&l.arena);
}
