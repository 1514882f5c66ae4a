/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool kernels`: which kernels are installed, and in which state their module trees are. */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/index/choose.h>
#include <kmt/index/depmodd.h>
#include <kmt/index/tree.h>
#include <kmt/model/snapshot.h>
#include <kmt/out/rows.h>
#include <kmt/source/initramfs.h>
#include <kmt/source/modindex.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/paths.h>
#include <kmt/sys/root.h>

#include "cmds_priv.h"

enum kmt_kernel_index {
	KMT_KERNEL_INDEX_NONE, /* there is no tree */
	KMT_KERNEL_INDEX_OK,
	KMT_KERNEL_INDEX_STALE,	  /* the tree has changed since */
	KMT_KERNEL_INDEX_MISSING, /* a file of it is not there */
	KMT_KERNEL_INDEX_DAMAGED,
	KMT_KERNEL_INDEX_UNKNOWN, /* not everything can be looked at */
};

/* What a walk of the tree tells. */
struct kernel_tree {
	bool read;
	size_t modules;		/* files */
	uint64_t size;		/* of all of them */
	const char *packing;	/* "none", "xz", "zst", "gz", "mixed"; NULL without modules */
	enum kmt_kernel_index index;
	const char *note;	/* why the index is not OK */
};

struct kmt_kernel_row {
	const char *version;
	bool running, has_tree;
	const char *image, *initrd; /* NULL: none was found */
	struct kernel_tree tree; /* filled when a cell is asked for */
};

struct kmt_kernels {
	const struct kmt_root *root;
	struct kmt_diag *diag;
	struct kmt_arena arena;
	KMT_VEC(struct kmt_kernel_row *) rows;
};

/* Which kernels there are: module trees, and boot images, by the names that distributions give them. */

/* %s is the version. The first that is there counts. */
static const char *const images[] = {"vmlinuz-%s", "vmlinux-%s", "vmlinuz-%s.efi", "kernel-%s", "Image-%s"};
/* In the module tree itself, where kernel-install and some distributions put them. */
static const char *const tree_images[] = {"vmlinuz", "vmlinux"};

/* PATTERN with VERSION in place of its %s. */
static char *fill(const char *pattern, const char *version)
{
	const char *at = strstr(pattern, "%s");

	return kmt_asprintf("%.*s%s%s", (int)(at - pattern), pattern, version, at + 2);
}

static bool is_file(const struct kmt_kernels *k, const char *path)
{
	struct stat st;

	return !kmt_root_stat(k->root, path, &st) && S_ISREG(st.st_mode);
}

static const char *in_boot(
	struct kmt_kernels *k, const char *const *patterns, size_t n, const char *version)
{
	for (size_t i = 0; i < n; i++) {
		kmt_autofree char *name = fill(patterns[i], version);
		kmt_autofree char *path = kmt_asprintf("%s/%s", KMT_PATH_BOOT, name);

		if (is_file(k, path))
			return kmt_arena_strdup(&k->arena, path);
	}
	return NULL;
}

static const char *in_tree(
	struct kmt_kernels *k, const char *const *names, size_t n, const char *version)
{
	kmt_autofree char *dir = kmt_moduletree_dir(k->root, version);

	for (size_t i = 0; i < n; i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", dir, names[i]);

		if (is_file(k, path))
			return kmt_arena_strdup(&k->arena, path);
	}
	return NULL;
}

/* Arch Linux names its images after the package, which a file in the tree tells. */
static char *package_of(const struct kmt_kernels *k, const char *version)
{
	kmt_autofree char *dir = kmt_moduletree_dir(k->root, version);
	kmt_autofree char *path = kmt_asprintf("%s/pkgbase", dir);
	struct kmt_strbuf name = KMT_STRBUF_INIT;

	if (kmt_root_read_line(k->root, path, &name) < 0 || !name.len || strchr(name.s, '/')) {
		kmt_strbuf_free(&name);
		return NULL;
	}
	return kmt_strbuf_steal(&name);
}

/* Of the Boot Loader Specification: TOKEN/VERSION/linux and initrd. */
static const char *beside(struct kmt_kernels *k, const char *initrd)
{
	kmt_autofree char *path = kmt_asprintf("%.*s/linux", (int)(strrchr(initrd, '/') - initrd), initrd);

	return is_file(k, path) ? kmt_arena_strdup(&k->arena, path) : NULL;
}

static void find_images(struct kmt_kernels *k, struct kmt_kernel_row *row)
{
	kmt_autofree char *package = package_of(k, row->version);
	enum kmt_initramfs_tool tool;

	row->image = in_boot(k, images, KMT_ARRAY_SIZE(images), row->version);
	if (!row->image && package)
		row->image = in_boot(k, images, KMT_ARRAY_SIZE(images), package);
	if (!row->image)
		row->image = in_tree(k, tree_images, KMT_ARRAY_SIZE(tree_images), row->version);
	if (!row->image)
		row->image = kmt_initramfs_find_kernel(k->root, row->version, &k->arena);
	row->initrd = kmt_initramfs_find(k->root, row->version, &k->arena, &tool);
	if (!row->image && row->initrd)
		row->image = beside(k, row->initrd);
}

static struct kmt_kernel_row *find_row(const struct kmt_kernels *k, const char *version)
{
	for (size_t i = 0; i < k->rows.n; i++)
		if (!strcmp(k->rows.v[i]->version, version))
			return k->rows.v[i];
	return NULL;
}

static struct kmt_kernel_row *add_row(struct kmt_kernels *k, const char *version)
{
	struct kmt_kernel_row *row = find_row(k, version);

	if (row)
		return row;
	row = KMT_ARENA_NEW(&k->arena, struct kmt_kernel_row);
	row->version = kmt_arena_strdup(&k->arena, version);
	kmt_vec_push(&k->rows, row);
	return row;
}

/* What package managers, dracut and FIPS tools leave beside an image. */
static bool is_leftover(const char *version)
{
	static const char *const suffixes[] = {
		".old", ".bak", ".hmac", ".sig", ".signed", ".efi", ".dpkg-*", ".rpm*", "~"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(suffixes); i++) {
		kmt_autofree char *pattern = kmt_asprintf("*%s", suffixes[i]);

		if (!fnmatch(pattern, version, 0))
			return true;
	}
	return false;
}

/* A release of the kernel begins with two numbers; "linux" and "0-rescue-..." are other names of images. */
static bool is_version(const char *s)
{
	size_t major = strspn(s, "0123456789");

	return major && s[major] == '.' && s[major + 1] >= '0' && s[major + 1] <= '9' && !is_leftover(s);
}

/* An image whose modules are gone is worth listing. */
static void add_bare_images(struct kmt_kernels *k)
{
	static const char prefix[] = "vmlinuz-";
	struct kmt_strv names = {0};

	if (kmt_root_list(k->root, KMT_PATH_BOOT, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		const char *version = names.v[i] + strlen(prefix);

		if (!strncmp(names.v[i], prefix, strlen(prefix)) && is_version(version))
			add_row(k, version);
	}
	kmt_root_list_free(&names);
}

static int compare_versions(const void *a, const void *b)
{
	const struct kmt_kernel_row *const *x = a, *const *y = b;
	int r = strverscmp((*y)->version, (*x)->version);

	return r ? r : strcmp((*y)->version, (*x)->version);
}

/* RUNNING: the running kernel, "" if none is. Finds trees and images; sorted, newest version first. */
static void find(struct kmt_kernels *k, const char *running)
{
	struct kmt_strv versions = {0};

	kmt_moduletree_versions(k->root, &versions);
	for (size_t i = 0; i < versions.n; i++)
		add_row(k, versions.v[i])->has_tree = true;
	kmt_root_list_free(&versions);
	add_bare_images(k);
	if (*running)
		add_row(k, running)->running = true;
	for (size_t i = 0; i < k->rows.n; i++)
		find_images(k, k->rows.v[i]);
	if (k->rows.n)
		qsort(k->rows.v, k->rows.n, sizeof(*k->rows.v), compare_versions);
}

static void kernels_free(struct kmt_kernels *k)
{
	kmt_vec_free(&k->rows);
	kmt_arena_free(&k->arena);
}

/*
 * What is in one module tree, and whether its index still fits. Told from names, sizes and modification
 * times, as it has to be quick; `kmtool index --check` compares the contents. Status-change times are not
 * looked at: in a copied tree they say nothing.
 */

/* What modprobe cannot do without. */
static const char *const needed[] = {"modules.dep", "modules.dep.bin", "modules.alias",
	"modules.alias.bin", "modules.symbols", "modules.symbols.bin", "modules.softdep"};

struct look {
	struct kmt_kernels *k;
	struct kernel_tree *out;
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

/* Walks the tree of ROW, once. */
static const struct kernel_tree *kernel_tree(struct kmt_kernels *k, struct kmt_kernel_row *row)
{
	kmt_autofree char *dir = kmt_moduletree_dir(k->root, row->version);
	struct look l = {.k = k, .out = &row->tree, .dir = dir};

	if (row->tree.read || !row->has_tree)
		return &row->tree;
	row->tree.read = true;
	look(&l, row);
	kmt_vec_free(&l.files);
	kmt_arena_free(&l.arena);
	return &row->tree;
}

static void get_version(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_kernel_row *row = data;

	out->s = row->version;
	out->hue = row->running ? KMT_HUE_BOLD : KMT_HUE_NONE;
}

static void get_running(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_kernel_row *row = data;

	out->n = row->running;
	out->hue = row->running ? KMT_HUE_GOOD : KMT_HUE_DIM;
}

static const struct kernel_tree *tree_of(const void *data, void *ctx, struct kmt_cell *out)
{
	struct kmt_kernel_row *row = (struct kmt_kernel_row *)data;

	out->absent = !row->has_tree;
	return kernel_tree(ctx, row);
}

static void get_modules(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = tree_of(row, ctx, out)->modules;
}

static void get_size(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = tree_of(row, ctx, out)->size;
}

static void get_packing(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = tree_of(row, ctx, out)->packing;
}

static void get_index(const void *row, void *ctx, struct kmt_cell *out)
{
	static const char *const words[] = {
		[KMT_KERNEL_INDEX_NONE] = "none",
		[KMT_KERNEL_INDEX_OK] = "ok",
		[KMT_KERNEL_INDEX_STALE] = "stale",
		[KMT_KERNEL_INDEX_MISSING] = "missing",
		[KMT_KERNEL_INDEX_DAMAGED] = "damaged",
		[KMT_KERNEL_INDEX_UNKNOWN] = "unknown",
	};
	enum kmt_kernel_index index = tree_of(row, ctx, out)->index;

	out->absent = false;
	out->s = words[index];
	out->hue = index == KMT_KERNEL_INDEX_OK ? KMT_HUE_GOOD : KMT_HUE_BAD;
}

static void get_image(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_kernel_row *)row)->image;
}

static void get_initrd(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_kernel_row *)row)->initrd;
}

static void get_note(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_kernel_row *row = data;

	out->s = row->has_tree ? tree_of(data, ctx, out)->note : "has no module tree";
	out->hue = KMT_HUE_WARN;
}

static const struct kmt_column columns[] = {
	{"version", "VERSION", KMT_CELL_STRING, true, .whole = true, .help = "kernel release",
		.get = get_version},
	{"running", "RUNNING", KMT_CELL_BOOL, true, .help = "whether it is the running kernel",
		.get = get_running},
	{"modules", "MODULES", KMT_CELL_NUMBER, true, .help = "module files in its tree",
		.get = get_modules},
	{"size", "SIZE", KMT_CELL_SIZE, true, .help = "total size of these files", .get = get_size},
	{"index", "INDEX", KMT_CELL_STRING, true, .whole = true,
		.help = "ok, stale, missing, damaged, unknown, or none without a tree", .get = get_index},
	{"image", "IMAGE", KMT_CELL_STRING, true, .path = true, .help = "the kernel image", .get = get_image},
	{"initrd", "INITRD", KMT_CELL_STRING, true, .path = true,
		.help = "the initramfs image", .get = get_initrd},
	{"note", "NOTE", KMT_CELL_STRING, true, .help = "the first problem of its tree or index", .get = get_note},
	{"packing", "PACKING", KMT_CELL_STRING, false,
		.help = "how modules are compressed: none, gz, xz, zst or mixed", .get = get_packing},
	{0},
};

static int run_kernels(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_kernels k = {.root = &env->root, .diag = &env->diag};
	struct kmt_rows rows = {.columns = columns, .ctx = &k, .json_name = "kernels"};
	struct kmt_snapshot snap;
	int r = kmt_cmd_select(env, &sel, err);

	/* Of the running kernel only its name, and whether it knows modules at all. */
	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, NULL, KMT_SNAP_LOADED, &env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &snap, KMT_BANNER_MODULES | KMT_BANNER_TREE);
	find(&k, snap.version);
	rows.rows = (const void **)k.rows.v;
	rows.n = k.rows.n;
	if (rows.n)
		r = kmt_cmd_print_telling(env, &rows, NULL, err);
	else
		r = kmt_moduletree_missing(&env->root, "", err);
	kernels_free(&k);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const examples[] = {"kmtool kernels", "installed kernels, and the running one",
	"kmtool kernels --raw -o version,index", "whether all indexes are up to date", NULL};

const struct kmt_cmd kmt_cmd_kernels = {
	.name = "kernels",
	.summary = "List installed kernels with the state of their module trees",
	.columns = columns,
	.examples = examples,
	.takes = KMT_TAKES_ROOT | KMT_TAKES_ROWS,
	.run = run_kernels,
};
