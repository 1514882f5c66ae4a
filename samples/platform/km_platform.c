// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_platform: a platform driver. The driver core calls probe for each matching device and
 * remove when the device or the driver is removed.
 *
 * Resources that probe acquires with devm_ functions are released after remove, or when probe
 * fails, in the reverse order.
 */
#include <linux/device.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/version.h>

static int refuse = -1;
module_param(refuse, int, 0644);
MODULE_PARM_DESC(refuse, "the number of a device whose probe fails");

/* The driver's data of one device. */
struct km_device {
	unsigned int reads;
};

/* A file in the device's directory; the driver core creates it after probe. */
static ssize_t reads_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct km_device *km = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", ++km->reads);
}
static DEVICE_ATTR_RO(reads);

static struct attribute *km_attrs[] = { &dev_attr_reads.attr, NULL };
ATTRIBUTE_GROUPS(km);

static void switch_off(void *dev)
{
	dev_info(dev, "switched off by devm\n");
}

static int km_probe(struct platform_device *pdev)
{
	struct km_device *km = devm_kzalloc(&pdev->dev, sizeof(*km), GFP_KERNEL);
	int err;

	if (!km)
		return -ENOMEM;
	platform_set_drvdata(pdev, km);
	/* In place of a clock, an interrupt, a regulator: those have devm_ functions. */
	err = devm_add_action_or_reset(&pdev->dev, switch_off, &pdev->dev);
	if (err)
		return err;
	if (pdev->id == refuse)
		return dev_err_probe(&pdev->dev, -ENODEV, "probe fails, as it was told to\n");
	dev_info(&pdev->dev, "probed\n");
	return 0;
}

static void forget(struct platform_device *pdev)
{
	struct km_device *km = platform_get_drvdata(pdev);

	dev_info(&pdev->dev, "removed after %u reads\n", km->reads);
}

/* Remove cannot fail; before 6.11 it returned an int all the same. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static void km_remove(struct platform_device *pdev)
{
	forget(pdev);
}
#else
static int km_remove(struct platform_device *pdev)
{
	forget(pdev);
	return 0;
}
#endif

/* Becomes an alias of the module, by which udev loads it for such a device. */
static const struct platform_device_id km_ids[] = { { .name = "km_platform" }, { } };
MODULE_DEVICE_TABLE(platform, km_ids);

static struct platform_driver km_driver = {
	.probe = km_probe,
	.remove = km_remove,
	.id_table = km_ids,
	.driver = { .name = "km_platform", .dev_groups = km_groups },
};

/* Expands to init and exit functions that register and unregister the driver. */
module_platform_driver(km_driver);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("A platform driver");
