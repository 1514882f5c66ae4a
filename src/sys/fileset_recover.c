/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/fileset.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include "fileset_priv.h"

int kmt_fileset_open_helper(int dirfd, const char *name)
{
	kmt_autoclose int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat above, st;

	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP ? -EPERM : -errno;
	if (fstat(fd, &st) < 0 || fstat(dirfd, &above) < 0)
		return -errno;
	if ((st.st_uid != geteuid() && st.st_uid != above.st_uid) || st.st_dev != above.st_dev ||
		st.st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	return kmt_take_fd(&fd);
}

int kmt_fileset_settle(int dirfd, int helperfd, const char *name)
{
	struct stat st;

	if (fstatat(helperfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT)
			return -errno;
		return unlinkat(dirfd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
	}
	if (!S_ISREG(st.st_mode))
		return -EPERM;
	if (linkat(helperfd, name, dirfd, SET_TEMP, 0) < 0)
		return -errno;
	return renameat(dirfd, SET_TEMP, dirfd, name) < 0 ? -errno : 0;
}

typedef int (*visit_fn)(int dirfd, const char *name, int helperfd);

/* Calls VISIT for each name in the directory FD, which it closes. */
static int for_each_name(int fd, visit_fn visit, int helperfd)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int r = 0;

	if (!dir) {
		r = -errno;
		close(fd);
		return r;
	}
	while (!r && (errno = 0, entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			r = visit(fd, entry->d_name, helperfd);
	if (!r)
		r = -errno;
	closedir(dir);
	return r;
}

static int remove_name(int dirfd, const char *name)
{
	return unlinkat(dirfd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static int remove_visited(int dirfd, const char *name, int helperfd)
{
	return remove_name(dirfd, name);
}

static int remove_helper_dir(int dirfd, const char *name)
{
	int fd = kmt_fileset_open_helper(dirfd, name), r;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	r = for_each_name(fd, remove_visited, -1);
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

/* Whether the link NAME is there and leads to exactly TARGET. */
static bool leads_to(int dirfd, const char *name, const char *target)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(dirfd, name, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return !strcmp(text, target);
}

static int settle_link(int dirfd, const char *name, int helperfd)
{
	kmt_autofree char *target = kmt_asprintf("%s/%s", SET_SWITCH, name);

	return leads_to(dirfd, name, target) ? kmt_fileset_settle(dirfd, helperfd, name) : 0;
}

/* The names that are links become the files of the directory that the switch shows. The helper directories
 * list what a set has: nothing else is taken. */
static int settle_links(int dirfd)
{
	const char *shown = leads_to(dirfd, SET_SWITCH, SET_NEW) ? SET_NEW : SET_OLD;
	kmt_autoclose int helperfd = -1;
	int fd;

	if (faccessat(dirfd, SET_SWITCH, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!leads_to(dirfd, SET_SWITCH, shown))
		return -EPERM;
	helperfd = kmt_fileset_open_helper(dirfd, shown);
	if (helperfd < 0)
		return helperfd == -ENOENT ? -EPERM : helperfd;
	fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : for_each_name(fd, settle_link, helperfd);
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
		r = settle_links(set->dirfd);
	/* The links are gone from the disk before what they lead to. */
	if (!r && fsync(set->dirfd) < 0)
		r = -errno;
	if (!r)
		r = kmt_fileset_clean(set->dirfd);
	if (r == -EPERM) {
		kmt_err_set(err, KMT_ERR_REFUSED, EPERM,
			"%s/%s* is not what an interrupted update leaves: kmtool did not create it", set->label,
			SET_SWITCH);
		kmt_err_hint(err, "look at these files, remove them, and run the command again");
		return r;
	}
	if (r < 0)
		return kmt_err_errno(err, -r, "finishing an interrupted update of %s", set->label);
	return 0;
}
