/* SPDX-License-Identifier: GPL-2.0-only */
/* The top of the dependency chain: needs km_chain_b, and through it km_chain_a. */
#include <linux/module.h>
#include "km_chain.h"

static int __init km_chain_c_init(void)
{
	pr_info("km_chain_c: depth %d\n", km_chain_b_depth() + 1);
	return 0;
}

static void __exit km_chain_c_exit(void)
{
}

module_init(km_chain_c_init);
module_exit(km_chain_c_exit);
MODULE_DESCRIPTION("Top of the chain");
MODULE_LICENSE("GPL");
