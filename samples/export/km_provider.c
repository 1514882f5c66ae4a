// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_provider: functions that other modules may call.
 *
 * EXPORT_SYMBOL() makes a symbol available to other modules. A C function that is not static is
 * global only within its module.
 */
#include <linux/module.h>

#include "km_provider.h"

/* Private to this file. /proc/kallsyms lists it nevertheless, in lower case. */
static int calls;

static noinline int count_call(int result)
{
	calls++;
	return result;
}

/* For all modules, whatever their licence. */
int km_add(int a, int b)
{
	return count_call(a + b);
}
EXPORT_SYMBOL(km_add);

/* For modules with a GPL-compatible licence; to others it is an unknown symbol. */
int km_multiply(int a, int b)
{
	return count_call(a * b);
}
EXPORT_SYMBOL_GPL(km_multiply);

/* For modules that import the namespace with MODULE_IMPORT_NS(). */
int km_negate(int a)
{
	return count_call(-a);
}
EXPORT_SYMBOL_NS_GPL(km_negate, KM_NAMESPACE);

int km_not_exported(void)
{
	return calls;
}

static int __init km_provider_init(void)
{
	return 0;
}

static void __exit km_provider_exit(void)
{
	pr_info("km_provider: was called %d times\n", km_not_exported());
}

module_init(km_provider_init);
module_exit(km_provider_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Exports functions to other modules");
