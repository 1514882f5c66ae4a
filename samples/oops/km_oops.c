// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_oops: dereferences a NULL pointer, so that there is an oops to read. It does so in a thread
 * of its own, which is all that the kernel kills.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>

struct km_thing {
	long a, b, c;
};

static struct dentry *dir;

/* The third member is at offset 16, so the faulting address is 16. */
static noinline long read_member(const struct km_thing *thing)
{
	return READ_ONCE(thing->c);
}

static noinline long find_and_read(void)
{
	const struct km_thing *nothing = NULL;

	/* Hides the NULL from the compiler, which would optimise the access away. */
	OPTIMIZER_HIDE_VAR(nothing);
	return read_member(nothing) + 1;
}

static int oops_thread(void *unused)
{
	/* Never returns: the kernel kills the thread in there. */
	return find_and_read();
}

static int go_set(void *unused, u64 any)
{
	return PTR_ERR_OR_ZERO(kthread_run(oops_thread, NULL, "km_oops_thread"));
}
DEFINE_DEBUGFS_ATTRIBUTE(go_fops, NULL, go_set, "%llu\n");

static int __init km_oops_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file_unsafe("go", 0200, dir, NULL, &go_fops);
	return 0;
}

static void __exit km_oops_exit(void)
{
	debugfs_remove(dir);
}

module_init(km_oops_init);
module_exit(km_oops_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("An oops to read and decode");
