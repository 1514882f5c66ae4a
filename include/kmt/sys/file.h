/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replacing a file so that a reader, a crash or a full disk sees the old file or the new one, whole:
 * write a temporary file beside it, check, fsync, rename, fsync the directory. Mode, owner and extended
 * attributes of an existing file are kept. Must not be used on /proc and /sys: those are written by the
 * kernel operations.
 */
#ifndef KMT_SYS_FILE_H
#define KMT_SYS_FILE_H

#include <stddef.h>
#include <sys/types.h>
#include <kmt/base/err.h>
#include <kmt/sys/root.h>

/* MODE is for a new file. A symbolic link is followed below the root, so that the link stays. */
int kmt_file_replace(const struct kmt_root *root, const char *path, const void *data, size_t n, mode_t mode,
	struct kmt_err *err);

/* A file that is made together with its directory. */
struct kmt_new_file {
	const char *name;	/* no '/' */
	const void *data;
	size_t n;
};

/* Creates the directory DIR (its parent must be there) with these files in it, or nothing. Whatever has
 * that name already stays as it is: -EEXIST. The modes are those of the umask. */
int kmt_file_new_dir(const struct kmt_root *root, const char *dir, const struct kmt_new_file *files,
	size_t n, struct kmt_err *err);

/* Creates the file PATH, as the process sees paths, with the umask's mode. What is there already stays as it
 * is: -EEXIST. */
int kmt_file_new(const char *path, const void *data, size_t n, struct kmt_err *err);

/* Makes the directories above PATH, as the process sees paths, that are not there. */
void kmt_file_make_parents(const char *path, mode_t mode);

/* Whether this process may write to the file that is there, or REPLACE whatever is there. 0 or -errno, EACCES
 * and EROFS above all. */
int kmt_file_may_write(const struct kmt_root *root, const char *path, bool replace);

/* Creates the directory PATH with this mode, whatever the umask is; the one above it must be there. -EEXIST
 * if anything has that name. */
int kmt_file_make_dir(const struct kmt_root *root, const char *path, mode_t mode, struct kmt_err *err);
/* Removes an empty directory: -ENOTEMPTY if it is not. */
int kmt_file_remove_dir(const struct kmt_root *root, const char *path, struct kmt_err *err);

/* Removes the file, and makes sure that it stays removed after a crash. */
int kmt_file_remove(const struct kmt_root *root, const char *path, struct kmt_err *err);
/* The same for a symbolic link, and not what it leads to. */
int kmt_file_remove_link(const struct kmt_root *root, const char *path, struct kmt_err *err);

#endif
