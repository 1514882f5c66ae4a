/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes more lines into the kernel log than it can hold. */
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int lines = 20000;
module_param(lines, uint, 0444);
MODULE_PARM_DESC(lines, "how many lines init writes");

static int result;
module_param(result, int, 0444);
MODULE_PARM_DESC(result, "what init returns");

static int __init km_chatty_init(void)
{
	for (unsigned int i = 0; i < lines; i++)
		printk(KERN_DEBUG "km_chatty: line %u\n", i);
	return result;
}

static void __exit km_chatty_exit(void)
{
}

module_init(km_chatty_init);
module_exit(km_chatty_exit);
MODULE_DESCRIPTION("Writes many lines into the kernel log");
MODULE_LICENSE("GPL");
