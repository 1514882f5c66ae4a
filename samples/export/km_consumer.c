// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_consumer: calls what km_provider exports, and asks the kernel for the names of addresses.
 *
 * This file does not say that it needs km_provider: the build derives that from the symbols and
 * records it in the module ("depends"), where depmod finds it.
 */
#include <linux/debugfs.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "km_provider.h"

static struct dentry *dir;

static int results_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "2 + 3 = %d\n", km_add(2, 3));
	seq_printf(m, "4 * 5 = %d\n", km_multiply(4, 5));
	seq_printf(m, "-(6) = %d\n", km_negate(6));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(results);

/* %pS looks up the name of an address in kallsyms, the kernel's table of names. */
static int names_show(struct seq_file *m, void *unused)
{
	char text[KSYM_SYMBOL_LEN];

	seq_printf(m, "km_add is     %pS\n", km_add);
	seq_printf(m, "this file is  %pS\n", names_show);
	seq_printf(m, "printk is     %pS\n", _printk);
	/* The same into a buffer, for an address inside the function. */
	sprint_symbol(text, (unsigned long)km_multiply + 1);
	seq_printf(m, "one byte on   %s\n", text);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(names);

static int __init km_consumer_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("results", 0444, dir, NULL, &results_fops);
	debugfs_create_file("names", 0444, dir, NULL, &names_fops);
	return 0;
}

static void __exit km_consumer_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_consumer_init);
module_exit(km_consumer_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Calls the functions that km_provider exports");
MODULE_IMPORT_NS(KM_NAMESPACE);
