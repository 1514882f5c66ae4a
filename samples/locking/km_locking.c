// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_locking: two threads that increment a number, without a lock and with different locks; and
 * a list protected by RCU.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define THREADS	2
#define ROUNDS	100

static int number;
static atomic_t atomic_number;
static DEFINE_SPINLOCK(spin);
static DEFINE_MUTEX(mutex);
static struct dentry *dir;

/*
 * Read, add, write: another thread can read the old value in between, and one of the two
 * increments is lost. The pause makes that happen nearly every time; without it, it is rare
 * and hard to reproduce.
 */
static void add_unlocked(void)
{
	int value = READ_ONCE(number);

	usleep_range(50, 100);
	WRITE_ONCE(number, value + 1);
}

/* A contended mutex makes others sleep; its holder may sleep as well. */
static void add_mutex(void)
{
	int value;

	mutex_lock(&mutex);
	value = number;
	usleep_range(50, 100);
	number = value + 1;
	mutex_unlock(&mutex);
}

/* A contended spinlock makes others spin: hold it briefly and never sleep with it held. */
static void add_spinlock(void)
{
	int value;

	spin_lock(&spin);
	value = number;
	udelay(1);
	number = value + 1;
	spin_unlock(&spin);
}

/* For a single number one atomic instruction is enough. */
static void add_atomic(void)
{
	atomic_inc(&atomic_number);
}

struct way {
	const char *name;
	void (*add)(void);
};

static const struct way ways[] = {
	{ "no lock", add_unlocked },
	{ "mutex", add_mutex },
	{ "spinlock", add_spinlock },
	{ "atomic", add_atomic },
};

struct adder {
	const struct way *way;
	struct completion *start;
	struct completion done;
};

static int add_often(void *data)
{
	struct adder *adder = data;
	int i;

	wait_for_completion(adder->start);
	for (i = 0; i < ROUNDS; i++)
		adder->way->add();
	kthread_complete_and_exit(&adder->done, 0);
}

static int try_way(struct seq_file *m, const struct way *way)
{
	DECLARE_COMPLETION_ONSTACK(start);
	struct adder adders[THREADS];
	int i, n, err = 0, got;

	number = 0;
	atomic_set(&atomic_number, 0);
	for (n = 0; n < THREADS && !err; n++) {
		adders[n].way = way;
		adders[n].start = &start;
		init_completion(&adders[n].done);
		err = PTR_ERR_OR_ZERO(kthread_run(add_often, &adders[n], "km_locking_%d", n));
	}
	complete_all(&start);
	for (i = 0; i < n - !!err; i++)
		wait_for_completion(&adders[i].done);
	got = number + atomic_read(&atomic_number);
	if (!err)
		seq_printf(m, "%s: %d of %d, %s lost\n", way->name, got, THREADS * ROUNDS,
			   got == THREADS * ROUNDS ? "none" : "some");
	return err;
}

static int race_show(struct seq_file *m, void *unused)
{
	static DEFINE_MUTEX(one_at_a_time);
	int i, err = 0;

	mutex_lock(&one_at_a_time);
	for (i = 0; i < ARRAY_SIZE(ways) && !err; i++)
		err = try_way(m, &ways[i]);
	mutex_unlock(&one_at_a_time);
	return err;
}
DEFINE_SHOW_ATTRIBUTE(race);

struct entry {
	struct list_head list;
	struct rcu_head rcu;
	u64 key;
	unsigned int version;
};

static LIST_HEAD(entries);
static DEFINE_MUTEX(entries_lock);	/* serialises writers */

/*
 * Readers take no lock and never wait. They see either the old entry or the new one, never a
 * mixture: an update replaces the entry by a changed copy and frees the old one after all
 * readers that may still use it have finished.
 */
static int write_set(void *unused, u64 key)
{
	struct entry *old, *new = kzalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return -ENOMEM;
	new->key = key;
	new->version = 1;
	mutex_lock(&entries_lock);
	list_for_each_entry(old, &entries, list) {
		if (old->key != key)
			continue;
		new->version = old->version + 1;
		list_replace_rcu(&old->list, &new->list);
		kfree_rcu(old, rcu);
		goto unlock;
	}
	list_add_tail_rcu(&new->list, &entries);
unlock:
	mutex_unlock(&entries_lock);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(write_fops, NULL, write_set, "%llu\n");

static int remove_set(void *unused, u64 key)
{
	struct entry *entry;
	int err = -ENOENT;

	mutex_lock(&entries_lock);
	list_for_each_entry(entry, &entries, list) {
		if (entry->key != key)
			continue;
		list_del_rcu(&entry->list);
		kfree_rcu(entry, rcu);
		err = 0;
		break;
	}
	mutex_unlock(&entries_lock);
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(remove_fops, NULL, remove_set, "%llu\n");

static int entries_show(struct seq_file *m, void *unused)
{
	struct entry *entry;

	rcu_read_lock();
	list_for_each_entry_rcu(entry, &entries, list)
		seq_printf(m, "key %llu, version %u\n", entry->key, entry->version);
	rcu_read_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(entries);

/* Lockdep records the order in which locks are taken and reports possible deadlocks. */
static int checks_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "lockdep (CONFIG_PROVE_LOCKING): %s\n",
		   IS_ENABLED(CONFIG_PROVE_LOCKING) ? "yes" : "no");
	seq_printf(m, "sleeping while atomic (CONFIG_DEBUG_ATOMIC_SLEEP): %s\n",
		   IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP) ? "yes" : "no");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(checks);

static int __init km_locking_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("race", 0444, dir, NULL, &race_fops);
	debugfs_create_file_unsafe("write", 0200, dir, NULL, &write_fops);
	debugfs_create_file_unsafe("remove", 0200, dir, NULL, &remove_fops);
	debugfs_create_file("entries", 0444, dir, NULL, &entries_fops);
	debugfs_create_file("checks", 0444, dir, NULL, &checks_fops);
	return 0;
}

static void __exit km_locking_exit(void)
{
	struct entry *entry, *next;

	debugfs_remove(dir);
	/* The files are gone, so no reader is left. */
	list_for_each_entry_safe(entry, next, &entries, list)
		kfree(entry);
}

module_init(km_locking_init);
module_exit(km_locking_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("A race, locks that mend it, and a list under RCU");
