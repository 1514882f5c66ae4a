/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files become modules, and in which order. Pure.
 *
 * The rule for several files with one module name, whatever order the file system lists them in: a file
 * that cannot be used is none; the highest rank wins (depmod.d, see index/depmodd.h); among equals one in
 * the tree itself; then the path that sorts first by bytes.
 *
 * The order is depmod's: as modules.order lists them, then the others by hash and name.
 */
#ifndef KMT_INDEX_CHOOSE_H
#define KMT_INDEX_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/diag.h>
#include <kmt/base/vec.h>
#include <kmt/index/depmodd.h>
#include <kmt/index/tree.h>

struct kmt_modules {
	KMT_VEC(struct kmt_modfile *) v;
};

/* A file that is not used because another one has its module name. */
struct kmt_shadow {
	const struct kmt_modfile *winner, *loser;
	bool by_rank;		/* depmod.d decided, not only the order of paths */
};

struct kmt_chosen {
	struct kmt_modules modules; /* unordered until kmt_choose_order() */
	KMT_VEC(struct kmt_shadow) shadows; /* without second names of the same file */
};

/* FILES are sorted by kmt_tree_sort(). */
void kmt_choose(const struct kmt_depmodd *conf, struct kmt_modfile *const *files, size_t n,
	struct kmt_chosen *out);
void kmt_chosen_free(struct kmt_chosen *s);

/* ORDER is the text of modules.order. If its last line has no end it is not used, as in depmod, which is
 * told in DIAG with the origin FILE. */
void kmt_choose_order(struct kmt_modules *modules, const char *order, size_t n, const char *file,
	struct kmt_diag *diag);

#endif
