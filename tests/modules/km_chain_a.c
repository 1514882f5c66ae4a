/* SPDX-License-Identifier: GPL-2.0-only */
/* The bottom of the dependency chain: needs nothing. */
#include <linux/module.h>
#include "km_chain.h"

int km_chain_a_depth(void)
{
	return 1;
}
EXPORT_SYMBOL_GPL(km_chain_a_depth);

static int __init km_chain_a_init(void)
{
	pr_info("km_chain_a: depth 1\n");
	return 0;
}

static void __exit km_chain_a_exit(void)
{
}

module_init(km_chain_a_init);
module_exit(km_chain_a_exit);
MODULE_DESCRIPTION("Bottom of the chain");
MODULE_LICENSE("GPL");
