// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_faults_stuck: a module with an init function, but without an exit function. The kernel
 * cannot undo what init did, and so never unloads it: it is "permanent".
 *
 * A module without both can be unloaded.
 */
#include <linux/module.h>

static int __init km_faults_stuck_init(void)
{
	return 0;
}

module_init(km_faults_stuck_init);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Can be loaded, but never removed");
