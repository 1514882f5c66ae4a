// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_board: registers two devices for km_platform. On real hardware firmware describes platform
 * devices (ACPI, device tree). There is no hardware behind these.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#define DEVICES	2

static struct platform_device *devices[DEVICES];

static int __init km_board_init(void)
{
	int i;

	for (i = 0; i < DEVICES; i++) {
		/* Bound to the driver of this name, now or when it is loaded. */
		devices[i] = platform_device_register_simple("km_platform", i, NULL, 0);
		if (IS_ERR(devices[i])) {
			int err = PTR_ERR(devices[i]);

			while (i--)
				platform_device_unregister(devices[i]);
			return err;
		}
	}
	return 0;
}

static void __exit km_board_exit(void)
{
	int i;

	for (i = 0; i < DEVICES; i++)
		platform_device_unregister(devices[i]);
}

module_init(km_board_init);
module_exit(km_board_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Two devices for km_platform");
