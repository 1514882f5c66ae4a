// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_chardev: a character device with a queue: one process writes to /dev/km_chardev, another
 * one reads. A read from the empty queue and a write to the full one block.
 *
 * A misc device has one minor number of major 10. A driver with many devices allocates its own
 * major number: alloc_chrdev_region(), cdev_add(), class_create().
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/kfifo.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "km_chardev.h"

#define SIZE	64	/* a power of two, as kfifo requires; small, to fill it easily */

static DEFINE_KFIFO(queue, char, SIZE);
static u64 passed;
static DEFINE_MUTEX(lock);		/* protects both */
static DECLARE_WAIT_QUEUE_HEAD(readers);
static DECLARE_WAIT_QUEUE_HEAD(writers);

/*
 * Returns with the lock held and data (or room) in the queue. Another process can be faster
 * between the wake-up and the lock, so the condition is checked again under the lock.
 */
static int lock_when(struct file *file, bool write)
{
	for (;;) {
		if (mutex_lock_interruptible(&lock))
			return -ERESTARTSYS;
		if (write ? !kfifo_is_full(&queue) : !kfifo_is_empty(&queue))
			return 0;
		mutex_unlock(&lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		/* A signal ends the wait: the system call is restarted or fails with EINTR. */
		if (write ? wait_event_interruptible(writers, !kfifo_is_full(&queue)) :
			    wait_event_interruptible(readers, !kfifo_is_empty(&queue)))
			return -ERESTARTSYS;
	}
}

/* A user pointer cannot be trusted: it is only accessed by functions that check and copy. */
static ssize_t km_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	unsigned int copied;
	int err;

	if (!size)
		return 0;
	err = lock_when(file, false);
	if (err)
		return err;
	err = kfifo_to_user(&queue, to, size, &copied);
	mutex_unlock(&lock);
	wake_up_interruptible(&writers);
	return err ?: copied;
}

/* A short write is allowed: the caller gets the number of bytes and writes the rest again. */
static ssize_t km_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	unsigned int copied;
	int err;

	if (!size)
		return 0;
	err = lock_when(file, true);
	if (err)
		return err;
	err = kfifo_from_user(&queue, from, size, &copied);
	if (!err)
		passed += copied;
	mutex_unlock(&lock);
	wake_up_interruptible(&readers);
	return err ?: copied;
}

/* Does not block: registers the wait queues and returns the current state. */
static __poll_t km_poll(struct file *file, poll_table *table)
{
	__poll_t ready = 0;

	poll_wait(file, &readers, table);
	poll_wait(file, &writers, table);
	if (!kfifo_is_empty(&queue))
		ready |= EPOLLIN | EPOLLRDNORM;
	if (!kfifo_is_full(&queue))
		ready |= EPOLLOUT | EPOLLWRNORM;
	return ready;
}

static long km_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct km_chardev_status status = { .size = SIZE };

	switch (command) {
	case KM_CHARDEV_STATUS:
		mutex_lock(&lock);
		status.used = kfifo_len(&queue);
		status.passed = passed;
		mutex_unlock(&lock);
		return copy_to_user((void __user *)argument, &status, sizeof(status)) ? -EFAULT : 0;
	case KM_CHARDEV_CLEAR:
		mutex_lock(&lock);
		kfifo_reset(&queue);
		mutex_unlock(&lock);
		wake_up_interruptible(&writers);
		return 0;
	default:
		return -ENOTTY;
	}
}

/* .owner: the module cannot be unloaded while the device is open. */
static const struct file_operations km_fops = {
	.owner = THIS_MODULE,
	.read = km_read,
	.write = km_write,
	.poll = km_poll,
	.unlocked_ioctl = km_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &km_fops,
	.mode = 0600,
};

/* Processes can open the device as soon as it is registered: register it last. */
module_misc_device(device);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("A character device with read, write, poll and ioctl");
