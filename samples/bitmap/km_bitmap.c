// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_bitmap: a set of small numbers, one bit each; and the CPU masks of the kernel, which are
 * bitmaps too and change at run time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#define BITS	128

/* An array of unsigned long with room for BITS bits, all zero at first. */
static DECLARE_BITMAP(bits, BITS);

static atomic_t came, went;
static int hotplug_state;
static struct dentry *dir;

/*
 * These three change one bit atomically. __set_bit() and so on are faster, for a bitmap that is
 * protected by a lock or not shared.
 */
static int set_set(void *unused, u64 bit)
{
	if (bit >= BITS)
		return -ERANGE;
	set_bit(bit, bits);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(set_fops, NULL, set_set, "%llu\n");

static int clear_set(void *unused, u64 bit)
{
	if (bit >= BITS)
		return -ERANGE;
	clear_bit(bit, bits);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(clear_fops, NULL, clear_set, "%llu\n");

static int change_set(void *unused, u64 bit)
{
	if (bit >= BITS)
		return -ERANGE;
	change_bit(bit, bits);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(change_fops, NULL, change_set, "%llu\n");

static int bits_show(struct seq_file *m, void *unused)
{
	unsigned long bit, start, end;

	/* Each takes the number of bits, and then the bitmap. */
	seq_printf(m, "mask: %*pb\n", BITS, bits);
	seq_printf(m, "list: %*pbl\n", BITS, bits);
	seq_printf(m, "set: %u of %u\n", bitmap_weight(bits, BITS), BITS);
	/* If there is none, both return BITS, which is not a valid bit number. */
	seq_printf(m, "first set bit: %lu\n", find_first_bit(bits, BITS));
	seq_printf(m, "first zero bit: %lu\n", find_first_zero_bit(bits, BITS));
	seq_puts(m, "each:");
	for_each_set_bit(bit, bits, BITS)
		seq_printf(m, " %lu", bit);
	seq_puts(m, "\nruns:");
	for_each_set_bitrange(start, end, bits, BITS)
		seq_printf(m, " %lu+%lu", start, end - start);
	seq_puts(m, "\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(bits);

/* Operations on whole sets, one word of 64 bits at a time. */
static int combined_show(struct seq_file *m, void *unused)
{
	DECLARE_BITMAP(low, BITS);
	DECLARE_BITMAP(result, BITS);

	bitmap_zero(low, BITS);
	bitmap_set(low, 0, BITS / 2);
	bitmap_and(result, bits, low, BITS);
	seq_printf(m, "in the lower half: %*pbl\n", BITS, result);
	bitmap_andnot(result, bits, low, BITS);
	seq_printf(m, "in the upper half: %*pbl\n", BITS, result);
	bitmap_complement(result, bits, BITS);
	seq_printf(m, "not set: %*pbl\n", BITS, result);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(combined);

/* A struct cpumask is a bitmap with one bit for each CPU the kernel was built for. */
static int cpus_show(struct seq_file *m, void *unused)
{
	unsigned int cpu;

	seq_printf(m, "possible: %*pbl\n", cpumask_pr_args(cpu_possible_mask));
	seq_printf(m, "present: %*pbl\n", cpumask_pr_args(cpu_present_mask));
	/* While this lock is held no CPU goes online or offline. */
	cpus_read_lock();
	seq_printf(m, "online: %*pbl\n", cpumask_pr_args(cpu_online_mask));
	seq_printf(m, "count: %u of %u\n", num_online_cpus(), num_possible_cpus());
	for_each_online_cpu(cpu)
		seq_printf(m, "cpu %u is online\n", cpu);
	cpus_read_unlock();
	seq_printf(m, "seen: %d came, %d went\n", atomic_read(&came), atomic_read(&went));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(cpus);

/* Both run on that CPU, in a thread that may sleep. */
static int cpu_came(unsigned int cpu)
{
	atomic_inc(&came);
	pr_info("cpu %u came\n", cpu);
	return 0;
}

static int cpu_went(unsigned int cpu)
{
	atomic_inc(&went);
	pr_info("cpu %u goes\n", cpu);
	return 0;
}

static int __init km_bitmap_init(void)
{
	/* Calls cpu_came() now for every CPU that is online already. */
	hotplug_state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "km_bitmap:online", cpu_came,
					  cpu_went);
	if (hotplug_state < 0)
		return hotplug_state;

	/* "Unsafe" files must be safe against removal themselves: the macro above does that. */
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file_unsafe("set", 0200, dir, NULL, &set_fops);
	debugfs_create_file_unsafe("clear", 0200, dir, NULL, &clear_fops);
	debugfs_create_file_unsafe("change", 0200, dir, NULL, &change_fops);
	debugfs_create_file("bits", 0444, dir, NULL, &bits_fops);
	debugfs_create_file("combined", 0444, dir, NULL, &combined_fops);
	debugfs_create_file("cpus", 0444, dir, NULL, &cpus_fops);
	return 0;
}

static void __exit km_bitmap_exit(void)
{
	debugfs_remove(dir);
	/* Without this the kernel would call code that has been unloaded. */
	cpuhp_remove_state(hotplug_state);
}

module_init(km_bitmap_init);
module_exit(km_bitmap_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Bitmaps, and the CPU masks under hot-plug");
