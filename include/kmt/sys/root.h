/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading below a root directory. Every read of the machine goes through a kmt_root: for "/" it is the
 * host; for anything else no path, absolute symlink or ".." can lead out of it (openat2(2)
 * RESOLVE_IN_ROOT, or a walk component by component on kernels before 5.6).
 *
 * PATH arguments are absolute ("/proc/modules"). Nothing here writes. Errors: -errno; functions with a
 * struct kmt_err fill it with a message that names the path as seen from outside (root + path).
 */
#ifndef KMT_SYS_ROOT_H
#define KMT_SYS_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <kmt/base/err.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

/* The largest text file that is read whole: above it -EFBIG. modules.alias of a distribution is 1.5 MB. */
#define KMT_ROOT_READ_MAX (256u << 20)

/* A file as it would be after a plan: what reads below the root see instead of what is there. */
struct kmt_root_overlay {
	const char *path; /* absolute below the root, spelt as it is read */
	const char *data; /* N bytes; NULL: there is no such file */
	size_t n;
};

struct kmt_root {
	int fd;		   /* O_PATH | O_DIRECTORY */
	char *path;	   /* as given, without trailing '/'; "" for the host */
	bool is_host;	   /* the root is "/" itself: only then modules can be loaded */
	bool walk;	   /* no openat2(): resolve component by component */
	/* Files that kmt_root_read(), _list(), _stat(), _lstat() and _exists() take from here. */
	const struct kmt_root_overlay *overlay;
	size_t n_overlay;
};

/* PATH NULL or "/" is the host. */
int kmt_root_open(struct kmt_root *root, const char *path, struct kmt_err *err);
void kmt_root_close(struct kmt_root *root);

/* open(2) FLAGS; O_CLOEXEC is added, O_CREAT and writing are refused (-EINVAL). Returns the fd. */
int kmt_root_openat(const struct kmt_root *root, const char *path, int flags);

/*
 * Opens a regular file for reading; nothing else is ever opened: a device node in an image would do what
 * the device does, a FIFO would wait for ever. ST (not NULL) is filled if there is something. -EISDIR for a
 * directory, -EINVAL for what is not a file. FLAGS is 0 or O_NOFOLLOW.
 */
int kmt_root_open_file(const struct kmt_root *root, const char *path, int flags, struct stat *st);
/* The same for NAME in the directory DIRFD, which is not followed if it is a link: -ELOOP. */
int kmt_root_open_file_in(int dirfd, const char *name, struct stat *st);
/* The same where the directory has just listed NAME as a regular file: two system calls instead of four. If
 * something else has replaced it since, that is opened before it is refused. DIRFD -1: NAME is a path. */
int kmt_root_open_listed(const struct kmt_root *root, int dirfd, const char *name, struct stat *st);

/*
 * Opens an image file or a block device of this machine for reading, at PATH as a person names it; nothing
 * else is ever opened. -EISDIR for a directory, -ENOTBLK for what is neither. ST is filled if there is
 * something.
 */
int kmt_root_open_disk(const char *path, struct stat *st);

/* pread(2) until N bytes are there or the file ends, whatever signals come. How many; or -errno. */
ssize_t kmt_pread(int fd, void *buf, size_t n, uint64_t at);

/* Appends the whole file to OUT (not more than MAX bytes, 0 for KMT_ROOT_READ_MAX). Works for /proc and
 * /sys files, whose st_size says nothing: reads until end of file. */
int kmt_root_read(const struct kmt_root *root, const char *path, size_t max, struct kmt_strbuf *out,
	struct kmt_err *err);
/* Maps a regular file that has bytes, for munmap(2). False: it cannot be mapped; kmt_root_read() says why.
 * If the file is cut in place meanwhile, SIGBUS ends the process: for those that look at it for a moment. */
bool kmt_root_map(const struct kmt_root *root, const char *path, const void **data, size_t *size);

/* A one-line file (sysfs attribute) without its final newline. No message: absence is usual. */
int kmt_root_read_line(const struct kmt_root *root, const char *path, struct kmt_strbuf *out);

/* The names in a directory without "." and "..", sorted by strcmp. Strings are malloc()ed: free with
 * kmt_root_list_free(). */
int kmt_root_list(const struct kmt_root *root, const char *path, struct kmt_strv *names);
void kmt_root_list_free(struct kmt_strv *names);

int kmt_root_stat(const struct kmt_root *root, const char *path, struct stat *st);   /* follows links */
int kmt_root_lstat(const struct kmt_root *root, const char *path, struct stat *st);  /* does not */
bool kmt_root_exists(const struct kmt_root *root, const char *path);
int kmt_root_readlink(const struct kmt_root *root, const char *path, struct kmt_strbuf *out);

/* PATH with the working directory before it, if it is not absolute. The caller frees it. */
char *kmt_path_absolute(const char *path);

/* The path as seen from outside, for messages and for libkmod. The caller frees it. */
char *kmt_root_outside(const struct kmt_root *root, const char *path);

#endif
