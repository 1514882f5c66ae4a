/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/dirents.h>
#include <kmt/sys/root.h>

#include "file_priv.h"

/* The kernel's own limits (XATTR_LIST_MAX, XATTR_SIZE_MAX). */
#define LIST_MAX 65536
#define VALUE_MAX 65536

static bool has_value(int fd, const char *name, const char *value, size_t n)
{
	kmt_autofree char *now = kmt_alloc(VALUE_MAX);
	ssize_t len = fgetxattr(fd, name, now, VALUE_MAX);

	return len >= 0 && (size_t)len == n && !memcmp(now, value, n);
}

static int copy_one(int from, int to, const char *name)
{
	kmt_autofree char *value = kmt_alloc(VALUE_MAX);
	ssize_t n = fgetxattr(from, name, value, VALUE_MAX);
	int r;

	if (n < 0)
		return -errno;
	if (!fsetxattr(to, name, value, (size_t)n, 0))
		return 0;
	r = -errno;
	/* Only a privileged process may set a label; a new file often has the right one already. */
	return has_value(to, name, value, (size_t)n) ? 0 : r;
}

static int copy_xattrs(int from, int to)
{
	kmt_autofree char *list = kmt_alloc(LIST_MAX);
	ssize_t n = flistxattr(from, list, LIST_MAX);

	if (n < 0)
		return errno == ENOTSUP ? 0 : -errno;
	for (ssize_t at = 0; at < n; at += (ssize_t)strlen(list + at) + 1) {
		int r = copy_one(from, to, list + at);

		if (r < 0)
			return r;
	}
	return 0;
}

/* The owner first: changing it takes set-user-ID bits away. */
static int keep_owner_and_mode(const struct stat *st, int to)
{
	struct stat now;

	if (fstat(to, &now) < 0)
		return -errno;
	if ((now.st_uid != st->st_uid || now.st_gid != st->st_gid) &&
		fchown(to, st->st_uid, st->st_gid) < 0)
		return -errno;
	return fchmod(to, st->st_mode & 07777) < 0 ? -errno : 0;
}

int kmt_file_keep(int from, const struct stat *st, int to)
{
	int r = keep_owner_and_mode(st, to);

	return r < 0 ? r : copy_xattrs(from, to);
}

int kmt_file_write_all(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t written = write(fd, data, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		data += written;
		n -= (size_t)written;
	}
	return 0;
}

/* The temporary file of a replacement. Its writer holds a lock on it: one without a lock is what a killed
 * process has left. */

#define FILE_TEMP_SIZE 40

/* A dot-file that does not end in .conf is read by no tool. */
#define PREFIX ".kmtool-"
#define SUFFIX ".tmp"
#define DIGITS 16

static int create_locked(int dirfd, char name[FILE_TEMP_SIZE])
{
	kmt_autoclose int fd = -1;
	uint64_t random;
	struct stat st;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -errno;
	snprintf(name, FILE_TEMP_SIZE, PREFIX "%0*" PRIx64 SUFFIX, DIGITS, random);
	fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	flock(fd, LOCK_EX);
	/* Before it was locked another process may have taken it for a remainder. */
	if (!fstat(fd, &st) && !st.st_nlink)
		return -EEXIST;
	return kmt_take_fd(&fd);
}

/* Creates one in the directory and locks it; NAME gets its name. Returns the file descriptor. */
static int temp_create(int dirfd, char name[FILE_TEMP_SIZE])
{
	int fd;

	do
		fd = create_locked(dirfd, name);
	while (fd == -EEXIST);
	return fd;
}

static bool is_temp(const char *name)
{
	size_t prefix = strlen(PREFIX);

	return !strncmp(name, PREFIX, prefix) && strspn(name + prefix, "0123456789abcdef") == DIGITS &&
	       !strcmp(name + prefix + DIGITS, SUFFIX);
}

static void remove_unlocked(int dirfd, const char *name)
{
	struct stat st;
	kmt_autoclose int fd = kmt_root_open_file_in(dirfd, name, &st);

	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
		unlinkat(dirfd, name, 0);
}

/* Removes those that killed processes have left in the directory. */
static void temp_clean(int dirfd)
{
	kmt_autoclose int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct kmt_dirents entries;

	if (fd < 0)
		return;
	kmt_dirents_init(&entries, fd);
	while (kmt_dirents_next(&entries) > 0)
		if (is_temp(entries.name))
			remove_unlocked(dirfd, entries.name);
}

/* Making files where there are none. */

