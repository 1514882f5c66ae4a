/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/fileset.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include "file_keep_priv.h"
#include "fileset_priv.h"

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
	return mkdirat(job->dirfd, name, 0755) < 0 ? -errno : kmt_fileset_open_helper(job->dirfd, name);
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
		r = kmt_fileset_settle(job->dirfd, job->newfd, job->files[i].name);
	/* Nobody finds a link to the helpers any more. The sync also gives those who have just found one
	 * the time to follow it. */
	if (!r && fsync(job->dirfd) < 0)
		r = -errno;
	if (!r)
		r = kmt_fileset_clean(job->dirfd);
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
	return kmt_fileset_clean(job->dirfd);
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
