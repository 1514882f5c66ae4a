/* SPDX-License-Identifier: GPL-2.0-only */
/* Uses a GPL-only symbol; mutate makes a copy of it that claims another licence. */
#include <linux/module.h>
#include "km_prov.h"

static int __init km_gplcons_init(void)
{
	pr_info("km_gplcons: %d\n", km_gpl_mul(4, 5));
	return 0;
}

static void __exit km_gplcons_exit(void)
{
}

module_init(km_gplcons_init);
module_exit(km_gplcons_exit);
MODULE_DESCRIPTION("Uses km_gpl_mul, which is GPL-only");
MODULE_LICENSE("GPL");
