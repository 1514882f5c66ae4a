// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_kprobe: counts the calls of a kernel function. A kprobe runs a handler when an instruction
 * is reached; a kretprobe runs one when a function returns.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>

static char *symbol = "do_mkdirat";
module_param(symbol, charp, 0444);
MODULE_PARM_DESC(symbol, "the function to probe");

static char caller[TASK_COMM_LEN];
static unsigned long calls, failures;
static int last_result;
static DEFINE_RAW_SPINLOCK(lock);	/* protects all four */
static struct dentry *dir;

/*
 * Runs before the first instruction of the function, in any context: it must not sleep. The
 * registers hold the arguments.
 */
static int at_entry(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	calls++;
	get_task_comm(caller, current);
	raw_spin_unlock_irqrestore(&lock, flags);
	/* Not 0 would mean that the handler has set another instruction pointer. */
	return 0;
}

static struct kprobe probe = { .pre_handler = at_entry };

static int at_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	/* These functions return an int: the upper half of the register is undefined. */
	int result = regs_return_value(regs);
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	last_result = result;
	if (result < 0 && result >= -MAX_ERRNO)
		failures++;
	raw_spin_unlock_irqrestore(&lock, flags);
	return 0;
}

static struct kretprobe return_probe = { .handler = at_return };

static int calls_show(struct seq_file *m, void *unused)
{
	raw_spin_lock_irq(&lock);
	seq_printf(m, "%s: called %lu times, failed %lu times\n", symbol, calls, failures);
	if (calls)
		seq_printf(m, "last by %s, result %d\n", caller, last_result);
	raw_spin_unlock_irq(&lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(calls);

static int __init km_kprobe_init(void)
{
	int err;

	probe.symbol_name = symbol;
	return_probe.kp.symbol_name = symbol;
	err = register_kprobe(&probe);
	if (err) {
		pr_err("no probe for %s\n", symbol);
		return err;
	}
	err = register_kretprobe(&return_probe);
	if (err) {
		unregister_kprobe(&probe);
		return err;
	}
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("calls", 0444, dir, NULL, &calls_fops);
	return 0;
}

static void __exit km_kprobe_exit(void)
{
	debugfs_remove(dir);
	/* Restores the instruction and waits for running handlers. */
	unregister_kretprobe(&return_probe);
	unregister_kprobe(&probe);
}

module_init(km_kprobe_init);
module_exit(km_kprobe_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Counts the calls of a kernel function");
