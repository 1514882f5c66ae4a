// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_alloc: kmalloc() against vmalloc(), and GFP_KERNEL against GFP_ATOMIC.
 *
 * kmalloc() returns memory that is also physically contiguous: right for devices, and cheap,
 * since the kernel has mapped it already. vmalloc() allocates single pages from anywhere and
 * maps them at contiguous virtual addresses: page tables must be written, but large requests
 * succeed even when memory is fragmented.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#define MAX_BYTES	(64UL << 20)
#define ROUNDS		1000

static ulong size = 4UL << 20;
module_param(size, ulong, 0644);
MODULE_PARM_DESC(size, "bytes that the file pages allocates, at most 64 MiB");

static struct dentry *dir;

/*
 * The page frame of a virtual address. virt_to_phys() is plain arithmetic and does not read
 * page tables: for a vmalloc address its result is wrong, without an error.
 */
static unsigned long frame_of(const void *p)
{
	return is_vmalloc_addr(p) ? vmalloc_to_pfn(p) : page_to_pfn(virt_to_page(p));
}

/* A break: the next virtual page is not the next physical one. */
static unsigned long count_breaks(const char *p, unsigned long bytes)
{
	unsigned long offset, breaks = 0;

	for (offset = PAGE_SIZE; offset < bytes; offset += PAGE_SIZE)
		if (frame_of(p + offset) != frame_of(p + offset - PAGE_SIZE) + 1)
			breaks++;
	return breaks;
}

static void show_pages(struct seq_file *m, const char *how, const char *p, unsigned long bytes)
{
	unsigned long i, pages = DIV_ROUND_UP(bytes, PAGE_SIZE);

	if (!p) {
		seq_printf(m, "%s: %lu bytes: no memory\n", how, bytes);
		return;
	}
	seq_printf(m, "%s: %lu bytes, %lu pages, %lu breaks\n", how, bytes, pages,
		   count_breaks(p, bytes));
	for (i = 0; i < min(pages, 8UL); i++)
		seq_printf(m, "  page %lu  virtual 0x%lx  physical 0x%llx\n", i,
			   (unsigned long)p + i * PAGE_SIZE,
			   (u64)frame_of(p + i * PAGE_SIZE) << PAGE_SHIFT);
	if (i < pages)
		seq_printf(m, "  and %lu more\n", pages - i);
}

static int pages_show(struct seq_file *m, void *unused)
{
	unsigned long bytes = clamp(READ_ONCE(size), 1UL, MAX_BYTES);
	/* Failing is expected here: without __GFP_NOWARN the kernel would log a long report. */
	char *k = kmalloc(bytes, GFP_KERNEL | __GFP_NOWARN);
	char *v = vmalloc(bytes);

	show_pages(m, "kmalloc", k, bytes);
	show_pages(m, "vmalloc", v, bytes);
	vfree(v);
	kfree(k);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pages);

/* ksize() returns the size that is really allocated. */
static int sizes_show(struct seq_file *m, void *unused)
{
	static const unsigned long asked[] = { 1, 9, 33, 100, 1000, 5000, 10000, 100000 };
	unsigned long bytes, largest = 0;
	void *p;
	int i;

	for (i = 0; i < ARRAY_SIZE(asked); i++) {
		p = kmalloc(asked[i], GFP_KERNEL);
		if (p)
			seq_printf(m, "asked %lu, got %zu\n", asked[i], ksize(p));
		kfree(p);
	}
	/* The compiler rejects a constant that is too large; a variable is checked here. */
	for (bytes = PAGE_SIZE; bytes <= MAX_BYTES; bytes *= 2) {
		p = kmalloc(bytes, GFP_KERNEL | __GFP_NOWARN);
		if (p)
			largest = bytes;
		kfree(p);
	}
	seq_printf(m, "largest kmalloc: %lu bytes\n", largest);
	seq_printf(m, "limit of this kernel: %lu bytes\n", KMALLOC_MAX_SIZE);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sizes);

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static void show_times(struct seq_file *m, const char *how, u32 *ns, int done)
{
	int i, bucket, in_bucket[32] = { 0 };

	if (!done) {
		seq_printf(m, "%s: all %d failed\n", how, ROUNDS);
		return;
	}
	sort(ns, done, sizeof(*ns), compare, NULL);
	seq_printf(m, "%s: %d done, %d failed; ns: least %u, median %u, most %u\n", how, done,
		   ROUNDS - done, ns[0], ns[done / 2], ns[done - 1]);
	for (i = 0; i < done; i++)
		in_bucket[ns[i] ? ilog2(ns[i]) : 0]++;
	for (bucket = 0; bucket < ARRAY_SIZE(in_bucket); bucket++)
		if (in_bucket[bucket])
			seq_printf(m, "  from %u ns: %d\n", 1U << bucket, in_bucket[bucket]);
}

/* GFP_KERNEL may sleep until memory is available: only where sleeping is allowed. */
static int time_kernel(u32 *ns)
{
	int i, done = 0;

	for (i = 0; i < ROUNDS; i++) {
		u64 start = ktime_get_ns();
		void *p = kmalloc(PAGE_SIZE, GFP_KERNEL);

		if (p)
			ns[done++] = min_t(u64, ktime_get_ns() - start, U32_MAX);
		kfree(p);
	}
	return done;
}

/*
 * Code that holds a spinlock (or handles an interrupt) must not sleep: GFP_ATOMIC takes what is
 * free now, reserves included, or fails. With GFP_KERNEL here a kernel that checks for it would
 * report sleeping in atomic context; any other could hang.
 */
static int time_atomic(u32 *ns)
{
	static DEFINE_SPINLOCK(lock);
	int i, done = 0;

	for (i = 0; i < ROUNDS; i++) {
		u64 start, end;
		void *p;

		spin_lock(&lock);
		start = ktime_get_ns();
		p = kmalloc(PAGE_SIZE, GFP_ATOMIC);
		end = ktime_get_ns();
		spin_unlock(&lock);
		if (p)
			ns[done++] = min_t(u64, end - start, U32_MAX);
		kfree(p);
	}
	return done;
}

static int gfp_show(struct seq_file *m, void *unused)
{
	u32 *ns = kmalloc_array(ROUNDS, sizeof(*ns), GFP_KERNEL);

	if (!ns)
		return -ENOMEM;
	show_times(m, "GFP_KERNEL", ns, time_kernel(ns));
	show_times(m, "GFP_ATOMIC under a spinlock", ns, time_atomic(ns));
	kfree(ns);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(gfp);

static int __init km_alloc_init(void)
{
	/* For root only: kernel addresses help attackers. */
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("pages", 0400, dir, NULL, &pages_fops);
	debugfs_create_file("sizes", 0400, dir, NULL, &sizes_fops);
	debugfs_create_file("gfp", 0400, dir, NULL, &gfp_fops);
	return 0;
}

static void __exit km_alloc_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_alloc_init);
module_exit(km_alloc_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("kmalloc against vmalloc, GFP_KERNEL against GFP_ATOMIC");
