// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_radix: the radix tree, a sparse array of pointers that is indexed by a number.
 *
 * A node has 64 slots, so every level uses six bits of the index. Each entry has three tags,
 * which the nodes above summarise, so that a search for tagged entries skips all others. The
 * page cache used this; new code uses the XArray, the same tree with a better interface.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/radix-tree.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define TAG	0	/* 0, 1 or 2 */
#define BATCH	16

struct item {
	unsigned long index;
	unsigned int visits;
};

/* A static tree; its nodes are allocated with these flags. */
static RADIX_TREE(items, GFP_ATOMIC);

/* The radix tree leaves locking to the caller. */
static DEFINE_SPINLOCK(lock);
static struct dentry *dir;

/*
 * Inserting may need new nodes, but under the lock sleeping is forbidden. So nodes are allocated
 * before the lock is taken, for this CPU; radix_tree_preload() also disables migration.
 */
static int insert_set(void *unused, u64 index)
{
	struct item *item = kzalloc(sizeof(*item), GFP_KERNEL);
	int err;

	if (!item)
		return -ENOMEM;
	item->index = index;
	err = radix_tree_preload(GFP_KERNEL);
	if (!err) {
		spin_lock(&lock);
		err = radix_tree_insert(&items, index, item);
		spin_unlock(&lock);
		radix_tree_preload_end();
	}
	/* -EEXIST: the index is in use. */
	if (err)
		kfree(item);
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(insert_fops, NULL, insert_set, "%llu\n");

static int delete_set(void *unused, u64 index)
{
	struct item *item;

	spin_lock(&lock);
	item = radix_tree_delete(&items, index);
	spin_unlock(&lock);
	if (!item)
		return -ENOENT;
	kfree(item);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(delete_fops, NULL, delete_set, "%llu\n");

static int lookup_set(void *unused, u64 index)
{
	struct item *item;

	spin_lock(&lock);
	item = radix_tree_lookup(&items, index);
	if (item)
		item->visits++;
	spin_unlock(&lock);
	return item ? 0 : -ENOENT;
}
DEFINE_DEBUGFS_ATTRIBUTE(lookup_fops, NULL, lookup_set, "%llu\n");

/* Both return the item, or NULL if there is none. */
static int tag_set(void *unused, u64 index)
{
	void *item;

	spin_lock(&lock);
	item = radix_tree_lookup(&items, index) ? radix_tree_tag_set(&items, index, TAG) : NULL;
	spin_unlock(&lock);
	return item ? 0 : -ENOENT;
}
DEFINE_DEBUGFS_ATTRIBUTE(tag_fops, NULL, tag_set, "%llu\n");

static int untag_set(void *unused, u64 index)
{
	void *item;

	spin_lock(&lock);
	item = radix_tree_tag_clear(&items, index, TAG);
	spin_unlock(&lock);
	return item ? 0 : -ENOENT;
}
DEFINE_DEBUGFS_ATTRIBUTE(untag_fops, NULL, untag_set, "%llu\n");

/* The path from the root to an entry: the slot in each node. */
static void show_path(struct seq_file *m, unsigned long index)
{
	unsigned int shift = 0;

	while (index >> shift >> RADIX_TREE_MAP_SHIFT)
		shift += RADIX_TREE_MAP_SHIFT;
	seq_puts(m, "  slots");
	for (;; shift -= RADIX_TREE_MAP_SHIFT) {
		seq_printf(m, " %lu", (index >> shift) & RADIX_TREE_MAP_MASK);
		if (!shift)
			break;
	}
}

static int items_show(struct seq_file *m, void *unused)
{
	struct radix_tree_iter iter;
	void __rcu **slot;

	spin_lock(&lock);
	radix_tree_for_each_slot(slot, &items, &iter, 0) {
		struct item *item = radix_tree_deref_slot_protected(slot, &lock);

		seq_printf(m, "%lu  visits %u", item->index, item->visits);
		show_path(m, item->index);
		seq_puts(m, radix_tree_tag_get(&items, item->index, TAG) ? "  tagged\n" : "\n");
	}
	spin_unlock(&lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(items);

/* A gang lookup fetches up to BATCH entries at once, in the order of their indices. */
static int tagged_show(struct seq_file *m, void *unused)
{
	struct item *found[BATCH];
	unsigned int i, n;

	spin_lock(&lock);
	n = radix_tree_gang_lookup_tag(&items, (void **)found, 0, BATCH, TAG);
	seq_printf(m, "%u found\n", n);
	for (i = 0; i < n; i++)
		seq_printf(m, "%lu\n", found[i]->index);
	/* Returns zero or nonzero, not 0 or 1. */
	seq_printf(m, "any tagged: %s\n", radix_tree_tagged(&items, TAG) ? "yes" : "no");
	spin_unlock(&lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tagged);

/* A tree on the stack, or in an allocated structure, is initialised at run time. */
static int local_show(struct seq_file *m, void *unused)
{
	static int values[] = { 10, 20, 30 };
	struct radix_tree_root *tree = kmalloc(sizeof(*tree), GFP_KERNEL);
	int i, err = 0;

	if (!tree)
		return -ENOMEM;
	INIT_RADIX_TREE(tree, GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(values) && !err; i++)
		err = radix_tree_insert(tree, i * 1000, &values[i]);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		int *value = radix_tree_delete(tree, i * 1000);

		if (value)
			seq_printf(m, "%d at %d\n", *value, i * 1000);
	}
	seq_printf(m, "empty: %s\n", radix_tree_empty(tree) ? "yes" : "no");
	kfree(tree);
	return err;
}
DEFINE_SHOW_ATTRIBUTE(local);

static int __init km_radix_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file_unsafe("insert", 0200, dir, NULL, &insert_fops);
	debugfs_create_file_unsafe("delete", 0200, dir, NULL, &delete_fops);
	debugfs_create_file_unsafe("lookup", 0200, dir, NULL, &lookup_fops);
	debugfs_create_file_unsafe("tag", 0200, dir, NULL, &tag_fops);
	debugfs_create_file_unsafe("untag", 0200, dir, NULL, &untag_fops);
	debugfs_create_file("items", 0444, dir, NULL, &items_fops);
	debugfs_create_file("tagged", 0444, dir, NULL, &tagged_fops);
	debugfs_create_file("local", 0444, dir, NULL, &local_fops);
	return 0;
}

/* The tree frees empty nodes itself; the items must be freed by the caller. */
static void __exit km_radix_exit(void)
{
	struct radix_tree_iter iter;
	void __rcu **slot;

	/* The files first: then nothing can use the tree any more. */
	debugfs_remove(dir);
	radix_tree_for_each_slot(slot, &items, &iter, 0) {
		kfree(rcu_dereference_protected(*slot, true));
		radix_tree_iter_delete(&items, &iter, slot);
	}
}

module_init(km_radix_init);
module_exit(km_radix_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("The radix tree, its tags and gang lookups");
