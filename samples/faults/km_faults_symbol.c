// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_faults_symbol: needs a function that no module of the system exports. The kernel refuses
 * it before any of its code runs.
 *
 * The build would fail, too. The Kbuild file therefore declares the symbol, as if the module
 * had been built on another machine with a module that is missing here.
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
