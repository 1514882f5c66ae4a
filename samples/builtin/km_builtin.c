// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_builtin: reports what the kernel configuration selected for some options.
 *
 * Code that can be a module is part of the kernel image with CONFIG_...=y and a .ko file with
 * =m. This module was built against one configuration and shows it.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static struct dentry *dir;

/* All are constants at build time: the compiler drops the branches that can never run. */
#define show_option(m, option)								\
	seq_printf(m, "%s=%s\n", #option,						\
		   IS_BUILTIN(option) ? "y" : IS_MODULE(option) ? "m" : "n")

static int options_show(struct seq_file *m, void *unused)
{
	show_option(m, CONFIG_TCP_CONG_CUBIC);
	show_option(m, CONFIG_EXT4_FS);
	show_option(m, CONFIG_DUMMY);
	show_option(m, CONFIG_KASAN);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(options);

/*
 * The same source could be built in: MODULE is not defined then, THIS_MODULE is NULL, the init
 * function runs at boot, and the exit function is left out.
 */
static int self_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "MODULE is %sdefined\n", IS_ENABLED(MODULE) ? "" : "not ");
	seq_printf(m, "it belongs to: %s\n", module_name(THIS_MODULE));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(self);

static int __init km_builtin_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("options", 0444, dir, NULL, &options_fops);
	debugfs_create_file("self", 0444, dir, NULL, &self_fops);
	return 0;
}

static void __exit km_builtin_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_builtin_init);
module_exit(km_builtin_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Built in or a module: what the configuration says");