static int write_new(int dirfd, const struct kmt_new_file *file)
{
	int fd = openat(dirfd, file->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	int r;

	if (fd < 0)
		return -errno;
	r = kmt_file_write_all(fd, file->data, file->n);
	if (close(fd) < 0 && !r)
		r = -errno;
	if (r < 0)
		unlinkat(dirfd, file->name, 0);
	return r;
}

int kmt_file_new(const char *path, const void *data, size_t n, struct kmt_err *err)
{
	int r = write_new(AT_FDCWD, &(struct kmt_new_file){path, data, n});

	return r < 0 ? kmt_err_errno(err, -r, "creating %s", path) : 0;
}

static int write_all_new(int dirfd, const struct kmt_new_file *files, size_t n)
{
	size_t done = 0;
	int r = 0;

	while (!r && done < n)
		r = write_new(dirfd, &files[done++]);
	if (r < 0)
		for (done--; done > 0; done--)
			unlinkat(dirfd, files[done - 1].name, 0);
	return r;
}

int kmt_file_new_dir(const struct kmt_root *root, const char *dir, const struct kmt_new_file *files,
	size_t n, struct kmt_err *err)
{
	const char *name = strrchr(dir, '/') + 1;
	kmt_autofree char *parent = kmt_strndup(dir, (size_t)(name - dir));
	kmt_autoclose int at = kmt_root_openat(root, parent, O_RDONLY | O_DIRECTORY), fd = -1;
	int r;

	if (at < 0)
		return kmt_err_errno(err, -at, "%s%s", root->path, parent);
	if (mkdirat(at, name, 0777) < 0)
		return kmt_err_errno(err, errno, "creating %s%s", root->path, dir);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = fd < 0 ? -errno : write_all_new(fd, files, n);
	if (r < 0) {
		unlinkat(at, name, AT_REMOVEDIR);
		return kmt_err_errno(err, -r, "writing to %s%s", root->path, dir);
	}
	return 0;
}

void kmt_file_make_parents(const char *path, mode_t mode)
{
	kmt_autofree char *dir = kmt_strdup(path);

	for (char *slash = strchr(dir + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(dir, mode);
		*slash = '/';
	}
}

#define LINKS_MAX 40

/* Where the file really is, after its last symbolic link. */
struct place {
	int dirfd;
	char *path; /* absolute below the root */
	const char *name; /* last component, inside of path */
};

static void place_close(struct place *p)
{
	if (p->dirfd >= 0)
		close(p->dirfd);
	free(p->path);
}

/* Splits PATH and opens its directory below the root. */
static int open_place(const struct kmt_root *root, const char *path, struct place *p)
{
	kmt_autofree char *dir = NULL;
	const char *name = strrchr(path, '/');

	if (!name || !name[1] || !strcmp(name + 1, ".") || !strcmp(name + 1, ".."))
		return -EINVAL;
	dir = kmt_strndup(path, (size_t)(name - path) + 1);
	*p = (struct place){.dirfd = kmt_root_openat(root, dir, O_RDONLY | O_DIRECTORY)};
	if (p->dirfd < 0)
		return p->dirfd;
	p->path = kmt_strdup(path);
	p->name = p->path + (name + 1 - path);
	return 0;
}

/* The path that the symbolic link at P leads to, below the root; NULL if it is none. */
static char *follow(const struct place *p)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(p->dirfd, p->name, target, sizeof(target) - 1);

	if (n < 0)
		return NULL;
	target[n] = '\0';
	if (*target == '/')
		return kmt_strdup(target);
	return kmt_asprintf("%.*s%s", (int)(p->name - p->path), p->path, target);
}

static int find_place(const struct kmt_root *root, const char *path, struct place *out)
{
	kmt_autofree char *at = kmt_strdup(path);

	for (int links = 0; links < LINKS_MAX; links++) {
		kmt_auto(place_close) struct place p = {.dirfd = -1};
		int r = open_place(root, at, &p);
		char *next;

		if (r < 0)
			return r;
		next = follow(&p);
		if (!next) {
			*out = p;
			p = (struct place){.dirfd = -1};
			return 0;
		}
		free(at);
		at = next;
	}
	return -ELOOP;
}

/* Opens the file that is replaced, for its mode, owner and attributes; *FD is -1 if there is none. A
 * device or directory is not replaced: a configuration file that is a link to /dev/null must not cost
 * the machine its /dev/null. */
static int open_old(const struct place *p, int *fd, struct stat *st)
{
	int r = kmt_root_open_file_in(p->dirfd, p->name, st);

	if (r == -EISDIR)
		r = -EINVAL;
	*fd = r < 0 ? -1 : r;
	return r < 0 && r != -ENOENT ? r : 0;
}

static int fill_temp(int fd, int old, const struct stat *st, const void *data, size_t n, mode_t mode)
{
	int r = kmt_file_write_all(fd, data, n);

	if (r < 0)
		return r;
	if (old < 0)
		r = fchmod(fd, mode) < 0 ? -errno : 0;
	else
		r = kmt_file_keep(old, st, fd);
	if (r < 0)
		return r;
	return fsync(fd) < 0 ? -errno : 0;
}

static int replace(const struct place *p, const void *data, size_t n, mode_t mode)
{
	kmt_autoclose int old = -1;
	char temp[FILE_TEMP_SIZE];
	struct stat st;
	int r = open_old(p, &old, &st), fd;

	if (r < 0)
		return r;
	temp_clean(p->dirfd);
	fd = temp_create(p->dirfd, temp);
	if (fd < 0)
		return fd;
	r = fill_temp(fd, old, &st, data, n, mode);
	if (close(fd) < 0 && !r)
		r = -errno;
	if (!r && renameat(p->dirfd, temp, p->dirfd, p->name) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(p->dirfd, temp, 0);
		return r;
	}
	return fsync(p->dirfd) < 0 ? -errno : 0;
}

static int may_replace(const struct kmt_root *root, const char *path)
{
	kmt_auto(place_close) struct place p = {.dirfd = -1};
	int r = find_place(root, path, &p);

	if (r < 0)
		return r;
	return faccessat(p.dirfd, ".", W_OK | X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int kmt_file_may_write(const struct kmt_root *root, const char *path, bool replace)
{
	kmt_autoclose int fd = replace ? -EBADF : kmt_root_openat(root, path, O_PATH);

	if (replace)
		return may_replace(root, path);
	if (fd < 0)
		return fd;
	if (!faccessat(fd, "", W_OK, AT_EACCESS | AT_EMPTY_PATH))
		return 0;
	/* Kernels before 5.8 cannot be asked so: writing will tell. */
	return errno == EACCES || errno == EROFS || errno == EPERM ? -errno : 0;
}

int kmt_file_replace(const struct kmt_root *root, const char *path, const void *data, size_t n,
	mode_t mode, struct kmt_err *err)
{
	kmt_auto(place_close) struct place p = {.dirfd = -1};
	int r = find_place(root, path, &p);

	if (r < 0)
		return kmt_err_errno(err, -r, "%s%s", root->path, path);
	r = replace(&p, data, n, mode);
	if (r == -EINVAL)
		return kmt_err_set(err, KMT_ERR_REFUSED, EINVAL, "%s%s is not a regular file",
			root->path, p.path);
	if (r < 0)
		return kmt_err_errno(err, -r, "replacing %s%s", root->path, p.path);
	return 0;
}

static int remove_at(const struct kmt_root *root, const struct place *p, struct kmt_err *err)
{
	if (unlinkat(p->dirfd, p->name, 0) < 0 || fsync(p->dirfd) < 0)
		return kmt_err_errno(err, errno, "removing %s%s", root->path, p->path);
	return 0;
}

int kmt_file_remove(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	kmt_auto(place_close) struct place p = {.dirfd = -1};
	int r = find_place(root, path, &p);

	return r < 0 ? kmt_err_errno(err, -r, "%s%s", root->path, path) : remove_at(root, &p, err);
}

int kmt_file_remove_link(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	kmt_auto(place_close) struct place p = {.dirfd = -1};
	int r = open_place(root, path, &p);

	return r < 0 ? kmt_err_errno(err, -r, "%s%s", root->path, path) : remove_at(root, &p, err);
}

int kmt_file_make_dir(const struct kmt_root *root, const char *path, mode_t mode, struct kmt_err *err)
{
	kmt_auto(place_close) struct place p = {.dirfd = -1};
	int r = open_place(root, path, &p);

	if (!r && (mkdirat(p.dirfd, p.name, 0700) < 0 || fchmodat(p.dirfd, p.name, mode, 0) < 0 ||
			  fsync(p.dirfd) < 0))
		r = -errno;
	return r < 0 ? kmt_err_errno(err, -r, "creating %s%s", root->path, path) : 0;
}

int kmt_file_remove_dir(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	kmt_auto(place_close) struct place p = {.dirfd = -1};
	int r = open_place(root, path, &p);

	if (!r && (unlinkat(p.dirfd, p.name, AT_REMOVEDIR) < 0 || fsync(p.dirfd) < 0))
		r = -errno;
	return r < 0 ? kmt_err_errno(err, -r, "removing %s%s", root->path, path) : 0;
}
