// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_sysfs: attributes in /sys/kernel/km_sysfs, one value each, and a file in /proc.
 *
 * debugfs is for developers and may change at any time. sysfs is a stable interface: programs
 * rely on it. /proc is for processes; new files there need a good reason.
 */
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/sysfs.h>

static bool expert;
module_param(expert, bool, 0444);
MODULE_PARM_DESC(expert, "also create the attribute limits/changes");

static int level = 3, maximum = 10;
static unsigned long changes;
static DEFINE_MUTEX(lock);	/* protects all three */
static struct kobject *kobj;

/* One value and a newline; sysfs_emit() never writes beyond the page that buf points to. */
static ssize_t level_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(level));
}

/* Returns the number of bytes consumed, or an error. */
static ssize_t level_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			   size_t size)
{
	int value, err;

	err = kstrtoint(buf, 0, &value);
	if (err)
		return err;
	mutex_lock(&lock);
	if (value < 0 || value > maximum) {
		err = -ERANGE;
	} else if (value != level) {
		level = value;
		changes++;
		/* Wakes processes that poll the file. */
		sysfs_notify(kobj, NULL, "level");
	}
	mutex_unlock(&lock);
	return err ?: size;
}
static struct kobj_attribute level_attr = __ATTR_RW(level);

static ssize_t maximum_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(maximum));
}
static struct kobj_attribute maximum_attr = __ATTR_RO(maximum);

static ssize_t changes_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lu\n", READ_ONCE(changes));
}
static struct kobj_attribute changes_attr = __ATTR_RO(changes);

static struct attribute *plain_attrs[] = { &level_attr.attr, NULL };
static const struct attribute_group plain_group = { .attrs = plain_attrs };

/* A named group is a subdirectory; is_visible() decides the mode of each file, 0: no file. */
static umode_t limits_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	return attr == &changes_attr.attr && !expert ? 0 : attr->mode;
}

static struct attribute *limits_attrs[] = { &maximum_attr.attr, &changes_attr.attr, NULL };
static const struct attribute_group limits_group = {
	.name = "limits",
	.attrs = limits_attrs,
	.is_visible = limits_visible,
};

static const struct attribute_group *groups[] = { &plain_group, &limits_group, NULL };

static int proc_show(struct seq_file *m, void *unused)
{
	mutex_lock(&lock);
	seq_printf(m, "level %d of %d, changed %lu times\n", level, maximum, changes);
	mutex_unlock(&lock);
	return 0;
}

static int __init km_sysfs_init(void)
{
	int err = -ENOMEM;

	kobj = kobject_create_and_add(KBUILD_MODNAME, kernel_kobj);
	if (!kobj)
		return err;
	/* Creates all groups or, on error, none. */
	err = sysfs_create_groups(kobj, groups);
	if (err)
		goto put;
	if (proc_create_single(KBUILD_MODNAME, 0444, NULL, proc_show))
		return 0;
	err = -ENOMEM;
	sysfs_remove_groups(kobj, groups);
put:
	kobject_put(kobj);
	return err;
}

static void __exit km_sysfs_exit(void)
{
	remove_proc_entry(KBUILD_MODNAME, NULL);
	/* Waits for active readers and writers. */
	sysfs_remove_groups(kobj, groups);
	kobject_put(kobj);
}

module_init(km_sysfs_init);
module_exit(km_sysfs_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Attributes in sysfs and a file in /proc");
