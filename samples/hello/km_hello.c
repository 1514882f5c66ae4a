// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_hello: the smallest complete module.
 *
 * Every module has a function that runs when it is loaded and, if it can be unloaded, one that
 * runs when it is unloaded. Its messages go to the kernel log, which dmesg prints.
 */

/* Before the includes: a prefix for the messages of all pr_...() below. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

/* Used by the init function only, so its memory is freed together with that function. */
static const char greeting[] __initconst = "hello";

/*
 * __init puts the function into a section that the kernel frees after init has returned:
 * km_hello_init is then missing in /proc/kallsyms. Returns 0, or a negative error number: then
 * the module is not loaded.
 */
static int __init km_hello_init(void)
{
	/*
	 * Each message has a level: "dmesg -x" shows it, and the console prints only urgent
	 * messages.
	 */
	pr_notice("%s, this is level notice\n", greeting);
	pr_info("%s, this is level info\n", greeting);
	/* Compiled in, but disabled: see dynamic debug in the README. */
	pr_debug("%s, this is level debug\n", greeting);
	return 0;
}

/* __exit: omitted when the code is built into the kernel, where it can never run. */
static void __exit km_hello_exit(void)
{
	pr_debug("the exit function runs\n");
	pr_info("goodbye\n");
}

module_init(km_hello_init);
module_exit(km_hello_exit);

/*
 * GPL-compatible are: "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual
 * MIT/GPL" and "Dual MPL/GPL". With any other licence, also a free one such as Apache-2.0, the
 * module cannot use symbols of EXPORT_SYMBOL_GPL().
 */
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("The smallest complete module");
MODULE_VERSION("1.0");
