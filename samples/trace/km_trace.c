// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_trace: computes the Collatz sequence of a number, with a tracepoint at each step and two
 * functions for the function tracer.
 */
#include <linux/debugfs.h>
#include <linux/module.h>

/* In exactly one source file of the module: defines the tracepoints. */
#define CREATE_TRACE_POINTS
#include "km_trace.h"

static struct dentry *dir;
static unsigned int last_steps;

/* Inlined functions cannot be traced. */
static noinline u64 halve(u64 value)
{
	return value / 2;
}

static noinline u64 triple(u64 value)
{
	return 3 * value + 1;
}

/* A disabled tracepoint costs a single no-op instruction. */
static int number_set(void *unused, u64 value)
{
	unsigned int step;

	if (!value || value > 1000000)
		return -ERANGE;
	for (step = 0; value != 1; step++) {
		trace_km_trace_step(value, step);
		value = value % 2 ? triple(value) : halve(value);
	}
	last_steps = step;
	return 0;
}

static int number_get(void *unused, u64 *value)
{
	*value = last_steps;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(number_fops, number_get, number_set, "%llu\n");

static int __init km_trace_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file_unsafe("number", 0600, dir, NULL, &number_fops);
	return 0;
}

static void __exit km_trace_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_trace_init);
module_exit(km_trace_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("A tracepoint, and functions to trace");
