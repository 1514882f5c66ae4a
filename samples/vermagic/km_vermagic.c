// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_vermagic: the kernel that a module was built for, and the one that it runs in.
 *
 * The build writes a line into every module, the vermagic: the release of the kernel and the
 * settings that change how its structures look in memory. The loader compares it with its own.
 */
#include <generated/utsrelease.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/utsname.h>

static struct dentry *dir;

static int releases_show(struct seq_file *m, void *unused)
{
	const char *running = init_utsname()->release;

	/* A constant of the headers package, and a variable of the kernel. */
	seq_printf(m, "built for: %s\n", UTS_RELEASE);
	seq_printf(m, "running in: %s\n", running);
	seq_printf(m, "the same: %s\n", strcmp(UTS_RELEASE, running) ? "no" : "yes");
	/* With symbol checksums the loader compares those instead of the release. */
	seq_printf(m, "symbols have checksums: %s\n",
		   IS_ENABLED(CONFIG_MODVERSIONS) ? "yes" : "no");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(releases);

static int __init km_vermagic_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("releases", 0444, dir, NULL, &releases_fops);
	return 0;
}

static void __exit km_vermagic_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_vermagic_init);
module_exit(km_vermagic_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("The kernel that a module was built for");
