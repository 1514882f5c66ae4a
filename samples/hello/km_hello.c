// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_hello: the smallest complete module.
 *
 * Every module has a function that runs when it is loaded and, if it is ever to go away again,
 * one that runs when it is removed. Everything it says goes to the kernel log: dmesg shows it.
 */

/* Comes before the includes: every pr_...() below begins its line with the module's name. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

/* Used by the init function only, so its memory is given back together with that function's. */
static const char greeting[] __initconst = "hello";

/*
 * __init puts the function into a section that the kernel frees as soon as it has returned:
 * look for km_hello_init in /proc/kallsyms, it is gone. 0 means that the module may stay; an
 * error number, always negative, that it may not.
 */
static int __init km_hello_init(void)
{
	/*
	 * The level goes with the line: "dmesg -x" shows it, the console prints only urgent
	 * ones.
	 */
	pr_notice("%s, this is level notice\n", greeting);
	pr_info("%s, this is level info\n", greeting);
	/* Compiled in, but silent until somebody asks for it: see dynamic debug in the README. */
	pr_debug("%s, this is level debug\n", greeting);
	return 0;
}

/* __exit: left out completely when the code is built into the kernel, where it can never run. */
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
