/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Its init returns whatever the parameter says: 0, a negative errno, or a positive number (which
 * the kernel accepts with a complaint). It needs km_chain_a so that a failure has something to
 * roll back. It can take its time, so that there is a middle to be interrupted in.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include "km_chain.h"

static int result;
module_param(result, int, 0444);
MODULE_PARM_DESC(result, "what init returns");

static unsigned int delay;
module_param(delay, uint, 0444);
MODULE_PARM_DESC(delay, "milliseconds that init takes");

int km_result_value(void)
{
	return result + km_chain_a_depth();
}
EXPORT_SYMBOL_GPL(km_result_value);

static int __init km_result_init(void)
{
	msleep(delay);
	return result;
}

static void __exit km_result_exit(void)
{
}

module_init(km_result_init);
module_exit(km_result_exit);
MODULE_DESCRIPTION("Returns the number it is given");
MODULE_LICENSE("GPL");
