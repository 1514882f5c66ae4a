// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_gfp: which zone pages are allocated from, and at which watermark each kind of allocation
 * fails when memory runs out.
 */
#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/seq_file.h>

static ulong most = 1UL << 18;
module_param(most, ulong, 0644);
MODULE_PARM_DESC(most, "pages that the file pressure takes at most");

static struct dentry *dir;

/* The flags select the highest zone allowed; lower zones are the fallback. */
static void show_zone(struct seq_file *m, const char *flags_name, gfp_t flags)
{
	struct page *page = alloc_page(flags | __GFP_NOWARN);

	if (!page) {
		seq_printf(m, "%s: no page\n", flags_name);
		return;
	}
	seq_printf(m, "%s: zone %s, below %s\n", flags_name, page_zone(page)->name,
		   page_to_pfn(page) < (16UL << 20 >> PAGE_SHIFT) ? "16 MiB" :
		   page_to_pfn(page) < (1ULL << 32 >> PAGE_SHIFT) ? "4 GiB" : "the end");
	__free_page(page);
}

static int zones_show(struct seq_file *m, void *unused)
{
	show_zone(m, "GFP_DMA", GFP_KERNEL | GFP_DMA);
	show_zone(m, "GFP_DMA32", GFP_KERNEL | GFP_DMA32);
	show_zone(m, "GFP_KERNEL", GFP_KERNEL);
	show_zone(m, "GFP_HIGHUSER", GFP_HIGHUSER);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(zones);

/* Allocates single pages until an allocation fails. */
static unsigned long take(struct list_head *pages, gfp_t flags, unsigned long limit)
{
	struct page *page;
	unsigned long n;

	for (n = 0; n < limit; n++) {
		/* The failure is expected: no report in the log. */
		page = alloc_page(flags | __GFP_NOWARN);
		if (!page)
			break;
		list_add(&page->lru, pages);
	}
	return n;
}

static void give_back(struct list_head *pages)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, pages, lru)
		__free_page(page);
}

/*
 * Neither may sleep, so neither can wait for reclaim. GFP_NOWAIT fails at the "min" watermark.
 * GFP_ATOMIC may use part of the reserve below it; when that is used up it fails as well.
 */
static int pressure_show(struct seq_file *m, void *unused)
{
	unsigned long limit = READ_ONCE(most), nowait, atomic;
	LIST_HEAD(pages);

	nowait = take(&pages, GFP_NOWAIT, limit);
	atomic = take(&pages, GFP_ATOMIC, limit - nowait);
	give_back(&pages);
	seq_printf(m, "GFP_NOWAIT: %lu pages\n", nowait);
	seq_printf(m, "GFP_ATOMIC: %lu pages more\n", atomic);
	if (nowait + atomic == limit)
		seq_puts(m, "the limit of the parameter most was reached first\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pressure);

static int __init km_gfp_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("zones", 0400, dir, NULL, &zones_fops);
	debugfs_create_file("pressure", 0400, dir, NULL, &pressure_fops);
	return 0;
}

static void __exit km_gfp_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_gfp_init);
module_exit(km_gfp_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Zones, and GFP_ATOMIC when memory runs out");
