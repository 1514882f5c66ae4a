/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/root.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef HAVE_LINUX_OPENAT2_H
#include <linux/openat2.h>
#endif

#include <kmt/base/alloc.h>
#include <kmt/base/vec.h>
#include <kmt/sys/dirents.h>
#include <kmt/sys/paths.h>

#define MAX_LINKS 40 /* as the kernel's own limit */

#define PATH_ROOM (2 * PATH_MAX)

struct walk {
	int rootfd;
	KMT_VEC(int) stack; /* directories from below the root to here; empty at the root */
	char *todo;	    /* what is left to resolve, of PATH_ROOM */
	int links;
};

static int here(const struct walk *w)
{
	return w->stack.n ? w->stack.v[w->stack.n - 1] : w->rootfd;
}

static void go_to_root(struct walk *w)
{
	while (w->stack.n)
		close(w->stack.v[--w->stack.n]);
}

/* Cuts the first component off w->todo into NAME; false when nothing is left. */
static bool next_component(struct walk *w, char name[NAME_MAX + 1], int *r)
{
	size_t skip = strspn(w->todo, "/");
	size_t n = strcspn(w->todo + skip, "/");

	*r = n > NAME_MAX ? -ENAMETOOLONG : 0;
	if (!n || *r < 0)
		return false;
	memcpy(name, w->todo + skip, n);
	name[n] = '\0';
	memmove(w->todo, w->todo + skip + n, strlen(w->todo + skip + n) + 1);
	return true;
}

/* Puts the target of the link open at FD before what is left. */
static int follow(struct walk *w, int fd)
{
	char target[PATH_MAX];
	size_t rest = strlen(w->todo);
	ssize_t n;

	if (++w->links > MAX_LINKS)
		return -ELOOP;
	n = readlinkat(fd, "", target, sizeof(target));
	if (n < 0)
		return -errno;
	if ((size_t)n >= sizeof(target) || (size_t)n + rest >= PATH_ROOM)
		return -ENAMETOOLONG;
	/* What is left starts with '/' or is empty: a final link must not become "want a directory". */
	memmove(w->todo + n, w->todo, rest + 1);
	memcpy(w->todo, target, (size_t)n);
	if (target[0] == '/')
		go_to_root(w);
	return 0;
}

/* "a/b" wants more than the last component; "a/" and "a//" want a directory. */
static bool is_last(const struct walk *w)
{
	return w->todo[strspn(w->todo, "/")] == '\0';
}

/* One step down. *DONE gets the opened fd when NAME was the last component. */
static int step(struct walk *w, const char *name, int flags, int *done)
{
	bool last = is_last(w), want_dir = last && *w->todo;
	kmt_autoclose int fd = openat(here(w), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode) && !(last && !want_dir && (flags & O_NOFOLLOW)))
		return follow(w, fd);
	if ((!last || want_dir) && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (!last) {
		kmt_vec_push(&w->stack, kmt_take_fd(&fd));
		return 0;
	}
	if (S_ISLNK(st.st_mode) && !(flags & O_PATH))
		return -ELOOP;
	*done = openat(here(w), name, flags | O_NOFOLLOW | O_CLOEXEC);
	return *done < 0 ? -errno : 0;
}

static int resolve(struct walk *w, int flags)
{
	char name[NAME_MAX + 1];
	int done = -1, r;

	while (next_component(w, name, &r)) {
		if (!strcmp(name, "."))
			continue;
		if (!strcmp(name, "..")) {
			if (w->stack.n)
				close(w->stack.v[--w->stack.n]);
			continue;
		}
		r = step(w, name, flags, &done);
		if (r < 0)
			return r;
		if (done >= 0)
			return done;
	}
	if (r < 0)
		return r;
	/* The path ended in "/", "." or "..": the directory we stand in. */
	done = openat(here(w), ".", flags | O_CLOEXEC);
	return done < 0 ? -errno : done;
}

/* Opens PATH as if ROOTFD were "/", component by component: where openat2(2) is not there or gave up.
 * Returns the fd or -errno. A directory that is moved out of the root while it is being walked cannot be
 * noticed; openat2 can. */
static int root_walk(int rootfd, const char *path, int flags)
{
	char todo[PATH_ROOM];
	struct walk w = {.rootfd = rootfd, .todo = todo};
	int fd;

	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(todo, path);
	fd = resolve(&w, flags);
	go_to_root(&w);
	kmt_vec_free(&w.stack);
	return fd;
}

/* The files of a kmt_root that are not there yet. */

