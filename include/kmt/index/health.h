/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in one module tree, and whether its index still fits. Told from names, sizes and modification
 * times, as it has to be quick; `kmtool index --check` compares the contents. Status-change times are not
 * looked at: in a copied tree they say nothing.
 */
#ifndef KMT_INDEX_HEALTH_H
#define KMT_INDEX_HEALTH_H

#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/sys/root.h>

enum kmt_index_state {
	KMT_INDEX_NONE, /* there is no tree */
	KMT_INDEX_OK,
	KMT_INDEX_STALE,   /* the tree has changed since */
	KMT_INDEX_MISSING, /* a file of it is not there */
	KMT_INDEX_DAMAGED,
	KMT_INDEX_UNKNOWN, /* not everything can be looked at */
};

/* "ok", "stale" ...: a contract, in --raw and JSON. */
const char *kmt_index_state_name(enum kmt_index_state state);

struct kmt_index_health {
	enum kmt_index_state state;
	const char *note;	/* why it is not OK */
	size_t modules;		/* files */
	uint64_t size;		/* of all of them */
	const char *packing;	/* "none", "xz", "zst", "gz", "mixed"; NULL without modules */
};

/* Walks the tree of kernel VERSION. Strings are in ARENA. */
void kmt_index_health(const struct kmt_root *root, const char *version, struct kmt_arena *arena,
	struct kmt_index_health *out);

#endif
