/* SPDX-License-Identifier: GPL-2.0-only */
/* Has no exit function, so the kernel lists it as permanent and will not remove it. */
#include <linux/module.h>

static int __init km_noexit_init(void)
{
	return 0;
}

module_init(km_noexit_init);
MODULE_DESCRIPTION("Cannot be unloaded");
MODULE_LICENSE("GPL");
