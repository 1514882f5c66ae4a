/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * depmod.d(5): where modules are looked for and which of several files with one module name is used.
 * Reads and ranks; what is done with the losers is for others.
 */
#ifndef KMT_INDEX_DEPMODD_H
#define KMT_INDEX_DEPMODD_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

enum kmt_search_kind {
	KMT_SEARCH_DIR,	     /* a directory below the module tree */
	KMT_SEARCH_BUILTIN,  /* "built-in": whatever no other entry matches */
	KMT_SEARCH_EXTERNAL, /* "external": every directory of an external line */
};

struct kmt_search {
	enum kmt_search_kind kind;
	const char *dir;	/* for DIR */
};

/* All in the order of the files and lines. */
struct kmt_depmodd {
	KMT_VEC(struct kmt_search) search;
	struct kmt_strv overrides;	/* "SUBDIR/MODULE", matching this kernel */
	struct kmt_strv externals;	/* absolute directories, matching this kernel */
	struct kmt_strv excludes;	/* names of files and directories that are not looked at */
	struct kmt_strv files;		/* the files that were read, absolute below the root */
	struct kmt_arena arena;
};

/*
 * Reads the configuration for kernel VERSION. PATHS (files or directories, absolute below the root; may be
 * empty) replaces the usual directories if it is not NULL; one that is named and missing is an error. Lines
 * that are wrong become warnings. A file with the name of one in an earlier directory is not read.
 */
int kmt_depmodd_read(struct kmt_depmodd *conf, const struct kmt_root *root, const char *version,
	const struct kmt_strv *paths, struct kmt_diag *diag, struct kmt_err *err);
/* Adds the lines of one file; pure, for tests and fuzzing. TEXT is changed. */
void kmt_depmodd_parse(struct kmt_depmodd *conf, const char *file, char *text, size_t n,
	const char *version, struct kmt_diag *diag);
/* What depmod assumes when no search line was read: "search updates". */
void kmt_depmodd_finish(struct kmt_depmodd *conf);
void kmt_depmodd_free(struct kmt_depmodd *conf);

bool kmt_depmodd_excludes(const struct kmt_depmodd *conf, const char *name);

/*
 * How a module file ranks among files with the same module name: the highest is used. REL is its path
 * below the module tree (NULL if it is not in there), PATH the absolute one below the root. Overrides
 * rank above all; then the directory that a search line names first; see depmod.d(5).
 */
int kmt_depmodd_rank(const struct kmt_depmodd *conf, const char *rel, const char *path);

#endif
