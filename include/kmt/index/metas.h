/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all module files of a tree say of themselves (.modinfo), for queries over a whole tree: taken from
 * the cache (index/cache.h) where that is of the same file, else read from it, as a scan does; but without
 * symbols, and one file at a time.
 */
#ifndef KMT_INDEX_METAS_H
#define KMT_INDEX_METAS_H

#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/index/cache.h>
#include <kmt/index/tree.h>
#include <kmt/source/modinfo.h>
#include <kmt/sys/root.h>

struct kmt_metas {
	const struct kmt_root *root;
	KMT_VEC(struct kmt_modfile *) files; /* sorted by name, then path */
	struct kmt_cache *cache; /* NULL if there is none */
	struct kmt_arena arena;
};

/* Finds the files. NOT_FOUND if there is no tree; names that cannot be listed are in DIAG. ROOT must live as
 * long. On error there is nothing to close. */
int kmt_metas_open(struct kmt_metas *m, const struct kmt_root *root, const char *version,
	struct kmt_diag *diag, struct kmt_err *err);
void kmt_metas_close(struct kmt_metas *m);

/* One thread's way to read them. */
struct kmt_meta_reader;
struct kmt_meta_reader *kmt_meta_reader_new(const struct kmt_metas *m);
void kmt_meta_reader_free(struct kmt_meta_reader *r);
/* The fields of file I; valid until the next call. A module without .modinfo has none. */
int kmt_meta_read(
	struct kmt_meta_reader *r, size_t i, const struct kmt_modinfo **out, struct kmt_err *err);

#endif
