/* SPDX-License-Identifier: GPL-2.0-only */
/* Needs km_result, which can be told to fail, so that loading stops in the middle. */
#include <linux/module.h>
#include "km_chain.h"

static int __init km_top_init(void)
{
	pr_info("km_top: %d\n", km_result_value());
	return 0;
}

static void __exit km_top_exit(void)
{
}

module_init(km_top_init);
module_exit(km_top_exit);
MODULE_DESCRIPTION("Above a module that may fail");
MODULE_LICENSE("GPL");
