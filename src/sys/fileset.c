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

#include "file_priv.h"

#define SET_SWITCH ".kmtool-set"
#define SET_OLD ".kmtool-set.old"
#define SET_NEW ".kmtool-set.new"
#define SET_TEMP ".kmtool-set.tmp"

/* Opens the helper directory NAME. -EPERM for what is not a directory that this program made there, for the
 * same user or the directory's owner; links are not followed. */
static int open_helper(int dirfd, const char *name)
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

/* Makes NAME, atomically, a hard link to the file NAME of HELPERFD, or removes NAME if there is none. */
static int settle(int dirfd, int helperfd, const char *name)
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
	int fd = open_helper(dirfd, name), r;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	r = for_each_name(fd, remove_visited, -1);
	if (r < 0)
		return r;
	return unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

/* Removes the helpers. */
static int clean(int dirfd)
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

	return leads_to(dirfd, name, target) ? settle(dirfd, helperfd, name) : 0;
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
	helperfd = open_helper(dirfd, shown);
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
		r = clean(set->dirfd);
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

#define NEW_MODE 0644

/* What is being replaced by what. */
struct job {
	int dirfd, newfd, oldfd;
	const struct kmt_fileset_file *files;
	size_t n;
};

static int make_one_dir(const struct kmt_root *root, char *path)
{
	kmt_autoclose int fd = kmt_root_openat(root, path, O_PATH | O_DIRECTORY), parent = -1;
	char *name = strrchr(path, '/');

	if (fd != -ENOENT)
		return fd < 0 ? fd : 0;
	*name = '\0';
	parent = kmt_root_openat(root, *path ? path : "/", O_PATH | O_DIRECTORY);
	*name = '/';
	if (parent < 0)
		return parent;
	return mkdirat(parent, name + 1, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

int kmt_fileset_make_dir(const struct kmt_root *root, const char *dir, struct kmt_err *err)
{
	kmt_autofree char *path = kmt_strdup(dir);
	size_t n = strlen(path), at = 0;
	int r = 0;

	while (!r && at < n) {
		char cut;

		at += 1 + strcspn(path + at + 1, "/");
		cut = path[at];
		path[at] = '\0';
		r = make_one_dir(root, path);
		path[at] = cut;
	}
	return r < 0 ? kmt_err_errno(err, -r, "creating %s%s", root->path, dir) : 0;
}

int kmt_fileset_open(struct kmt_fileset *set, const struct kmt_root *root, const char *dir,
	struct kmt_err *err)
{
	int r;

	*set = (struct kmt_fileset)KMT_FILESET_INIT;
	set->label = kmt_root_outside(root, dir);
	set->dirfd = kmt_root_openat(root, dir, O_RDONLY | O_DIRECTORY);
	if (set->dirfd < 0) {
		r = kmt_err_errno(err, -set->dirfd, "%s", set->label);
		kmt_fileset_close(set);
		return r;
	}
	if (!faccessat(set->dirfd, ".", W_OK | X_OK, AT_EACCESS))
		return 0;
	r = kmt_err_set(err, KMT_ERR_REFUSED, errno, "%s cannot be written to: %s", set->label,
		strerror(errno));
	kmt_fileset_close(set);
	return r;
}

int kmt_fileset_lock(struct kmt_fileset *set, unsigned int wait_ms, struct kmt_err *err)
{
	return kmt_lock_take(&set->lock, set->dirfd, set->label, wait_ms, err);
}

void kmt_fileset_close(struct kmt_fileset *set)
{
	kmt_lock_release(&set->lock);
	if (set->dirfd >= 0)
		close(set->dirfd);
	free(set->label);
	*set = (struct kmt_fileset)KMT_FILESET_INIT;
}

/* The new file takes over what is worth keeping of the one that it will replace. */
static int keep_metadata(const struct job *job, const char *name, int fd)
{
	struct stat st;
	kmt_autoclose int old = kmt_root_open_file_in(job->dirfd, name, &st);

	if (old == -EINVAL || old == -EISDIR)
		return -EINVAL;
	if (old < 0)
		return fchmod(fd, NEW_MODE) < 0 ? -errno : 0;
	return kmt_file_keep(old, &st, fd);
}

static int write_new(const struct job *job, const struct kmt_fileset_file *file, int *fd)
{
	int r;

	*fd = -1;
	if (!file->data)
		return 0;
	*fd = openat(job->newfd, file->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (*fd < 0)
		return -errno;
	r = kmt_file_write_all(*fd, file->data, file->n);
	if (!r)
		r = keep_metadata(job, file->name, *fd);
	/* Start writing it out now: by the time of the first fsync() most of all files is on its way. */
	if (!r && !file->no_sync)
		sync_file_range(*fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	return r;
}

/* Creates the helper directory NAME. Returns it open. */
static int make_helper(const struct job *job, const char *name)
{
	return mkdirat(job->dirfd, name, 0755) < 0 ? -errno : open_helper(job->dirfd, name);
}

static int write_all_new(struct job *job)
{
	kmt_autofree int *fds = kmt_alloc((job->n + 1) * sizeof(*fds));
	size_t opened = 0;
	int r = 0;

	job->newfd = make_helper(job, SET_NEW);
	if (job->newfd < 0)
		return job->newfd;
	for (; !r && opened < job->n; opened++)
		r = write_new(job, &job->files[opened], &fds[opened]);
	for (size_t i = 0; i < opened; i++) {
		if (!r && fds[i] >= 0 && !job->files[i].no_sync && fsync(fds[i]) < 0)
			r = -errno;
		if (fds[i] >= 0 && close(fds[i]) < 0 && !r)
			r = -errno;
	}
	if (!r && fsync(job->newfd) < 0)
		r = -errno;
	return r;
}

/* Points the switch at DIR, atomically. */
static int set_switch(const struct job *job, const char *dir)
{
	if (symlinkat(dir, job->dirfd, SET_TEMP) < 0)
		return -errno;
	return renameat(job->dirfd, SET_TEMP, job->dirfd, SET_SWITCH) < 0 ? -errno : 0;
}

static int link_old_file(const struct job *job, const char *name)
{
	struct stat st;

	if (fstatat(job->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	/* Somebody's own link would lead elsewhere from a directory below: the plain way then. */
	if (S_ISLNK(st.st_mode))
		return -EXDEV;
	return linkat(job->dirfd, name, job->oldfd, name, 0) < 0 ? -errno : 0;
}

static int link_old(struct job *job)
{
	int r = 0;

	job->oldfd = make_helper(job, SET_OLD);
	if (job->oldfd < 0)
		return job->oldfd;
	for (size_t i = 0; !r && i < job->n; i++)
		r = link_old_file(job, job->files[i].name);
	return r ? r : set_switch(job, SET_OLD);
}

static int names_to_links(const struct job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		const char *name = job->files[i].name;
		kmt_autofree char *target = kmt_asprintf("%s/%s", SET_SWITCH, name);

		if (symlinkat(target, job->dirfd, SET_TEMP) < 0 ||
			renameat(job->dirfd, SET_TEMP, job->dirfd, name) < 0)
			return -errno;
	}
	return 0;
}

static int settle_all(const struct job *job)
{
	int r = 0;

	for (size_t i = 0; !r && i < job->n; i++)
		r = settle(job->dirfd, job->newfd, job->files[i].name);
	/* Nobody finds a link to the helpers any more. The sync also gives those who have just found one
	 * the time to follow it. */
	if (!r && fsync(job->dirfd) < 0)
		r = -errno;
	if (!r)
		r = clean(job->dirfd);
	return r;
}

/* Without links: one after the other. */
static int rename_all(const struct job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		const char *name = job->files[i].name;

		if (!job->files[i].data) {
			if (unlinkat(job->dirfd, name, 0) < 0 && errno != ENOENT)
				return -errno;
		} else if (renameat(job->newfd, name, job->dirfd, name) < 0) {
			return -errno;
		}
	}
	if (fsync(job->dirfd) < 0)
		return -errno;
	return clean(job->dirfd);
}

static bool has_no_links(int error)
{
	return error == EPERM || error == EOPNOTSUPP || error == ENOSYS || error == EXDEV ||
	       error == EMLINK;
}

/* Old or new, whole; what is left after a failure is for kmt_fileset_recover(). */
static int replace(struct job *job, const char **state)
{
	int r = write_all_new(job);

	*state = "the old ones are still in place";
	if (!r) {
		r = link_old(job);
		if (r < 0 && has_no_links(-r)) {
			*state = "old and new ones are mixed: do it again";
			return rename_all(job);
		}
	}
	if (!r)
		r = names_to_links(job);
	if (!r)
		r = set_switch(job, SET_NEW);
	if (r < 0)
		return r;
	*state = "the new ones are in place";
	return settle_all(job);
}

int kmt_fileset_replace(const struct kmt_fileset *set, const struct kmt_fileset_file *files, size_t n,
	struct kmt_err *err)
{
	struct job job = {.dirfd = set->dirfd, .newfd = -1, .oldfd = -1, .files = files, .n = n};
	int r = kmt_fileset_recover(set, err);
	const char *state;

	if (r < 0)
		return r;
	r = replace(&job, &state);
	if (job.newfd >= 0)
		close(job.newfd);
	if (job.oldfd >= 0)
		close(job.oldfd);
	if (r < 0) {
		kmt_fileset_recover(set, NULL);
		kmt_err_errno(err, -r, "replacing the files in %s (%s)", set->label, state);
	}
	return r;
}
