/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a set of configuration directories (modprobe.d, modules-load.d) in the order in which they
 * are read: sorted by name as one sequence over all directories; of files with the same name the one in
 * the first directory counts. Tells also which files are not read, and why. Reads no text by itself.
 */
#ifndef KMT_SOURCE_CONFDIRS_H
#define KMT_SOURCE_CONFDIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

enum kmt_conf_file_state {
	KMT_CONF_FILE_READ,
	KMT_CONF_FILE_MASK,    /* a link to /dev/null or to nothing: only keeps others of its name out */
	KMT_CONF_FILE_MASKED,  /* an earlier directory has a file of its name */
	KMT_CONF_FILE_IGNORED, /* its name or kind is not one that is read */
	KMT_CONF_FILE_STATE_COUNT,
};

struct kmt_conf_file {
	const char *path;
	enum kmt_conf_file_state state;
	const char *masked_by;	/* MASKED: that file; NULL else */
	const char *reason;	/* IGNORED: why, in words; NULL else */
	bool shipped;		/* modules.softdep, modules.weakdep */
	bool directory;		/* IGNORED: it is one */
};

struct kmt_conf_files {
	KMT_VEC(struct kmt_conf_file) rows; /* sorted by name; masked ones after the one that masks */
	const char *unread; /* a file or directory that cannot be read, so that lines may be missing; or NULL */
	int unread_errno;
};

/* What is larger was made to exhaust memory, not to configure anything. */
#define KMT_CONF_FILE_MAX ((size_t)1 << 30)

const char *kmt_conf_file_state_name(enum kmt_conf_file_state state); /* "read", "mask", "masked" ... */

/* Whether the directory of PATH (absolute) is one of DIRS. */
bool kmt_confdirs_have(const char *const *dirs, size_t n_dirs, const char *path);

/* Whether PATH is there only to keep files of its name out: a link to /dev/null or to nothing. */
bool kmt_conf_file_is_mask(const struct kmt_root *root, const char *path);

/* Appends the files of DIRS (a directory that is two of them is listed once, a file counts whatever its
 * name) and, if TREE_DIR is not NULL, its modules.softdep and modules.weakdep. What a person may take
 * for configuration, but is none, is warned about. Strings live in ARENA. */
void kmt_confdirs_list(const struct kmt_root *root, const char *const *dirs, size_t n_dirs,
	const char *tree_dir, struct kmt_arena *arena, struct kmt_conf_files *out, struct kmt_diag *diag);

/* Appends the text of one of FILES. One that cannot be read is noted there and warned about: -errno. */
int kmt_confdirs_read(const struct kmt_root *root, struct kmt_conf_files *files,
	const struct kmt_conf_file *file, struct kmt_strbuf *out, struct kmt_diag *diag);

#endif
