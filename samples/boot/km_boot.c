// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_boot: loaded at boot or on demand; logs which program loaded it.
 *
 * Nothing in a module makes it load at boot. systemd-modules-load loads the names listed in
 * /etc/modules-load.d; other modules are loaded when something requests one of their aliases.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>

static char *reason = "none given";
module_param(reason, charp, 0444);
MODULE_PARM_DESC(reason, "why it is loaded");

static int __init km_boot_init(void)
{
	/* Init runs in the process that loads the module. */
	pr_info("loaded by %s, reason: %s\n", current->comm, reason);
	return 0;
}

static void __exit km_boot_exit(void)
{
	pr_info("unloaded by %s\n", current->comm);
}

module_init(km_boot_init);
module_exit(km_boot_exit);

/* A driver has aliases for its devices; a file system has fs-NAME. */
MODULE_ALIAS("km-sample-service");
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Loaded at boot or on demand");
