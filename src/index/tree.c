/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/tree.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/sys/dirents.h>

/* A directory to be walked. */
struct todo {
	const char *path;
	bool link; /* found as a symbolic link */
};

struct walk {
	struct kmt_tree *tree;
	size_t tree_len;
	KMT_VEC(struct todo) dirs; /* a stack */
	struct kmt_strv links;	   /* symbolic links to directories: after all others */
	struct kmt_map visited;	   /* "device:inode" of directories */
};

void kmt_filestamp_set(struct kmt_filestamp *stamp, const struct stat *st)
{
	*stamp = (struct kmt_filestamp){
		.size = (uint64_t)st->st_size,
		.ino = st->st_ino,
		.dev = st->st_dev,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.ctime_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec,
	};
}

bool kmt_filestamp_equal(const struct kmt_filestamp *a, const struct kmt_filestamp *b)
{
	return a->size == b->size && a->ino == b->ino && a->dev == b->dev &&
	       a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static void skip(struct walk *w, const char *path, const char *why)
{
	struct kmt_tree *t = w->tree;

	t->skipped++;
	kmt_diag_add(t->diag, NULL, "%s%s: %s", t->root->path, path, why);
}

/* modules.dep separates paths by blanks and ends the first with a colon; tries hold 7-bit text. */
static bool can_be_listed(const char *rel)
{
	for (const unsigned char *p = (const unsigned char *)rel; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == ':')
			return false;
	return true;
}

/* "DIR/NAME". */
static const char *join(struct walk *w, const char *dir, const char *name)
{
	size_t dir_len = strlen(dir), name_len = strlen(name);
	char *path = kmt_arena_alloc(w->tree->arena, dir_len + name_len + 2);

	memcpy(path, dir, dir_len);
	path[dir_len] = '/';
	memcpy(path + dir_len + 1, name, name_len);
	return path;
}

static bool is_in_tree(const struct walk *w, const char *path)
{
	return !strncmp(path, w->tree->dir, w->tree_len) && path[w->tree_len] == '/';
}

static void add_file(struct walk *w, const char *dir, const char *base, bool link)
{
	struct kmt_arena *arena = w->tree->arena;
	struct kmt_modfile *f;
	char name[KMT_NAME_MAX];
	const char *path = join(w, dir, base);
	bool in_tree = is_in_tree(w, path);

	if (!can_be_listed(in_tree ? path + w->tree_len : path) ||
		kmt_name_from_path(base, name, sizeof(name))) {
		skip(w, path, "a name that modules.dep cannot hold");
		return;
	}
	f = KMT_ARENA_NEW(arena, struct kmt_modfile);
	f->path = path;
	f->in_tree = in_tree;
	f->rel = in_tree ? path + w->tree_len + 1 : path;
	f->dir = dir;
	f->base = path + strlen(dir) + 1;
	f->name = kmt_arena_strdup(arena, name);
	f->link = link;
	w->tree->found(w->tree->ctx, f);
}

static bool is_left_out(const struct walk *w, const char *name)
{
	return !strcmp(name, "build") || !strcmp(name, "source") ||
	       kmt_depmodd_excludes(w->tree->conf, name);
}

/* A name that is neither file nor directory by itself, or of which the file system does not say it. */
static void add_other(struct walk *w, const char *dir, const char *name)
{
	const char *path = join(w, dir, name);
	struct stat st, own;
	int r = kmt_root_lstat(w->tree->root, path, &own);
	bool link = !r && S_ISLNK(own.st_mode);

	if (!r)
		r = kmt_root_stat(w->tree->root, path, &st);
	if (!r && S_ISDIR(st.st_mode)) {
		if (link)
			kmt_vec_push(&w->links, path);
		else
			kmt_vec_push(&w->dirs, (struct todo){path, false});
		return;
	}
	if (!kmt_name_is_module_file(name))
		return;
	if (r < 0)
		skip(w, path, strerror(-r));
	else if (!S_ISREG(st.st_mode))
		skip(w, path, "not a regular file");
	else
		add_file(w, dir, name, link);
}

static void add_entry(struct walk *w, const char *dir, const char *name, unsigned char type)
{
	if (is_left_out(w, name))
		return;
	switch (type) {
	case DT_REG:
		if (kmt_name_is_module_file(name))
			add_file(w, dir, name, false);
		break;
	case DT_DIR:
		kmt_vec_push(&w->dirs, (struct todo){.path = join(w, dir, name)});
		break;
	default:
		add_other(w, dir, name);
	}
}

/* Whether the directory is met for the first time. */
static bool is_new(struct walk *w, const struct stat *st)
{
	const char *key = kmt_arena_printf(w->tree->arena, "%llx:%llx",
		(unsigned long long)st->st_dev, (unsigned long long)st->st_ino);

	return !kmt_map_add(&w->visited, key, w);
}

static int walk_dir(struct walk *w, const struct todo *todo)
{
	int flags = O_RDONLY | O_DIRECTORY | (todo->link ? 0 : O_NOFOLLOW), r;
	kmt_autoclose int fd = kmt_root_openat(w->tree->root, todo->path, flags);
	struct kmt_dirents entries;
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0 || !is_new(w, &st))
		return 0;
	kmt_dirents_init(&entries, fd);
	while ((r = kmt_dirents_next(&entries)) > 0)
		add_entry(w, todo->path, entries.name, entries.type);
	return r;
}

