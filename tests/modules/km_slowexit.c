/* SPDX-License-Identifier: GPL-2.0-only */
/* Its exit function takes its time: meanwhile the module is being unloaded. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int seconds = 5;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long the exit function sleeps");

static int __init km_slowexit_init(void)
{
	return 0;
}

static void __exit km_slowexit_exit(void)
{
	msleep(seconds * 1000);
}

module_init(km_slowexit_init);
module_exit(km_slowexit_exit);
MODULE_DESCRIPTION("Sleeps in its exit function");
MODULE_LICENSE("GPL");
