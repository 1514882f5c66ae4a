/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The common form of the four structures: each in a file of its own, each for one tree at a
 * time.
 */
#ifndef KM_STRUCTS_H
#define KM_STRUCTS_H

#include <linux/rbtree.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

/*
 * Red-black tree and hash table keep their links inside the item, so they allocate nothing for
 * it. XArray and radix tree keep pointers in nodes of their own, so the item need not know of
 * them.
 */
struct km_item {
	unsigned long key;
	union {
		struct rb_node rb;
		struct rhash_head hash;
	};
};

struct km_walk {
	void (*visit)(struct km_walk *walk, const struct km_item *item);
	unsigned long visited;
	unsigned long last;
	bool ordered;
};

struct km_structure {
	const char *name;
	int (*init)(void);
	/* Forgets whatever is left in it. */
	void (*destroy)(void);
	int (*insert)(struct km_item *item);
	struct km_item *(*lookup)(unsigned long key);
	void (*walk)(struct km_walk *walk);
	int (*remove)(struct km_item *item);
};

extern const struct km_structure km_rbtree, km_xarray, km_radix_tree, km_hash_table;

#endif
