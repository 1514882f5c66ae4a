/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a device to the modules that drive it: its own driver and those of everything that it hangs on
 * (disk, controller, bus). Reads sysfs below the root, writes nothing.
 */
#ifndef KMT_MODEL_DEVCHAIN_H
#define KMT_MODEL_DEVCHAIN_H

#include <stdbool.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/root.h>

/* The real directory of a symbolic link in sysfs ("/sys/dev/block/8:0" -> "/sys/devices/..."). */
int kmt_devchain_resolve(const struct kmt_root *root, const char *link, struct kmt_strbuf *out);

/* Whether MODULE (normal form) drives the device at the sysfs directory PATH, or one above it. */
bool kmt_devchain_has(const struct kmt_root *root, const char *path, const char *module);

/* Whether MODULE is the first driver that is met on the way: the one that works with the device itself. */
bool kmt_devchain_nearest(const struct kmt_root *root, const char *path, const char *module);

/* kmt_devchain_has() for a block device, and for all that it is made of (slaves of dm and md). */
bool kmt_devchain_block_has(const struct kmt_root *root, const char *path, const char *module);

/* The same for a network interface, and for the ones below it (bond, bridge, vlan). */
bool kmt_devchain_net_has(const struct kmt_root *root, const char *ifname, const char *module);

/* The value of KEY in the device's uevent file, appended to OUT; -ENOENT if it is not there. */
int kmt_devchain_uevent(
	const struct kmt_root *root, const char *path, const char *key, struct kmt_strbuf *out);

#endif
