// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_slab: a slab cache, and how to find a leak in it.
 *
 * kmalloc() rounds up to the size of a shared cache. A dedicated cache fits the object and has
 * its own line in /proc/slabinfo.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#define MOST	10000

struct km_object {
	struct list_head list;
	unsigned long number;
	char name[100];
};

static struct kmem_cache *cache;
static LIST_HEAD(objects);
static unsigned long count, leaked;
static DEFINE_MUTEX(lock);	/* protects the list and the counts */
static struct dentry *dir;

/*
 * Runs when a new slab is allocated, not for each object: an object must be freed in the state
 * that the constructor leaves. The kernel merges caches of the same size, but never one with a
 * constructor, so this one keeps its own line in /proc/slabinfo.
 */
static void construct(void *object)
{
	INIT_LIST_HEAD(&((struct km_object *)object)->list);
}

static int allocate_set(void *unused, u64 n)
{
	struct km_object *object;
	int err = 0;

	mutex_lock(&lock);
	while (n-- && !err) {
		object = count < MOST ? kmem_cache_alloc(cache, GFP_KERNEL) : NULL;
		if (object) {
			object->number = count++;
			list_add_tail(&object->list, &objects);
		} else {
			err = -ENOMEM;
		}
	}
	mutex_unlock(&lock);
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(allocate_fops, NULL, allocate_set, "%llu\n");

/* A deliberate leak: every Nth object is removed from the list, but not freed. */
static uint leak;
module_param(leak, uint, 0644);
MODULE_PARM_DESC(leak, "do not free every Nth object (0: free all)");

static void free_all(void)
{
	struct km_object *object, *next;

	list_for_each_entry_safe(object, next, &objects, list) {
		/* Back to the state that the constructor leaves. */
		list_del_init(&object->list);
		if (leak && object->number % leak == 0)
			leaked++;
		else
			kmem_cache_free(cache, object);
	}
	count = 0;
}

static int free_set(void *unused, u64 any)
{
	mutex_lock(&lock);
	free_all();
	mutex_unlock(&lock);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(free_fops, NULL, free_set, "%llu\n");

static int objects_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "each object: %u bytes\n", kmem_cache_size(cache));
	mutex_lock(&lock);
	seq_printf(m, "on the list: %lu\n", count);
	mutex_unlock(&lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(objects);

static int __init km_slab_init(void)
{
	cache = kmem_cache_create(KBUILD_MODNAME, sizeof(struct km_object), 0, 0, construct);
	if (!cache)
		return -ENOMEM;
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file_unsafe("allocate", 0200, dir, NULL, &allocate_fops);
	debugfs_create_file_unsafe("free", 0200, dir, NULL, &free_fops);
	debugfs_create_file("objects", 0444, dir, NULL, &objects_fops);
	return 0;
}

static void __exit km_slab_exit(void)
{
	debugfs_remove(dir);
	free_all();
	if (leaked)
		pr_warn("%lu objects were never freed\n", leaked);
	/* With objects left it reports them in the log, and the cache is never freed. */
	kmem_cache_destroy(cache);
}

module_init(km_slab_init);
module_exit(km_slab_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("A slab cache, and a leak in it");
