/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plainest module: it loads, says so and goes away again. The mutated files (see mutate) are
 * mostly made from it.
 */
#include <linux/module.h>

static int __init km_hello_init(void)
{
	pr_info("km_hello: loaded\n");
	return 0;
}

static void __exit km_hello_exit(void)
{
	pr_info("km_hello: gone\n");
}

module_init(km_hello_init);
module_exit(km_hello_exit);
MODULE_DESCRIPTION("Loads and unloads, nothing else");
MODULE_AUTHOR("kmtool");
MODULE_VERSION("1.0");
MODULE_LICENSE("GPL");
