/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `kmtool kernels`. */
#ifndef KMT_CMD_KERNELS_H
#define KMT_CMD_KERNELS_H

#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/out/rows.h>
#include <kmt/sys/root.h>

enum kmt_kernel_index {
	KMT_KERNEL_INDEX_NONE, /* there is no tree */
	KMT_KERNEL_INDEX_OK,
	KMT_KERNEL_INDEX_STALE,	  /* the tree has changed since */
	KMT_KERNEL_INDEX_MISSING, /* a file of it is not there */
	KMT_KERNEL_INDEX_DAMAGED,
	KMT_KERNEL_INDEX_UNKNOWN, /* not everything can be looked at */
};

/* What a walk of the tree tells. */
struct kmt_kernel_tree {
	bool read;
	size_t modules;		/* files */
	uint64_t size;		/* of all of them */
	const char *packing;	/* "none", "xz", "zst", "gz", "mixed"; NULL without modules */
	enum kmt_kernel_index index;
	const char *note;	/* why the index is not OK */
};

struct kmt_kernel_row {
	const char *version;
	bool running, has_tree;
	const char *image, *initrd; /* NULL: none was found */
	struct kmt_kernel_tree tree; /* filled when a cell is asked for */
};

struct kmt_kernels {
	const struct kmt_root *root;
	struct kmt_diag *diag;
	struct kmt_arena arena;
	KMT_VEC(struct kmt_kernel_row *) rows;
};

/* RUNNING: the running kernel, "" if none is. Finds trees and images; sorted, newest version first. */
void kmt_kernels_find(struct kmt_kernels *k, const char *running);
void kmt_kernels_free(struct kmt_kernels *k);
/* Walks the tree of ROW, once. */
const struct kmt_kernel_tree *kmt_kernel_tree(struct kmt_kernels *k, struct kmt_kernel_row *row);

#endif
