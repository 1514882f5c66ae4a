/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file_xattr.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/xattr.h>

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

int kmt_file_copy_xattrs(int from, int to)
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
