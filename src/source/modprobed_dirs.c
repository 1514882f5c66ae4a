/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files are configuration, and in which order: *.conf of five directories, of files with the same
 * name the one in the first directory; then all of them, with modules.softdep and modules.weakdep of the
 * tree, sorted by name as one sequence.
 */
#include <kmt/source/modprobed.h>

#include <errno.h>
#include <string.h>

#include <kmt/sys/paths.h>

/* A configuration file of more than this is none. */
#define MAX_SIZE (16u << 20)

struct candidate {
	const char *path, *name;
	unsigned int dir;    /* rank of its directory */
	bool shipped;
};

struct candidates {
	KMT_VEC(struct candidate) v;
};

/* Directories that were listed already, under this or another name (/lib is often a link to /usr/lib). */
struct seen {
	dev_t dev[8];
	ino_t ino[8];
	unsigned int n;
};

static bool seen_before(struct seen *seen, const struct stat *st)
{
	for (unsigned int i = 0; i < seen->n; i++)
		if (seen->dev[i] == st->st_dev && seen->ino[i] == st->st_ino)
			return true;
	if (seen->n < KMT_ARRAY_SIZE(seen->dev)) {
		seen->dev[seen->n] = st->st_dev;
		seen->ino[seen->n++] = st->st_ino;
	}
	return false;
}

static bool ends_in(const char *name, const char *ending)
{
	size_t n = strlen(name), e = strlen(ending);

	return n > e && !strcmp(name + n - e, ending);
}

static bool is_config(const struct kmt_root *root, const char *path, const char *name,
	struct kmt_diag *diag)
{
	struct kmt_origin origin = {.file = path};
	struct stat st;

	if (*name == '.')
		return false;
	if (ends_in(name, ".alias")) {
		kmt_diag_add(diag, &origin, "ignored: only kmod up to version 32 reads *.alias files; "
					    "name it *.conf");
		return false;
	}
	if (!ends_in(name, ".conf"))
		return false;
	/* A link that leads nowhere, or to /dev/null, still takes the place of files of its name. */
	if (kmt_root_stat(root, path, &st) < 0 || S_ISREG(st.st_mode) || S_ISCHR(st.st_mode))
		return true;
	kmt_diag_add(diag, &origin, "ignored: not a regular file");
	return false;
}

static void list_directory(const struct kmt_root *root, const char *dir, unsigned int rank,
	struct kmt_arena *arena, struct candidates *out, struct kmt_diag *diag)
{
	struct kmt_origin origin = {.file = dir};
	struct kmt_strv names = {0};
	int r = kmt_root_list(root, dir, &names);

	if (r < 0) {
		if (r != -ENOENT)
			kmt_diag_add(diag, &origin, "cannot be read: %s", strerror(-r));
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		const char *path = kmt_arena_printf(arena, "%s/%s", dir, names.v[i]);

		if (is_config(root, path, names.v[i], diag))
			kmt_vec_push(&out->v, (struct candidate){.path = path,
						      .name = strrchr(path, '/') + 1,
						      .dir = rank});
	}
	kmt_root_list_free(&names);
}

static void list_tree(const struct kmt_root *root, const char *dir, unsigned int rank,
	struct kmt_arena *arena, struct candidates *out)
{
	static const char *const files[] = {"modules.softdep", "modules.weakdep"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(files); i++) {
		const char *path = kmt_arena_printf(arena, "%s/%s", dir, files[i]);

		if (kmt_root_exists(root, path))
			kmt_vec_push(&out->v, (struct candidate){.path = path,
						      .name = files[i],
						      .dir = rank,
						      .shipped = true});
	}
}

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : (int)x->dir - (int)y->dir;
}

/* A mask (a link to /dev/null or to nothing) has nothing to read. */
static bool is_mask(const struct kmt_root *root, const char *path)
{
	struct stat st;
	int r = kmt_root_stat(root, path, &st);

	return r == -ENOENT || (!r && !S_ISREG(st.st_mode));
}

static void read_file(const struct kmt_root *root, const struct candidate *c, struct kmt_conf *out,
	struct kmt_diag *diag)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	size_t first = out->lines.n;
	int r;

	if (is_mask(root, c->path))
		return;
	r = kmt_root_read(root, c->path, MAX_SIZE, &text, NULL);
	if (r < 0) {
		struct kmt_origin origin = {.file = c->path};

		kmt_diag_add(diag, &origin, "cannot be read: %s", strerror(-r));
		return;
	}
	kmt_modprobed_parse(c->path, kmt_strbuf_str(&text), text.len, out, diag);
	for (size_t i = first; i < out->lines.n; i++)
		out->lines.v[i].shipped = c->shipped;
}

int kmt_modprobed_read(const struct kmt_root *root, const char *tree_dir, struct kmt_conf *out,
	struct kmt_diag *diag, struct kmt_err *err)
{
	static const char *const dirs[] = KMT_MODPROBE_D_DIRS;
	const struct candidate *winner = NULL;
	struct candidates all = {0};
	struct seen seen = {0};
	unsigned int rank = 0;

	for (; rank < KMT_ARRAY_SIZE(dirs); rank++) {
		struct stat st;

		if (kmt_root_stat(root, dirs[rank], &st) < 0 || !seen_before(&seen, &st))
			list_directory(root, dirs[rank], rank, &out->arena, &all, diag);
	}
	if (tree_dir)
		list_tree(root, tree_dir, rank, &out->arena, &all);
	if (all.v.n)
		qsort(all.v.v, all.v.n, sizeof(*all.v.v), compare_candidates);
	for (size_t i = 0; i < all.v.n; i++) {
		const struct candidate *c = &all.v.v[i];
		bool masked = winner && !strcmp(winner->name, c->name);

		kmt_vec_push(&out->files, (struct kmt_conf_file){.path = c->path,
						  .masked_by = masked ? winner->path : NULL,
						  .shipped = c->shipped});
		if (masked)
			continue;
		winner = c;
		read_file(root, c, out, diag);
	}
	kmt_vec_free(&all.v);
	return 0;
}
