// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_xarray: the XArray, an array of pointers indexed by an unsigned long.
 *
 * It has its own lock, which the plain functions take and release themselves: a single call needs
 * no locking. Several calls that must be atomic together are made between xa_lock() and
 * xa_unlock(), with the functions that begin with two underscores.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/xarray.h>

/* XA_MARK_0 to 2. Drafts had xa_set_tag(); since 4.20, its first release, it is xa_set_mark(). */
#define MARK	XA_MARK_0

struct item {
	unsigned long first_index;	/* where it was stored */
};

static DEFINE_XARRAY(items);

/* xa_alloc() allocates the lowest free number. From 1, so that 0 can mean "none". */
static DEFINE_XARRAY_ALLOC1(numbers);

static struct dentry *dir;

/*
 * xa_store() allocates nodes itself and returns the old entry, or an error, which xa_err()
 * extracts.
 */
static int store_set(void *unused, u64 index)
{
	struct item *item = kmalloc(sizeof(*item), GFP_KERNEL);
	void *old;

	if (!item)
		return -ENOMEM;
	item->first_index = index;
	old = xa_store(&items, index, item, GFP_KERNEL);
	if (xa_is_err(old)) {
		kfree(item);
		return xa_err(old);
	}
	kfree(old);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(store_fops, NULL, store_set, "%llu\n");

/* A small number can be stored in place of a pointer: nothing is allocated for it. */
static int value_set(void *unused, u64 index)
{
	void *old = xa_store(&items, index, xa_mk_value(index % 1000), GFP_KERNEL);

	if (xa_is_err(old))
		return xa_err(old);
	if (!xa_is_value(old))
		kfree(old);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(value_fops, NULL, value_set, "%llu\n");

static int erase_set(void *unused, u64 index)
{
	void *old = xa_erase(&items, index);

	if (!old)
		return -ENOENT;
	if (!xa_is_value(old))
		kfree(old);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(erase_fops, NULL, erase_set, "%llu\n");

/* Marking an empty index has no effect and returns no error. */
static int mark_set(void *unused, u64 index)
{
	xa_set_mark(&items, index, MARK);
	return xa_get_mark(&items, index, MARK) ? 0 : -ENOENT;
}
DEFINE_DEBUGFS_ATTRIBUTE(mark_fops, NULL, mark_set, "%llu\n");

static int unmark_set(void *unused, u64 index)
{
	xa_clear_mark(&items, index, MARK);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(unmark_fops, NULL, unmark_set, "%llu\n");

/*
 * Moves an entry to index + 10 if that is free. Nothing may change between the check and the
 * store, so the lock is held for both.
 */
static int move_set(void *unused, u64 index)
{
	void *entry, *there;
	int err = 0;

	xa_lock(&items);
	entry = xa_load(&items, index);
	there = xa_load(&items, index + 10);
	if (!entry)
		err = -ENOENT;
	else if (there)
		err = -EEXIST;
	else
		err = xa_err(__xa_store(&items, index + 10, entry, GFP_ATOMIC));
	if (!err)
		__xa_erase(&items, index);
	xa_unlock(&items);
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(move_fops, NULL, move_set, "%llu\n");

static void show_entry(struct seq_file *m, unsigned long index, void *entry)
{
	if (xa_is_value(entry))
		seq_printf(m, "%lu  value %lu", index, xa_to_value(entry));
	else
		seq_printf(m, "%lu  item stored at %lu", index,
			   ((struct item *)entry)->first_index);
	seq_puts(m, xa_get_mark(&items, index, MARK) ? "  marked\n" : "\n");
}

/* The loop needs no lock; the items do, or one could be freed while it is printed. */
static int entries_show(struct seq_file *m, void *unused)
{
	unsigned long index;
	void *entry;

	xa_lock(&items);
	xa_for_each(&items, index, entry)
		show_entry(m, index, entry);
	xa_unlock(&items);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(entries);

static int marked_show(struct seq_file *m, void *unused)
{
	unsigned long index;
	void *entry;

	xa_lock(&items);
	xa_for_each_marked(&items, index, entry, MARK)
		show_entry(m, index, entry);
	xa_unlock(&items);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(marked);

/* Reading allocates a number, writing frees one. */
static int number_get(void *unused, u64 *number)
{
	u32 id;
	/* Only 1 to 5, to show what happens when all are in use: -EBUSY. */
	int err = xa_alloc(&numbers, &id, xa_mk_value(0), XA_LIMIT(1, 5), GFP_KERNEL);

	*number = id;
	return err;
}

static int number_set(void *unused, u64 number)
{
	return xa_erase(&numbers, number) ? 0 : -ENOENT;
}
DEFINE_DEBUGFS_ATTRIBUTE(number_fops, number_get, number_set, "%llu\n");

/* An array on the stack, or in an allocated structure, is initialised at run time. */
static int local_show(struct seq_file *m, void *unused)
{
	struct xarray *array = kmalloc(sizeof(*array), GFP_KERNEL);
	unsigned long index;
	void *entry, *old = NULL;

	if (!array)
		return -ENOMEM;
	xa_init(array);
	for (index = 0; index < 5 && !xa_is_err(old); index++)
		old = xa_store(array, index * index, xa_mk_value(index), GFP_KERNEL);
	/* Erasing within the loop is allowed. */
	xa_for_each(array, index, entry) {
		seq_printf(m, "%lu at %lu\n", xa_to_value(entry), index);
		xa_erase(array, index);
	}
	seq_printf(m, "empty: %s\n", xa_empty(array) ? "yes" : "no");
	xa_destroy(array);
	kfree(array);
	return xa_err(old);
}
DEFINE_SHOW_ATTRIBUTE(local);

static int __init km_xarray_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file_unsafe("store", 0200, dir, NULL, &store_fops);
	debugfs_create_file_unsafe("value", 0200, dir, NULL, &value_fops);
	debugfs_create_file_unsafe("erase", 0200, dir, NULL, &erase_fops);
	debugfs_create_file_unsafe("mark", 0200, dir, NULL, &mark_fops);
	debugfs_create_file_unsafe("unmark", 0200, dir, NULL, &unmark_fops);
	debugfs_create_file_unsafe("move", 0200, dir, NULL, &move_fops);
	debugfs_create_file_unsafe("number", 0600, dir, NULL, &number_fops);
	debugfs_create_file("entries", 0444, dir, NULL, &entries_fops);
	debugfs_create_file("marked", 0444, dir, NULL, &marked_fops);
	debugfs_create_file("local", 0444, dir, NULL, &local_fops);
	return 0;
}

static void __exit km_xarray_exit(void)
{
	unsigned long index;
	void *entry;

	/* The files first: then nothing can use the array any more. */
	debugfs_remove(dir);
	xa_for_each(&items, index, entry)
		if (!xa_is_value(entry))
			kfree(entry);
	/* Frees the nodes of the array; the items were freed above. */
	xa_destroy(&items);
	xa_destroy(&numbers);
}

module_init(km_xarray_init);
module_exit(km_xarray_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("The XArray, its marks, locking and number allocation");
