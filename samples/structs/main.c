// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_structs: four structures that find an item by a number, side by side.
 *
 * Write a count to "run": that many items go through each structure, with dense keys (0, 1, 2,
 * ...) and with sparse ones (about one in "stride" numbers is used). "results" shows
 * nanoseconds for each operation (instructions with "lab --icount", where the clock counts them).
 * Items are inserted, looked up and deleted in mixed order; the walk visits them in the order of
 * the structure.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>

#include "structs.h"

#define MAX_COUNT	10000000
#define MAX_RESULTS	256
#define ENOUGH		30000	/* items, to be past the start */
#define ROUNDS_MIN	3UL
#define ROUNDS_MAX	100UL

static uint stride = 16;
module_param(stride, uint, 0644);
MODULE_PARM_DESC(stride, "sparse keys: one number in so many is used");

struct result {
	const char *structure;
	const char *keys;
	unsigned long count;
	u64 insert, lookup, walk, remove;	/* nanoseconds for all items */
	bool ordered;
};

static const struct km_structure *const structures[] = {
	&km_rbtree, &km_xarray, &km_radix_tree, &km_hash_table,
};

static struct result results[MAX_RESULTS];
static int result_count;
static DEFINE_MUTEX(run_lock);	/* for both, and for the structures: one run at a time */
static struct dentry *dir;

/* Long loops let other tasks run now and then, and end when the process is killed. */
static bool interrupted(unsigned long i)
{
	if (i % 1024)
		return false;
	cond_resched();
	return fatal_signal_pending(current);
}

/* Mixes the order: the step has no factor in common with any count below it, being prime. */
static struct km_item *nth(struct km_item *items, unsigned long count, unsigned long i)
{
	return &items[(u64)i * 2147483647 % count];
}

static void make_keys(struct km_item *items, unsigned long count, bool sparse)
{
	unsigned long i, distance = sparse ? max(READ_ONCE(stride), 1U) : 1;

	for (i = 0; i < count; i++)
		items[i].key = i * distance + (sparse ? hash_long(i, 32) % distance : 0);
}

static int insert_all(const struct km_structure *s, struct km_item *items, unsigned long count)
{
	unsigned long i;
	int err;

	for (i = 0; i < count; i++) {
		err = s->insert(nth(items, count, i));
		if (!err && interrupted(i))
			err = -EINTR;
		if (err)
			return err;
	}
	return 0;
}

static int lookup_all(const struct km_structure *s, struct km_item *items, unsigned long count)
{
	unsigned long i;

	for (i = 0; i < count; i++) {
		struct km_item *item = nth(items, count, i);

		if (s->lookup(item->key) != item)
			return -EIO;
		if (interrupted(i))
			return -EINTR;
	}
	return 0;
}

static int remove_all(const struct km_structure *s, struct km_item *items, unsigned long count)
{
	unsigned long i;

	for (i = 0; i < count; i++) {
		if (s->remove(nth(items, count, i)))
			return -EIO;
		if (interrupted(i))
			return -EINTR;
	}
	return 0;
}

/* Visits every item, and checks whether the keys ascend. */
static void visit(struct km_walk *walk, const struct km_item *item)
{
	if (walk->visited && item->key < walk->last)
		walk->ordered = false;
	walk->last = item->key;
	walk->visited++;
}

static int measure(const struct km_structure *s, struct km_item *items, struct result *r)
{
	struct km_walk walk = { .visit = visit, .ordered = true };
	u64 start = ktime_get_ns(), end;
	int err;

	err = insert_all(s, items, r->count);
	end = ktime_get_ns();
	r->insert = end - start;
	if (err)
		return err;

	start = end;
	err = lookup_all(s, items, r->count);
	end = ktime_get_ns();
	r->lookup = end - start;
	if (err)
		return err;

	start = end;
	s->walk(&walk);
	end = ktime_get_ns();
	r->walk = end - start;
	r->ordered = walk.ordered;
	/* The walk of the hash table may visit an item twice while it grows. */
	if (walk.visited < r->count)
		return -EIO;

	start = ktime_get_ns();
	err = remove_all(s, items, r->count);
	r->remove = ktime_get_ns() - start;
	return err;
}

/*
 * The minimum of several runs: the rest (cold caches, interrupts, an emulator that translates code
 * when it first executes it) is not part of the cost of the structure.
 */
static int measure_rounds(const struct km_structure *s, struct km_item *items, struct result *best)
{
	unsigned long round, rounds = clamp(ENOUGH / best->count, ROUNDS_MIN, ROUNDS_MAX);
	struct result r = *best;
	int err = 0;

	for (round = 0; round < rounds && !err; round++) {
		err = measure(s, items, &r);
		best->insert = round ? min(best->insert, r.insert) : r.insert;
		best->lookup = round ? min(best->lookup, r.lookup) : r.lookup;
		best->walk = round ? min(best->walk, r.walk) : r.walk;
		best->remove = round ? min(best->remove, r.remove) : r.remove;
		best->ordered = r.ordered;
	}
	return err;
}

static int run_one(const struct km_structure *s, struct km_item *items, unsigned long count,
		   bool sparse)
{
	struct result r = {
		.structure = s->name,
		.keys = sparse ? "sparse" : "dense",
		.count = count,
	};
	int err;

	if (result_count == MAX_RESULTS)
		return -ENOSPC;
	make_keys(items, count, sparse);
	err = s->init();
	if (err)
		return err;
	err = measure_rounds(s, items, &r);
	s->destroy();
	if (!err)
		results[result_count++] = r;
	return err;
}

/* 0 deletes the results. */
static int run_set(void *unused, u64 count)
{
	struct km_item *items;
	int i, err = 0;

	if (count > MAX_COUNT)
		return -ERANGE;
	mutex_lock(&run_lock);
	if (!count) {
		result_count = 0;
		goto unlock;
	}
	/* Too large for kmalloc(). */
	items = vcalloc(count, sizeof(*items));
	if (!items) {
		err = -ENOMEM;
		goto unlock;
	}
	for (i = 0; i < 2 * ARRAY_SIZE(structures) && !err; i++)
		err = run_one(structures[i / 2], items, count, i % 2);
	vfree(items);
unlock:
	mutex_unlock(&run_lock);
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(run_fops, NULL, run_set, "%llu\n");

static int results_show(struct seq_file *m, void *unused)
{
	int i;

	seq_puts(m, "structure  keys     count insert lookup   walk delete ordered\n");
	mutex_lock(&run_lock);
	for (i = 0; i < result_count; i++) {
		const struct result *r = &results[i];

		seq_printf(m, "%-10s %-6s %7lu %6llu %6llu %6llu %6llu %s\n", r->structure,
			   r->keys, r->count, r->insert / r->count, r->lookup / r->count,
			   r->walk / r->count, r->remove / r->count, r->ordered ? "yes" : "no");
	}
	mutex_unlock(&run_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(results);

static int __init km_structs_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file_unsafe("run", 0200, dir, NULL, &run_fops);
	debugfs_create_file("results", 0444, dir, NULL, &results_fops);
	return 0;
}

static void __exit km_structs_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_structs_init);
module_exit(km_structs_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Red-black tree, XArray, radix tree and hash table side by side");
