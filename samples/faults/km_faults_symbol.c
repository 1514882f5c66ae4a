// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_faults_symbol: needs a function that no module of the system provides. The kernel refuses
 * it before any of its code runs.
 *
 * The build would notice too. It is told otherwise in the Kbuild file, in the way in which a
 * module is really built against one that is missing, or is another version, where it is
 * loaded.
 */
#include <linux/module.h>

int km_absent(void);

static int __init km_faults_symbol_init(void)
{
	return km_absent();
}

static void __exit km_faults_symbol_exit(void)
{
}

module_init(km_faults_symbol_init);
module_exit(km_faults_symbol_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Needs a function that nobody provides");
