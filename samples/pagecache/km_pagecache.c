// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_pagecache: the pages of a file that are in memory.
 *
 * Every file has an XArray, inode->i_mapping->i_pages, indexed by the page number within the
 * file. An entry is a folio (one page or a power of two of them) or, where one was evicted
 * under memory pressure, a shadow entry: a value that records when, so that the kernel can tell
 * whether that was a mistake. Marks show which folios are dirty or under writeback.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

struct counts {
	unsigned long folios, pages, dirty, writeback, shadows;
};

/* The file to look at, written to "path". */
static char *path;
static DEFINE_MUTEX(path_lock);
static struct dentry *dir;

/* The marks of the page cache. */
static bool marked(struct xa_state *xas, xa_mark_t mark)
{
	return xas_get_mark(xas, mark);
}

static void show_folio(struct seq_file *m, struct xa_state *xas, struct folio *folio,
		       struct counts *c)
{
	bool dirty = marked(xas, PAGECACHE_TAG_DIRTY);
	bool writeback = marked(xas, PAGECACHE_TAG_WRITEBACK);

	c->folios++;
	c->pages += folio_nr_pages(folio);
	c->dirty += dirty;
	c->writeback += writeback;
	seq_printf(m, "%lu  order %u%s%s%s%s\n", folio->index, folio_order(folio),
		   folio_test_uptodate(folio) ? "  uptodate" : "", dirty ? "  dirty" : "",
		   writeback ? "  writeback" : "", folio_mapped(folio) ? "  mapped" : "");
}

/*
 * Other CPUs may change the array at any time. RCU keeps its nodes from being freed meanwhile. A
 * folio is kept by a reference; after taking it, check that the folio is still at that index.
 */
static void show_mapping(struct seq_file *m, struct address_space *mapping, struct counts *c)
{
	XA_STATE(xas, &mapping->i_pages, 0);
	struct folio *folio;

	rcu_read_lock();
	xas_for_each(&xas, folio, ULONG_MAX) {
		if (xas_retry(&xas, folio))
			continue;
		if (xa_is_value(folio)) {
			seq_printf(m, "%lu  shadow\n", xas.xa_index);
			c->shadows++;
			continue;
		}
		if (!folio_try_get(folio)) {
			xas_reset(&xas);
			continue;
		}
		if (folio == xas_reload(&xas))
			show_folio(m, &xas, folio, c);
		else
			xas_reset(&xas);
		folio_put(folio);
	}
	rcu_read_unlock();
}

static int pages_show(struct seq_file *m, void *unused)
{
	struct counts c = { 0 };
	struct file *file;
	int err = 0;

	mutex_lock(&path_lock);
	if (!path) {
		seq_puts(m, "write the name of a file to \"path\" first\n");
		goto out;
	}
	/* Opening does not read: the cache does not change. */
	file = filp_open(path, O_RDONLY | O_LARGEFILE, 0);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		goto out;
	}
	show_mapping(m, file->f_mapping, &c);
	seq_printf(m, "%s: %lld bytes, nrpages %lu\n", path, i_size_read(file->f_mapping->host),
		   file->f_mapping->nrpages);
	seq_printf(m, "folios %lu, pages %lu, dirty %lu, writeback %lu, shadows %lu\n", c.folios,
		   c.pages, c.dirty, c.writeback, c.shadows);
	fput(file);
out:
	mutex_unlock(&path_lock);
	return err;
}
DEFINE_SHOW_ATTRIBUTE(pages);

static ssize_t path_write(struct file *file, const char __user *text, size_t size, loff_t *pos)
{
	char *new;

	if (size >= PATH_MAX)
		return -ENAMETOOLONG;
	new = memdup_user_nul(text, size);
	if (IS_ERR(new))
		return PTR_ERR(new);
	/* echo writes a newline, too. */
	if (size && new[size - 1] == '\n')
		new[size - 1] = '\0';

	mutex_lock(&path_lock);
	swap(path, new);
	mutex_unlock(&path_lock);
	kfree(new);
	return size;
}

static const struct file_operations path_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = path_write,
};

static int __init km_pagecache_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("path", 0200, dir, NULL, &path_fops);
	debugfs_create_file("pages", 0400, dir, NULL, &pages_fops);
	return 0;
}

static void __exit km_pagecache_exit(void)
{
	debugfs_remove(dir);
	kfree(path);
}

module_init(km_pagecache_init);
module_exit(km_pagecache_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Shows a file's page cache");
