/* SPDX-License-Identifier: GPL-2.0-only */
/* Is in use while /dev/km_busy is open, or for good when it is loaded with hold=1. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static bool hold;
module_param(hold, bool, 0444);
MODULE_PARM_DESC(hold, "keep a reference on this module itself");

static const struct file_operations km_busy_fops = {
	.owner = THIS_MODULE,
};

static struct miscdevice km_busy_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "km_busy",
	.fops = &km_busy_fops,
};

static int __init km_busy_init(void)
{
	int err = misc_register(&km_busy_dev);

	if (!err && hold)
		__module_get(THIS_MODULE);
	return err;
}

static void __exit km_busy_exit(void)
{
	misc_deregister(&km_busy_dev);
}

module_init(km_busy_init);
module_exit(km_busy_exit);
MODULE_DESCRIPTION("Busy while its device is open");
MODULE_LICENSE("GPL");
