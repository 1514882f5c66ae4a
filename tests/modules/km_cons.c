/* SPDX-License-Identifier: GPL-2.0-only */
/* Uses a plain symbol of km_prov. */
#include <linux/module.h>
#include "km_prov.h"

static int __init km_cons_init(void)
{
	pr_info("km_cons: %d\n", km_add(2, 3));
	return 0;
}

static void __exit km_cons_exit(void)
{
}

module_init(km_cons_init);
module_exit(km_cons_exit);
MODULE_DESCRIPTION("Uses km_add");
MODULE_LICENSE("GPL");
