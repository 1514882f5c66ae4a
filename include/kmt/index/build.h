/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a module tree to the contents of its index files, in memory: walk, scan, choose, link, output.
 * Changes nothing; writing is for the caller.
 */
#ifndef KMT_INDEX_BUILD_H
#define KMT_INDEX_BUILD_H

#include <stdbool.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/index/cache.h>
#include <kmt/index/depmodd.h>
#include <kmt/index/links.h>
#include <kmt/index/output.h>
#include <kmt/index/scan.h>
#include <kmt/index/choose.h>
#include <kmt/sys/root.h>

struct kmt_build_opts {
	const struct kmt_root *root;
	const char *version;	/* of the kernel */
	const char *dir;	/* of the tree, absolute below the root; NULL: where that of VERSION is */
	const struct kmt_strv *config; /* instead of the usual depmod.d directories; may be NULL */
	const struct kmt_strv *files;  /* only these, absolute below the root; NULL: the whole tree */
	/* What the kernel exports: a Module.symvers or a System.map, NULL if there is none. */
	struct kmt_strbuf *symvers, *system_map;
	const char *ksyms_file;	/* the name of that file */
	bool check_needs;	/* fill links.unmet */
	char prefix;		/* of symbol names; 0: none */
	enum kmt_trie_order order;
	unsigned int threads;	/* 0: one for each processor, at most 8 */
	bool use_cache;
	void (*progress)(void *ctx, size_t done, size_t total);
	void *ctx;
};

/* Modules that need each other, out of the index. */
struct kmt_dropped {
	const struct kmt_modfile **members;
	size_t n;
	const struct kmt_modfile **path; /* each needs the next, the last one the first */
	size_t path_n;
};

struct kmt_build {
	char *dir;		/* of the tree, absolute below the root */
	int64_t started;	/* nanoseconds since the epoch */
	struct kmt_depmodd conf;
	struct kmt_cache *cache; /* what was used; NULL if there was none */
	struct kmt_scan_result scan;
	struct kmt_chosen chosen;
	KMT_VEC(struct kmt_dropped) dropped;
	/* Modules of the index that need a dropped one. */
	KMT_VEC(const struct kmt_modfile *) bereft;
	struct kmt_links links;
	struct kmt_output output;
	size_t n_skipped;	/* names in the tree that could not be listed; each is in the diag */
	size_t n_bad;		/* files of SCAN with an error */
	struct kmt_strbuf builtin, builtin_modinfo;
	struct kmt_arena arena;
	struct kmt_diag *diag;
};

/* All up to the choice: enough to know which modules there are and what they say. NOT_FOUND if there is
 * no tree. Always to be followed by kmt_build_free(). */
int kmt_build_scan(struct kmt_build *b, const struct kmt_build_opts *opts, struct kmt_diag *diag,
	struct kmt_err *err);
/* The rest, after kmt_build_scan(). */
int kmt_build_link(struct kmt_build *b, const struct kmt_build_opts *opts, struct kmt_err *err);
void kmt_build_free(struct kmt_build *b);

/* Where the tree of VERSION is; USAGE if VERSION cannot be a directory name. The caller frees it. */
int kmt_build_dir(const struct kmt_root *root, const char *version, char **dir, struct kmt_err *err);
/* The same of these options. */
int kmt_build_opts_dir(const struct kmt_build_opts *opts, char **dir, struct kmt_err *err);

#endif
