/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* The interface between programs and km_chardev. */
#ifndef KM_CHARDEV_H
#define KM_CHARDEV_H

#include <linux/ioctl.h>
#include <linux/types.h>

struct km_chardev_status {
	__u32 used;	/* bytes in the queue */
	__u32 size;	/* size of the queue */
	__u64 passed;	/* bytes written since the module was loaded */
};

/* A request number encodes a type, a number, the direction and the size of the argument. */
#define KM_CHARDEV_STATUS	_IOR('k', 1, struct km_chardev_status)
#define KM_CHARDEV_CLEAR	_IO('k', 2)

#endif
