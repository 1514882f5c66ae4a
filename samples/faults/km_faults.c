// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_faults: common faults of modules, one parameter each. Without a parameter it is correct.
 *
 * Two faults have modules of their own, because they take effect before any code of a module
 * runs: see km_faults_stuck and km_faults_symbol.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/module.h>
#include <linux/slab.h>

static int fail;
module_param(fail, int, 0444);
MODULE_PARM_DESC(fail, "init fails with this error number (19 is ENODEV)");

static int positive;
module_param(positive, int, 0444);
MODULE_PARM_DESC(positive, "init returns this positive number, which means nothing");

static bool leak_reference;
module_param(leak_reference, bool, 0444);
MODULE_PARM_DESC(leak_reference, "init takes a reference to the module that nobody gives back");

static int leak_memory;
module_param(leak_memory, int, 0444);
MODULE_PARM_DESC(leak_memory, "init allocates so many blocks of 200 bytes that nobody frees");

static int __init km_faults_init(void)
{
	int i;

	/* Success is 0, failure a negative error number, as for all kernel functions. */
	if (fail) {
		pr_info("init fails, as it was told to\n");
		return -clamp(fail, 1, MAX_ERRNO);
	}
	/* Now the module cannot be unloaded any more: its refcount never becomes zero. */
	if (leak_reference)
		__module_get(THIS_MODULE);
	/* After unloading nothing refers to this memory any more: a leak. */
	for (i = 0; i < leak_memory; i++)
		if (!kmalloc(200, GFP_KERNEL))
			return -ENOMEM;
	/* Not an error: the module is loaded, and the kernel logs a warning. */
	return max(positive, 0);
}

static void __exit km_faults_exit(void)
{
}

module_init(km_faults_init);
module_exit(km_faults_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Goes wrong as its parameters say");
