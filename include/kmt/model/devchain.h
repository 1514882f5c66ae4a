/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a device to the modules that drive it: its own driver and those of everything that it hangs on
 * (disk, controller, bus). Reads sysfs below the root, writes nothing.
 */
#ifndef KMT_MODEL_DEVCHAIN_H
#define KMT_MODEL_DEVCHAIN_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

/* The real directory of a symbolic link in sysfs ("/sys/dev/block/8:0" -> "/sys/devices/..."). */
int kmt_devchain_resolve(const struct kmt_root *root, const char *link, struct kmt_strbuf *out);

/* Appends the modules that drive the device at the sysfs directory PATH and those above it. The nearest comes
 * first: that one works with the device itself. Strings live in ARENA. */
void kmt_devchain_drivers(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out);

/* Appends the directory of the block device at PATH and those of all that it is made of: slaves of dm and md,
 * and the controllers of an NVMe disk that has several. */
void kmt_devchain_block_dirs(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out);

/* The same for a network interface, and for the ones below it (bond, bridge, vlan). */
void kmt_devchain_net_dirs(
	const struct kmt_root *root, const char *ifname, struct kmt_arena *arena, struct kmt_strv *out);

/* The modules of all that a block device is made of. */
void kmt_devchain_block_drivers(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out);

/* The same for a network interface. */
void kmt_devchain_net_drivers(
	const struct kmt_root *root, const char *ifname, struct kmt_arena *arena, struct kmt_strv *out);

/* Whether MODULE is one of them, in any spelling. */
bool kmt_devchain_has(const struct kmt_strv *drivers, const char *module);

/* The value of KEY in the device's uevent file, appended to OUT; -ENOENT if it is not there. */
int kmt_devchain_uevent(
	const struct kmt_root *root, const char *path, const char *key, struct kmt_strbuf *out);

#endif
