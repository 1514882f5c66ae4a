/* SPDX-License-Identifier: GPL-2.0-only */
/* Uses a symbol in a namespace; mutate makes a copy of it that imports another one. */
#include <linux/module.h>
#include <linux/version.h>
#include "km_prov.h"

static int __init km_nscons_init(void)
{
	pr_info("km_nscons: %d\n", km_ns_neg(6));
	return 0;
}

static void __exit km_nscons_exit(void)
{
}

module_init(km_nscons_init);
module_exit(km_nscons_exit);
MODULE_DESCRIPTION("Uses km_ns_neg, which is in a namespace");
MODULE_LICENSE("GPL");
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS("KM_SPACE");
#else
MODULE_IMPORT_NS(KM_SPACE);
#endif
