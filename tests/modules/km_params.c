/* SPDX-License-Identifier: GPL-2.0-only */
/* One parameter of every sort: plain types, an array, one that sysfs hides, one with a callback. */
#include <linux/module.h>
#include <linux/moduleparam.h>

static int count = 1;
module_param(count, int, 0644);
MODULE_PARM_DESC(count, "how many");

static bool loud;
module_param(loud, bool, 0644);
MODULE_PARM_DESC(loud, "say more");

static char *who = "world";
module_param(who, charp, 0444);
MODULE_PARM_DESC(who, "whom to greet");

static int nums[4];
static int nums_len;
module_param_array(nums, int, &nums_len, 0444);
MODULE_PARM_DESC(nums, "up to four numbers");

static int secret;
module_param(secret, int, 0);
MODULE_PARM_DESC(secret, "has no file in sysfs");

static int level = 3;

/* Refuses what a plain int would accept, so that a checked value can still fail in the kernel. */
static int level_set(const char *val, const struct kernel_param *kp)
{
	int n, err = kstrtoint(val, 0, &n);

	if (err)
		return err;
	if (n < 0 || n > 9)
		return -EINVAL;
	return param_set_int(val, kp);
}

static const struct kernel_param_ops level_ops = {
	.set = level_set,
	.get = param_get_int,
};
module_param_cb(level, &level_ops, &level, 0644);
MODULE_PARM_DESC(level, "0 to 9");

static int __init km_params_init(void)
{
	pr_info("km_params: count=%d loud=%d who=%s nums=%d secret=%d level=%d\n", count, loud,
		who, nums_len, secret, level);
	return 0;
}

static void __exit km_params_exit(void)
{
}

module_init(km_params_init);
module_exit(km_params_exit);
MODULE_DESCRIPTION("Parameters of every sort");
MODULE_LICENSE("GPL");
