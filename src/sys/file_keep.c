/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file_keep_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <kmt/base/alloc.h>

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
