/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Its init and exit functions wait until the process that runs them is killed: a signal with a handler does not
 * end such a wait.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/wait.h>

static bool in_init;
module_param(in_init, bool, 0444);
MODULE_PARM_DESC(in_init, "wait in init");

static bool in_exit;
module_param(in_exit, bool, 0444);
MODULE_PARM_DESC(in_exit, "wait in exit");

static DECLARE_WAIT_QUEUE_HEAD(km_wait_queue);

static int __init km_wait_init(void)
{
	return in_init ? wait_event_killable(km_wait_queue, false) : 0;
}

static void __exit km_wait_exit(void)
{
	if (in_exit && wait_event_killable(km_wait_queue, false))
		pr_info("km_wait: killed while it waited\n");
}

module_init(km_wait_init);
module_exit(km_wait_exit);
MODULE_DESCRIPTION("Waits until it is killed");
MODULE_LICENSE("GPL");