/* The overlay's word about PATH; NULL if it says nothing. */
static const struct kmt_root_overlay *overlay_find(const struct kmt_root *root, const char *path)
{
	for (size_t i = 0; i < root->n_overlay; i++)
		if (!strcmp(root->overlay[i].path, path))
			return &root->overlay[i];
	return NULL;
}

/* The name of PATH inside of DIR; NULL if it is elsewhere. */
static const char *name_in(const char *dir, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = strlen(dir);

	return slash && (size_t)(slash - path) == n && !strncmp(path, dir, n) ? slash + 1 : NULL;
}

static size_t find_name(const struct kmt_strv *names, const char *name)
{
	size_t i = 0;

	while (i < names->n && strcmp(names->v[i], name) != 0)
		i++;
	return i;
}

/* Adds to NAMES, or takes from them, what the overlay says about files in directory DIR. Whether it adds
 * any. */
static bool overlay_list(const struct kmt_root *root, const char *dir, struct kmt_strv *names)
{
	bool added = false;

	for (size_t i = 0; i < root->n_overlay; i++) {
		const struct kmt_root_overlay *over = &root->overlay[i];
		const char *name = name_in(dir, over->path);
		size_t at = name ? find_name(names, name) : 0;

		if (!name)
			continue;
		added |= over->data != NULL;
		if (over->data && at == names->n) {
			kmt_vec_push(names, kmt_strdup(name));
		} else if (!over->data && at < names->n) {
			free((char *)names->v[at]);
			names->v[at] = names->v[--names->n];
		}
	}
	return added;
}

#define FIRST_READ 4096

int kmt_root_open(struct kmt_root *root, const char *path, struct kmt_err *err)
{
	size_t n;

	if (!path)
		path = "/";
	*root = (struct kmt_root){.fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)};
	if (root->fd < 0)
		return kmt_err_errno(err, errno, "root directory %s", path);
	n = strlen(path);
	while (n && path[n - 1] == '/')
		n--;
	root->path = kmt_strndup(path, n);
	root->is_host = n == 0;
	return 0;
}

void kmt_root_close(struct kmt_root *root)
{
	if (root->fd >= 0)
		close(root->fd);
	free(root->path);
	*root = (struct kmt_root){.fd = -1};
}

/* openat2(2) has no wrapper in glibc. -ENOSYS where the kernel or its headers do not have it; some
 * container runtimes answer EPERM to system calls they do not know. */
