/* SPDX-License-Identifier: GPL-2.0-only */
/* The middle of the dependency chain: needs km_chain_a. */
#include <linux/module.h>
#include "km_chain.h"

int km_chain_b_depth(void)
{
	return km_chain_a_depth() + 1;
}
EXPORT_SYMBOL_GPL(km_chain_b_depth);

static int __init km_chain_b_init(void)
{
	pr_info("km_chain_b: depth %d\n", km_chain_b_depth());
	return 0;
}

static void __exit km_chain_b_exit(void)
{
}

module_init(km_chain_b_init);
module_exit(km_chain_b_exit);
MODULE_DESCRIPTION("Middle of the chain");
MODULE_LICENSE("GPL");
