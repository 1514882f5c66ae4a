/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/fileset.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include "fileset_priv.h"

int kmt_fileset_settle(int dirfd, const char *dir, const char *name)
{
	kmt_autofree char *from = kmt_asprintf("%s/%s", dir, name);

	if (linkat(dirfd, from, dirfd, SET_TEMP, 0) < 0) {
		if (errno != ENOENT)
			return -errno;
		return unlinkat(dirfd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
	}
	return renameat(dirfd, SET_TEMP, dirfd, name) < 0 ? -errno : 0;
}

typedef int (*visit_fn)(int dirfd, const char *name);

/* Calls VISIT for each name in the directory PATH below DIRFD. A missing directory has none. */
static int for_each_name(int dirfd, const char *path, visit_fn visit)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), r = 0;
	struct dirent *entry;
	DIR *dir;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	dir = fdopendir(fd);
	if (!dir) {
		r = -errno;
		close(fd);
		return r;
	}
	while (!r && (errno = 0, entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			r = visit(fd, entry->d_name);
	if (!r)
		r = -errno;
	closedir(dir);
	return r;
}

static int remove_name(int dirfd, const char *name)
{
	return unlinkat(dirfd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static int remove_helper_dir(int dirfd, const char *name)
{
	int r = for_each_name(dirfd, name, remove_name);

	if (r < 0)
		return r;
	return unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

int kmt_fileset_clean(int dirfd)
{
	int r = remove_name(dirfd, SET_SWITCH);

	if (!r)
		r = remove_name(dirfd, SET_TEMP);
	if (!r)
		r = remove_helper_dir(dirfd, SET_OLD);
	if (!r)
		r = remove_helper_dir(dirfd, SET_NEW);
	return r;
}

static int settle_link(int dirfd, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dirfd, name, target, sizeof(target) - 1);

	if (n < 0)
		return errno == EINVAL || errno == ENOENT ? 0 : -errno; /* no link */
	target[n] = '\0';
	if (strncmp(target, SET_SWITCH "/", strlen(SET_SWITCH "/")))
		return 0;
	return kmt_fileset_settle(dirfd, SET_SWITCH, name);
}

bool kmt_fileset_interrupted(const struct kmt_fileset *set)
{
	static const char *const helpers[] = {SET_SWITCH, SET_OLD, SET_NEW, SET_TEMP};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(helpers); i++)
		if (!faccessat(set->dirfd, helpers[i], F_OK, AT_SYMLINK_NOFOLLOW))
			return true;
	return false;
}

int kmt_fileset_recover(const struct kmt_fileset *set, struct kmt_err *err)
{
	int r;

	if (!kmt_fileset_interrupted(set))
		return 0;
	r = remove_name(set->dirfd, SET_TEMP);
	if (!r)
		r = for_each_name(set->dirfd, ".", settle_link);
	/* The links are gone from the disk before what they lead to. */
	if (!r && fsync(set->dirfd) < 0)
		r = -errno;
	if (!r)
		r = kmt_fileset_clean(set->dirfd);
	if (r < 0)
		return kmt_err_errno(err, -r, "finishing an interrupted update of %s", set->label);
	return 0;
}
