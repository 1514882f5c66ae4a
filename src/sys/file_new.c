/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making files where there are none. */
#include <kmt/sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include "file_keep_priv.h"

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
