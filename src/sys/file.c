/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include "file_keep_priv.h"
#include "file_temp_priv.h"

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
	kmt_file_temp_clean(p->dirfd);
	fd = kmt_file_temp_create(p->dirfd, temp);
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

int kmt_file_may_replace(const struct kmt_root *root, const char *path)
{
	kmt_auto(place_close) struct place p = {.dirfd = -1};
	int r = find_place(root, path, &p);

	if (r < 0)
		return r;
	return faccessat(p.dirfd, ".", W_OK | X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int kmt_file_may_write(const struct kmt_root *root, const char *path)
{
	kmt_autoclose int fd = kmt_root_openat(root, path, O_PATH);

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
