// SPDX-License-Identifier: GPL-2.0-only
/*
 * The resizable hash table: it grows and shrinks automatically; a worker moves the items while
 * look-ups go on. It has no order.
 */
#include <linux/rhashtable.h>

#include "structs.h"

static struct rhashtable table;

static const struct rhashtable_params params = {
	.key_len = sizeof_field(struct km_item, key),
	.key_offset = offsetof(struct km_item, key),
	.head_offset = offsetof(struct km_item, hash),
	.automatic_shrinking = true,
};

static int hash_table_init(void)
{
	return rhashtable_init(&table, &params);
}

static void hash_table_destroy(void)
{
	rhashtable_destroy(&table);
}

static int hash_table_insert(struct km_item *item)
{
	return rhashtable_insert_fast(&table, &item->hash, params);
}

static struct km_item *hash_table_lookup(unsigned long key)
{
	return rhashtable_lookup_fast(&table, &key, params);
}

/*
 * If items are moved meanwhile the walk returns -EAGAIN and goes on, and may visit some of them
 * twice.
 */
static void hash_table_walk(struct km_walk *walk)
{
	struct rhashtable_iter iter;
	struct km_item *item;

	rhashtable_walk_enter(&table, &iter);
	rhashtable_walk_start(&iter);
	while ((item = rhashtable_walk_next(&iter)))
		if (!IS_ERR(item))
			walk->visit(walk, item);
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

static int hash_table_remove(struct km_item *item)
{
	return rhashtable_remove_fast(&table, &item->hash, params);
}

const struct km_structure km_hash_table = {
	.name = "rhashtable",
	.init = hash_table_init,
	.destroy = hash_table_destroy,
	.insert = hash_table_insert,
	.lookup = hash_table_lookup,
	.walk = hash_table_walk,
	.remove = hash_table_remove,
};
