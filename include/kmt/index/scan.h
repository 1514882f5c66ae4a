/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading all modules of a tree, on several threads, while it is still being walked. The result does not
 * depend on the threads: files are told apart by their path, names by their text; the numbers of names
 * differ from run to run and must not show.
 */
#ifndef KMT_INDEX_SCAN_H
#define KMT_INDEX_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/index/intern.h>
#include <kmt/index/tree.h>

struct kmt_cache; /* index/cache.h */

struct kmt_scan_opts {
	const struct kmt_root *root;
	unsigned int threads;	/* see kmt_ordered_threads() */
	bool want_crcs;		/* of exports, and of what is needed */
	bool modinfo_only;	/* no exports and needs; the bytes are those of the file that was read last */
	struct kmt_cache *cache; /* what an earlier scan found, or NULL; must live as long as the result */
	/* Called now and then, from the thread that called kmt_scan_finish(). May be NULL. */
	void (*progress)(void *ctx, size_t done, size_t total);
	void *ctx;
};

struct kmt_scan;

struct kmt_scan_result {
	KMT_VEC(struct kmt_modfile *) files; /* sorted by kmt_tree_sort() */
	struct kmt_intern names;	/* of exports and needs */
	size_t n_cached;		/* files that did not have to be read */
	KMT_VEC(struct kmt_arena) arenas; /* hold what the files point to */
};

struct kmt_scan *kmt_scan_start(const struct kmt_scan_opts *opts);
/* Files are read from now on. They must live until the result is freed. */
void kmt_scan_add(struct kmt_scan *scan, struct kmt_modfile *file);
/* Waits until all are read. A file that cannot be used has its error set. Frees SCAN. */
void kmt_scan_finish(struct kmt_scan *scan, struct kmt_scan_result *out);
void kmt_scan_result_free(struct kmt_scan_result *result);

#endif
