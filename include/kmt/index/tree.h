/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding the module files of a kernel's tree. Looks at names and types only; opens no module. What is
 * found does not depend on the order in which the file system lists names, once it is sorted.
 *
 * A directory is walked once: by its own path if it is in the tree, otherwise by the symbolic link that
 * sorts first. So links may lead in circles. Links are followed below the root only.
 */
#ifndef KMT_INDEX_TREE_H
#define KMT_INDEX_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/index/depmodd.h>
#include <kmt/sys/root.h>

/* What tells whether a file is the one that was looked at before. */
struct kmt_filestamp {
	uint64_t size, ino, dev;
	int64_t mtime_ns, ctime_ns;
};

void kmt_filestamp_set(struct kmt_filestamp *stamp, const struct stat *st);
bool kmt_filestamp_equal(const struct kmt_filestamp *a, const struct kmt_filestamp *b);

/* A module file. The walk fills the first part, index/scan the rest. */
struct kmt_modfile {
	const char *path;	/* absolute below the root */
	const char *rel;	/* what modules.dep calls it: below the tree, or PATH if it is elsewhere */
	const char *dir;	/* PATH up to the last '/'; the same pointer for files found together */
	const char *base;	/* PATH after it */
	const char *name;	/* module name, normal form */
	bool in_tree;
	bool link;		/* a symbolic link: to be opened by its path below the root */

	bool read;		/* STAMP and what follows are valid */
	struct kmt_filestamp stamp;
	const char *error;	/* why it cannot be used; NULL if it can */
	const char *modinfo;	/* the bytes of .modinfo */
	uint32_t modinfo_n;
	uint32_t n_exports, n_needs;
	uint32_t *exports;	/* numbers of names, see index/scan */
	const uint32_t *export_crcs; /* NULL if they were not asked for */
	uint32_t *needs;	/* with KMT_NEED_WEAK for those that may stay undefined */
	const uint32_t *need_crcs; /* NULL likewise */
};

#define KMT_NEED_WEAK 0x80000000u

struct kmt_tree {
	const struct kmt_root *root;
	const char *dir;	/* of the tree, absolute below the root */
	const struct kmt_depmodd *conf;
	struct kmt_diag *diag;
	struct kmt_arena *arena; /* for what is found */
	/* Called for each file, from the thread that walks. */
	void (*found)(void *ctx, struct kmt_modfile *file);
	void *ctx;
	size_t skipped;		/* names that could not be looked at or listed; each is in DIAG */
};

/* Walks the tree and the external directories. NOT_FOUND if there is no tree. */
int kmt_tree_walk(struct kmt_tree *tree, struct kmt_err *err);

/* A file that somebody named, absolute below the root. Not a module file name, not there: an error. */
int kmt_tree_name(struct kmt_tree *tree, const char *path, struct kmt_err *err);

/* The tree's own files first, then those elsewhere; both by the bytes of their paths. */
void kmt_tree_sort(struct kmt_modfile **files, size_t n);

#endif
