// SPDX-License-Identifier: GPL-2.0-only
/*
 * The red-black tree: a balanced binary tree, always in order. The kernel does the balancing; the
 * caller compares keys, and so writes the search.
 */
#include <linux/errno.h>

#include "structs.h"

static struct rb_root root;

static struct km_item *item_of(struct rb_node *node)
{
	return rb_entry(node, struct km_item, rb);
}

static int rbtree_init(void)
{
	root = RB_ROOT;
	return 0;
}

static void rbtree_destroy(void)
{
	root = RB_ROOT;
}

static int rbtree_insert(struct km_item *item)
{
	struct rb_node **link = &root.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		if (item->key < item_of(parent)->key)
			link = &parent->rb_left;
		else if (item->key > item_of(parent)->key)
			link = &parent->rb_right;
		else
			return -EEXIST;
	}
	rb_link_node(&item->rb, parent, link);
	rb_insert_color(&item->rb, &root);
	return 0;
}

static struct km_item *rbtree_lookup(unsigned long key)
{
	struct rb_node *node = root.rb_node;

	while (node) {
		struct km_item *item = item_of(node);

		if (key == item->key)
			return item;
		node = key < item->key ? node->rb_left : node->rb_right;
	}
	return NULL;
}

static void rbtree_walk(struct km_walk *walk)
{
	struct rb_node *node;

	for (node = rb_first(&root); node; node = rb_next(node))
		walk->visit(walk, item_of(node));
}

static int rbtree_remove(struct km_item *item)
{
	rb_erase(&item->rb, &root);
	return 0;
}

const struct km_structure km_rbtree = {
	.name = "rbtree",
	.init = rbtree_init,
	.destroy = rbtree_destroy,
	.insert = rbtree_insert,
	.lookup = rbtree_lookup,
	.walk = rbtree_walk,
	.remove = rbtree_remove,
};
