// SPDX-License-Identifier: GPL-2.0-only
/*
 * The XArray: always in order of the index. Every change takes its lock, every look-up the RCU
 * read lock, which is part of the cost.
 */
#include <linux/xarray.h>

#include "structs.h"

static DEFINE_XARRAY(array);

static int xarray_init(void)
{
	return 0;
}

static void xarray_destroy(void)
{
	xa_destroy(&array);
}

static int xarray_insert(struct km_item *item)
{
	return xa_insert(&array, item->key, item, GFP_KERNEL);
}

static struct km_item *xarray_lookup(unsigned long key)
{
	return xa_load(&array, key);
}

static void xarray_walk(struct km_walk *walk)
{
	struct km_item *item;
	unsigned long key;

	xa_for_each(&array, key, item)
		walk->visit(walk, item);
}

static int xarray_remove(struct km_item *item)
{
	return xa_erase(&array, item->key) == item ? 0 : -ENOENT;
}

const struct km_structure km_xarray = {
	.name = "xarray",
	.init = xarray_init,
	.destroy = xarray_destroy,
	.insert = xarray_insert,
	.lookup = xarray_lookup,
	.walk = xarray_walk,
	.remove = xarray_remove,
};