static void walk_stack(struct walk *w)
{
	while (w->dirs.n) {
		struct todo todo = w->dirs.v[--w->dirs.n];
		int r = walk_dir(w, &todo);

		if (r < 0)
			skip(w, todo.path, strerror(-r));
	}
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What links lead to may hold further links: those come in the next round. */
static void walk_links(struct walk *w)
{
	while (w->links.n) {
		struct kmt_strv round = w->links;

		w->links = (struct kmt_strv){0};
		qsort(round.v, round.n, sizeof(*round.v), compare_paths);
		for (size_t i = 0; i < round.n; i++) {
			kmt_vec_push(&w->dirs, (struct todo){round.v[i], true});
			walk_stack(w);
		}
		kmt_vec_free(&round);
	}
}

int kmt_tree_walk(struct kmt_tree *tree, struct kmt_err *err)
{
	struct walk w = {.tree = tree, .tree_len = strlen(tree->dir)};
	struct todo top = {.path = tree->dir, .link = true};
	int r = walk_dir(&w, &top);

	if (r < 0) {
		kmt_vec_free(&w.dirs);
		kmt_map_free(&w.visited);
		return kmt_err_errno(err, -r, "module tree %s%s", tree->root->path, tree->dir);
	}
	walk_stack(&w);
	for (size_t i = 0; i < tree->conf->externals.n; i++) {
		const char *dir = tree->conf->externals.v[i];

		if (!kmt_root_exists(tree->root, dir))
			continue;
		kmt_vec_push(&w.dirs, (struct todo){dir, true});
		walk_stack(&w);
	}
	walk_links(&w);
	kmt_vec_free(&w.dirs);
	kmt_vec_free(&w.links);
	kmt_map_free(&w.visited);
	return 0;
}

int kmt_tree_name(struct kmt_tree *tree, const char *path, struct kmt_err *err)
{
	struct walk w = {.tree = tree, .tree_len = strlen(tree->dir)};
	const char *base = strrchr(path, '/') + 1;
	size_t before = tree->skipped;
	struct stat st;
	int r = kmt_root_stat(tree->root, path, &st);

	if (r < 0)
		return kmt_err_errno(err, -r, "%s%s", tree->root->path, path);
	if (!S_ISREG(st.st_mode) || !kmt_name_is_module_file(base))
		return kmt_err_set(err, KMT_ERR_FAILED, EINVAL, "%s%s is not a module file",
			tree->root->path, path);
	add_file(&w, kmt_arena_strndup(tree->arena, path, (size_t)(base - path) - 1), base, true);
	return tree->skipped == before ? 0 : kmt_err_set(err, KMT_ERR_FAILED, EINVAL,
						     "%s%s: a name that modules.dep cannot hold",
						     tree->root->path, path);
}

static int compare_files(const void *a, const void *b)
{
	const struct kmt_modfile *const *x = a, *const *y = b;

	if ((*x)->in_tree != (*y)->in_tree)
		return (*x)->in_tree ? -1 : 1;
	return strcmp((*x)->path, (*y)->path);
}

void kmt_tree_sort(struct kmt_modfile **files, size_t n)
{
	if (n)
		qsort(files, n, sizeof(*files), compare_files);
}
