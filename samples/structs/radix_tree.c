// SPDX-License-Identifier: GPL-2.0-only
/*
 * The radix tree: the nodes of the XArray with the older interface, which leaves locking to the
 * caller.
 */
#include <linux/radix-tree.h>

#include "structs.h"

static RADIX_TREE(tree, GFP_KERNEL);

static int radix_tree_start(void)
{
	return 0;
}

static void radix_tree_destroy(void)
{
	struct radix_tree_iter iter;
	void __rcu **slot;

	radix_tree_for_each_slot(slot, &tree, &iter, 0)
		radix_tree_iter_delete(&tree, &iter, slot);
}

static int radix_tree_add(struct km_item *item)
{
	return radix_tree_insert(&tree, item->key, item);
}

static struct km_item *radix_tree_find(unsigned long key)
{
	return radix_tree_lookup(&tree, key);
}

static void radix_tree_walk(struct km_walk *walk)
{
	struct radix_tree_iter iter;
	void __rcu **slot;

	radix_tree_for_each_slot(slot, &tree, &iter, 0)
		walk->visit(walk, rcu_dereference_protected(*slot, true));
}

static int radix_tree_remove(struct km_item *item)
{
	return radix_tree_delete(&tree, item->key) == item ? 0 : -ENOENT;
}

const struct km_structure km_radix_tree = {
	.name = "radix",
	.init = radix_tree_start,
	.destroy = radix_tree_destroy,
	.insert = radix_tree_add,
	.lookup = radix_tree_find,
	.walk = radix_tree_walk,
	.remove = radix_tree_remove,
};
