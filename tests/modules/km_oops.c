/* SPDX-License-Identifier: GPL-2.0-only */
/* Its init follows a null pointer: the kernel kills the loading process and keeps the module. */
#include <linux/module.h>

struct km_thing {
	long first;
	long second;
};

static struct km_thing *volatile thing;

static int __init km_oops_init(void)
{
	return thing->second ? 0 : -EIO;
}

static void __exit km_oops_exit(void)
{
}

module_init(km_oops_init);
module_exit(km_oops_exit);
MODULE_DESCRIPTION("Crashes in init");
MODULE_LICENSE("GPL");
