// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_params: values that are set when the module is loaded, and files in
 * /sys/module/km_params/parameters to read and change them afterwards.
 *
 * The last argument of module_param() is the mode of that file; 0 means that there is none.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static int count = 1;
module_param(count, int, 0644);
MODULE_PARM_DESC(count, "how often to greet");

static bool loud;
module_param(loud, bool, 0644);
MODULE_PARM_DESC(loud, "greet in capitals");

/*
 * Readable for all users, writable for root. Older sources and books use these macros; current
 * style is the octal number, 0644.
 */
static char *motto = "read the source";
module_param(motto, charp, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
MODULE_PARM_DESC(motto, "a text that root may change");

/* Can be set when the module is loaded; afterwards it cannot be read. */
static char *secret = "none";
module_param(secret, charp, 0);
MODULE_PARM_DESC(secret, "a text without a file in sysfs");

/* nums=1,2,3: the kernel stores the number of values; too many are an error. */
static int nums[4];
static int nums_given;
module_param_array(nums, int, &nums_given, 0444);
MODULE_PARM_DESC(nums, "up to four numbers");

/*
 * A parameter with a callback. A plain int accepts any number; this one is checked, when the
 * module is loaded and at every later write.
 */
static int percent = 50;

static int percent_set(const char *text, const struct kernel_param *param)
{
	int value, err;

	err = kstrtoint(text, 0, &value);
	if (err)
		return err;
	if (value < 0 || value > 100)
		return -ERANGE;
	pr_info("percent changes from %d to %d\n", percent, value);
	percent = value;
	return 0;
}

static const struct kernel_param_ops percent_ops = {
	.set = percent_set,
	.get = param_get_int,
};

/*
 * There is no MODULE_PARM_DESC(), and module_param_cb() records no type either: so the file does
 * not mention this parameter, and modinfo does not show it. It works nevertheless.
 */
module_param_cb(percent, &percent_ops, &percent, 0644);

static int __init km_params_init(void)
{
	int i;

	for (i = 0; i < count; i++)
		pr_info("%s\n", loud ? "HELLO" : "hello");
	for (i = 0; i < nums_given; i++)
		pr_info("nums[%d] = %d\n", i, nums[i]);
	pr_info("the secret has %zu letters\n", strlen(secret));
	return 0;
}

static void __exit km_params_exit(void)
{
	/* A write to the file frees the old text: it may be used only under this lock. */
	kernel_param_lock(THIS_MODULE);
	pr_info("the motto was: %s\n", motto);
	kernel_param_unlock(THIS_MODULE);
}

module_init(km_params_init);
module_exit(km_params_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Module parameters of every kind");
