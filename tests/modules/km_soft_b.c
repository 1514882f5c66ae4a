/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks for km_soft_a before itself, which asks for km_soft_b: a cycle of soft dependencies. */
#include <linux/module.h>

static int __init km_soft_b_init(void)
{
	return 0;
}

static void __exit km_soft_b_exit(void)
{
}

module_init(km_soft_b_init);
module_exit(km_soft_b_exit);
MODULE_SOFTDEP("pre: km_soft_a");
MODULE_DESCRIPTION("Half of a soft dependency cycle");
MODULE_LICENSE("GPL");
