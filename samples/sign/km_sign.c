// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_sign: shows whether the kernel verified the signature of this module.
 *
 * A signature is appended to the file. Whether a module without a valid one is loaded depends
 * on CONFIG_MODULE_SIG_FORCE, module.sig_enforce and lockdown.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static struct dentry *dir;

static int verified_show(struct seq_file *m, void *unused)
{
#ifdef CONFIG_MODULE_SIG
	seq_printf(m, "verified: %s\n", THIS_MODULE->sig_ok ? "yes" : "no");
#else
	seq_puts(m, "this kernel does not support module signatures\n");
#endif
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(verified);

static int __init km_sign_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("verified", 0444, dir, NULL, &verified_fops);
	return 0;
}

static void __exit km_sign_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_sign_init);
module_exit(km_sign_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Whether the signature of this module was verified");
