/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/confdirs.h>

#include <errno.h>
#include <string.h>

#include <kmt/sys/paths.h>

struct candidate {
	const char *path, *name;
	unsigned int dir;    /* rank of its directory */
	const char *ignored; /* why it is not read; NULL if it is */
	bool shipped, directory;
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

const char *kmt_conf_file_state_name(enum kmt_conf_file_state state)
{
	static const char *const names[KMT_CONF_FILE_STATE_COUNT] = {
		[KMT_CONF_FILE_READ] = "read",
		[KMT_CONF_FILE_MASK] = "mask",
		[KMT_CONF_FILE_MASKED] = "masked",
		[KMT_CONF_FILE_IGNORED] = "ignored",
	};

	return names[state];
}

bool kmt_confdirs_have(const char *const *dirs, size_t n_dirs, const char *path)
{
	size_t n = (size_t)(strrchr(path, '/') - path);

	for (size_t i = 0; i < n_dirs; i++)
		if (strlen(dirs[i]) == n && !strncmp(dirs[i], path, n))
			return true;
	return false;
}

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

/* Why a file is not read; NULL if it is. Also notes whether it is a directory. */
static const char *why_ignored(const struct kmt_root *root, struct candidate *c, struct kmt_diag *diag)
{
	static const char alias[] = "only kmod up to version 32 reads *.alias files; name it *.conf";
	static const char kind[] = "not a regular file";
	struct kmt_origin origin = {.file = c->path};
	struct stat st;
	int r = kmt_root_stat(root, c->path, &st);

	c->directory = !r && S_ISDIR(st.st_mode);
	if (*c->name == '.')
		return "its name begins with a dot";
	if (ends_in(c->name, ".alias")) {
		kmt_diag_add(diag, &origin, "ignored: %s", alias);
		return alias;
	}
	if (!ends_in(c->name, ".conf"))
		return c->directory ? "it is a directory, and no file in it is read"
				    : "its name does not end in .conf";
	/* A link that leads nowhere, or to /dev/null, still takes the place of files of its name. */
	if (r < 0 || S_ISREG(st.st_mode) || S_ISCHR(st.st_mode))
		return NULL;
	kmt_diag_add(diag, &origin, "ignored: %s", kind);
	return kind;
}

static void note_unread(
	struct kmt_conf_files *files, const char *path, int error, struct kmt_diag *diag)
{
	const struct kmt_origin origin = {.file = path};

	kmt_diag_add(diag, &origin, "cannot be read: %s", strerror(error));
	if (files->unread)
		return;
	files->unread = path;
	files->unread_errno = error;
}

static void list_directory(const struct kmt_root *root, const char *dir, unsigned int rank,
	struct kmt_arena *arena, struct candidates *out, struct kmt_conf_files *files, struct kmt_diag *diag)
{
	struct kmt_strv names = {0};
	int r = kmt_root_list(root, dir, &names);

	if (r < 0) {
		if (r != -ENOENT)
			note_unread(files, dir, -r, diag);
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		const char *path = kmt_arena_printf(arena, "%s/%s", dir, names.v[i]);
		const char *name = strrchr(path, '/') + 1;
		struct candidate c = {.path = path, .name = name, .dir = rank};

		c.ignored = why_ignored(root, &c, diag);
		kmt_vec_push(&out->v, c);
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

bool kmt_conf_file_is_mask(const struct kmt_root *root, const char *path)
{
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;
	struct stat st;
	int r = kmt_root_lstat(root, path, &st);

	if (r < 0 || S_ISREG(st.st_mode))
		return false;
	/* What the name leads to in an image may be anything, but not what is meant by it. */
	if (S_ISLNK(st.st_mode) && !kmt_root_readlink(root, path, &target) &&
		!strcmp(kmt_strbuf_str(&target), KMT_PATH_DEV "/null"))
		return true;
	r = kmt_root_stat(root, path, &st);
	return r == -ENOENT || (!r && !S_ISREG(st.st_mode));
}

static void settle(const struct kmt_root *root, const struct candidates *all, struct kmt_conf_files *out)
{
	const struct candidate *winner = NULL, *c;

	kmt_vec_foreach(c, &all->v) {
		struct kmt_conf_file row = {.path = c->path, .shipped = c->shipped};

		if (c->ignored) {
			row.state = KMT_CONF_FILE_IGNORED;
			row.reason = c->ignored;
			row.directory = c->directory;
		} else if (winner && !strcmp(winner->name, c->name)) {
			row.state = KMT_CONF_FILE_MASKED;
			row.masked_by = winner->path;
		} else {
			winner = c;
			row.state = kmt_conf_file_is_mask(root, c->path) ? KMT_CONF_FILE_MASK : KMT_CONF_FILE_READ;
		}
		kmt_vec_push(&out->rows, row);
	}
}

void kmt_confdirs_list(const struct kmt_root *root, const char *const *dirs, size_t n_dirs,
	const char *tree_dir, struct kmt_arena *arena, struct kmt_conf_files *out, struct kmt_diag *diag)
{
	struct candidates all = {0};
	struct seen seen = {0};
	unsigned int rank = 0;

	for (; rank < n_dirs; rank++) {
		const char *slash = strrchr(dirs[rank], '/');
		struct stat st = {0};

		if (!kmt_root_stat(root, dirs[rank], &st) && seen_before(&seen, &st))
			continue;
		if (S_ISREG(st.st_mode))
			kmt_vec_push(&all.v, (struct candidate){.path = kmt_arena_strdup(arena, dirs[rank]),
						     .name = slash + 1, .dir = rank});
		else
			list_directory(root, dirs[rank], rank, arena, &all, out, diag);
	}
	if (tree_dir)
		list_tree(root, tree_dir, rank, arena, &all);
	if (all.v.n)
		qsort(all.v.v, all.v.n, sizeof(*all.v.v), compare_candidates);
	settle(root, &all, out);
	kmt_vec_free(&all.v);
}

int kmt_confdirs_read(const struct kmt_root *root, struct kmt_conf_files *files,
	const struct kmt_conf_file *file, struct kmt_strbuf *out, struct kmt_diag *diag)
{
	int r = kmt_root_read(root, file->path, KMT_CONF_FILE_MAX, out, NULL);

	if (r < 0)
		note_unread(files, file->path, -r, diag);
	return r;
}
