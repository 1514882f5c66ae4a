/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exports one symbol of each sort: plain, GPL-only, in a namespace. Built a second time with
 * KM_CHANGED set (folder changed/), where km_add has another prototype and therefore another CRC
 * than its users were built with.
 */
#include <linux/module.h>
#include <linux/version.h>
#include "km_prov.h"

KM_NUMBER km_add(KM_NUMBER a, KM_NUMBER b)
{
	return a + b;
}
EXPORT_SYMBOL(km_add);

int km_gpl_mul(int a, int b)
{
	return a * b;
}
EXPORT_SYMBOL_GPL(km_gpl_mul);

int km_ns_neg(int a)
{
	return -a;
}
/* The namespace became a string in 6.13. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
EXPORT_SYMBOL_NS(km_ns_neg, "KM_SPACE");
#else
EXPORT_SYMBOL_NS(km_ns_neg, KM_SPACE);
#endif

static int __init km_prov_init(void)
{
	return 0;
}

static void __exit km_prov_exit(void)
{
}

module_init(km_prov_init);
module_exit(km_prov_exit);
MODULE_DESCRIPTION("Exports symbols for the other test modules");
MODULE_LICENSE("GPL");