static int openat2_in_root(int dirfd, const char *path, int flags)
{
#ifdef HAVE_LINUX_OPENAT2_H
	struct open_how how = {
		.flags = (unsigned int)flags,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

	if (fd < 0)
		return errno == EPERM ? -ENOSYS : -errno;
	return (int)fd;
#else
	return -ENOSYS;
#endif
}

int kmt_root_openat(const struct kmt_root *root, const char *path, int flags)
{
	int fd;

	/* musl's O_ACCMODE has O_PATH in it. */
	if (*path != '/' || (flags & (O_CREAT | O_TRUNC)) || (flags & (O_WRONLY | O_RDWR)))
		return -EINVAL;
	/* openat2(2) refuses flags that mean nothing together with O_PATH. */
	flags |= flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NOCTTY;
	if (root->is_host) {
		fd = open(path, flags);
		return fd < 0 ? -errno : fd;
	}
	if (!root->walk) {
		fd = openat2_in_root(root->fd, path, flags);
		/* A rename or a mount anywhere on the machine meanwhile makes it give up at "..". */
		if (fd != -ENOSYS && fd != -EAGAIN)
			return fd;
	}
	return root_walk(root->fd, path, flags);
}

/* What AT, opened with O_PATH, stands for, now for reading. -ENOENT without /proc. */
static int reopen(int at)
{
	char path[sizeof(KMT_PATH_PROC_SELF_FD) + 12];
	int fd;

	snprintf(path, sizeof(path), KMT_PATH_PROC_SELF_FD "/%d", at);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int check_regular(int fd, struct stat *st)
{
	if (fstat(fd, st) < 0)
		return -errno;
	if (S_ISDIR(st->st_mode))
		return -EISDIR;
	if (S_ISLNK(st->st_mode)) /* only with O_NOFOLLOW */
		return -ELOOP;
	return S_ISREG(st->st_mode) ? 0 : -EINVAL;
}

/* FD was opened by name, where AT was regular: it must be the same file still. Takes FD. */
static int check_same(int opened, const struct stat *st)
{
	kmt_autoclose int fd = opened;
	struct stat now;

	if (fd < 0)
		return fd;
	if (fstat(fd, &now) < 0)
		return -errno;
	return now.st_dev == st->st_dev && now.st_ino == st->st_ino ? kmt_take_fd(&fd) : -ESTALE;
}

/* The files of these filesystems are regular, and not made by others. */
static bool is_of_the_kernel(const struct kmt_root *root, const char *path)
{
	return root->is_host && (!strncmp(path, KMT_PATH_PROC "/", strlen(KMT_PATH_PROC "/")) ||
					!strncmp(path, KMT_PATH_SYS "/", strlen(KMT_PATH_SYS "/")));
}

int kmt_root_open_file(const struct kmt_root *root, const char *path, int flags, struct stat *st)
{
	kmt_autoclose int at = -1;
	int fd, r;

	*st = (struct stat){0};
	if (is_of_the_kernel(root, path)) {
		fd = kmt_root_openat(root, path, O_RDONLY | O_NONBLOCK | flags);
		return fd >= 0 && fstat(fd, st) < 0 ? -errno : fd;
	}
	at = kmt_root_openat(root, path, O_PATH | flags);
	if (at < 0)
		return at;
	r = check_regular(at, st);
	if (r < 0)
		return r;
	fd = reopen(at);
	return fd == -ENOENT
		       ? check_same(kmt_root_openat(root, path, O_RDONLY | O_NONBLOCK | flags), st)
		       : fd;
}

int kmt_root_open_file_in(int dirfd, const char *name, struct stat *st)
{
	kmt_autoclose int at = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int fd, r;

	*st = (struct stat){0};
	if (at < 0)
		return -errno;
	r = check_regular(at, st);
	if (r < 0)
		return r;
	fd = reopen(at);
	if (fd != -ENOENT)
		return fd;
	fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return check_same(fd < 0 ? -errno : fd, st);
}

int kmt_root_open_disk(const char *path, struct stat *st)
{
	kmt_autoclose int at = open(path, O_PATH | O_CLOEXEC);
	int fd;

	*st = (struct stat){0};
	if (at < 0 || fstat(at, st) < 0)
		return -errno;
	if (S_ISDIR(st->st_mode))
		return -EISDIR;
	if (!S_ISREG(st->st_mode) && !S_ISBLK(st->st_mode))
		return -ENOTBLK;
	fd = reopen(at);
	if (fd != -ENOENT)
		return fd;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return check_same(fd < 0 ? -errno : fd, st);
}

int kmt_root_open_listed(const struct kmt_root *root, int dirfd, const char *name, struct stat *st)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	kmt_autoclose int fd = dirfd < 0 ? kmt_root_openat(root, name, flags) : openat(dirfd, name, flags);
	int r;

	*st = (struct stat){0};
	if (fd < 0)
		return dirfd < 0 ? fd : -errno;
	r = check_regular(fd, st);
	return r < 0 ? r : kmt_take_fd(&fd);
}

ssize_t kmt_pread(int fd, void *buf, size_t n, uint64_t at)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, (char *)buf + done, n - done, (off_t)(at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* Fills the room that OUT already has before it asks for more: a caller that knows the size reserves it. */
static int read_all(int fd, size_t max, struct kmt_strbuf *out)
{
	size_t start = out->len, step = FIRST_READ;

	for (;;) {
		size_t room = out->cap - out->len;
		ssize_t n;

		if (room < 2) {
			kmt_strbuf_reserve(out, step);
			room = out->cap - out->len;
			if (step < (1u << 20))
				step *= 2;
		}
		n = read(fd, out->s + out->len, room - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return 0;
		out->len += (size_t)n;
		out->s[out->len] = '\0';
		if (out->len - start > max)
			return -EFBIG;
	}
}

int kmt_root_read(const struct kmt_root *root, const char *path, size_t max, struct kmt_strbuf *out,
	struct kmt_err *err)
{
	const struct kmt_root_overlay *over = overlay_find(root, path);
	struct stat st = {0};
	kmt_autoclose int fd = over ? -ENOENT : kmt_root_open_file(root, path, 0, &st);
	size_t start = out->len;
	int r;

	if (over && over->data) {
		kmt_strbuf_add(out, over->data, over->n);
		return 0;
	}
	if (fd == -EINVAL && st.st_mode)
		return kmt_err_set(
			err, KMT_ERR_FAILED, EINVAL, "%s%s is not a regular file", root->path, path);
	if (fd < 0)
		return kmt_err_errno(err, -fd, "%s%s", root->path, path);
	if (!max)
		max = KMT_ROOT_READ_MAX;
	/* A regular file tells its size: one read instead of a dozen. /proc and /sys say 0 or 4096. */
	if (st.st_size > 0 && (size_t)st.st_size <= max)
		kmt_strbuf_reserve(out, (size_t)st.st_size + 1);
	r = read_all(fd, max, out);
	if (r < 0) {
		kmt_strbuf_truncate(out, start);
		return kmt_err_errno(err, -r, "%s%s", root->path, path);
	}
	return 0;
}

bool kmt_root_map(const struct kmt_root *root, const char *path, const void **data, size_t *size)
{
	struct stat st;
	kmt_autoclose int fd = overlay_find(root, path) ? -1 : kmt_root_open_file(root, path, 0, &st);
	void *map;

	if (fd < 0 || st.st_size <= 0 || (uintmax_t)st.st_size > KMT_ROOT_READ_MAX)
		return false;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return false;
	*data = map;
	*size = (size_t)st.st_size;
	return true;
}

int kmt_root_read_line(const struct kmt_root *root, const char *path, struct kmt_strbuf *out)
{
	size_t start = out->len;
	int r = kmt_root_read(root, path, 1u << 16, out, NULL);

	if (r < 0)
		return r;
	if (out->len > start && out->s[out->len - 1] == '\n')
		kmt_strbuf_truncate(out, out->len - 1);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_names(struct kmt_strv *names)
{
	if (names->n)
		qsort(names->v, names->n, sizeof(*names->v), compare_names);
}

int kmt_root_list(const struct kmt_root *root, const char *path, struct kmt_strv *names)
{
	kmt_autoclose int fd = kmt_root_openat(root, path, O_RDONLY | O_DIRECTORY);
	struct kmt_dirents entries;
	int r;

	if (fd == -ENOENT && overlay_list(root, path, names)) {
		sort_names(names);
		return 0;
	}
	if (fd < 0)
		return fd;
	kmt_dirents_init(&entries, fd);
	while ((r = kmt_dirents_next(&entries)) > 0)
		kmt_vec_push(names, kmt_strdup(entries.name));
	if (r < 0) {
		kmt_root_list_free(names);
		return r;
	}
	overlay_list(root, path, names);
	sort_names(names);
	return 0;
}

void kmt_root_list_free(struct kmt_strv *names)
{
	for (size_t i = 0; i < names->n; i++)
		free((char *)names->v[i]);
	kmt_vec_free(names);
}

static int stat_flags(const struct kmt_root *root, const char *path, int flags, struct stat *st)
{
	const struct kmt_root_overlay *over = overlay_find(root, path);
	kmt_autoclose int fd = over ? -ENOENT : kmt_root_openat(root, path, O_PATH | flags);

	if (over && over->data) {
		*st = (struct stat){.st_mode = S_IFREG | 0644, .st_size = (off_t)over->n};
		return 0;
	}
	if (fd < 0)
		return fd;
	return fstat(fd, st) < 0 ? -errno : 0;
}

int kmt_root_stat(const struct kmt_root *root, const char *path, struct stat *st)
{
	return stat_flags(root, path, 0, st);
}

int kmt_root_lstat(const struct kmt_root *root, const char *path, struct stat *st)
{
	return stat_flags(root, path, O_NOFOLLOW, st);
}

bool kmt_root_exists(const struct kmt_root *root, const char *path)
{
	struct stat st;

	return !kmt_root_stat(root, path, &st);
}

int kmt_root_readlink(const struct kmt_root *root, const char *path, struct kmt_strbuf *out)
{
	kmt_autoclose int fd = kmt_root_openat(root, path, O_PATH | O_NOFOLLOW);
	char target[PATH_MAX];
	ssize_t n;

	if (fd < 0)
		return fd;
	n = readlinkat(fd, "", target, sizeof(target));
	if (n < 0)
		return errno == ENOENT ? -EINVAL : -errno; /* "" on what is no link says ENOENT */
	kmt_strbuf_add(out, target, (size_t)n);
	return 0;
}

char *kmt_path_absolute(const char *path)
{
	kmt_autofree char *cwd = NULL;

	if (*path == '/')
		return kmt_strdup(path);
	cwd = getcwd(NULL, 0);
	return kmt_asprintf("%s/%s", cwd && strcmp(cwd, "/") ? cwd : "", path);
}

char *kmt_root_outside(const struct kmt_root *root, const char *path)
{
	return kmt_asprintf("%s%s", root->path, path);
}
