/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices a person means: by the words that other tools have for them (a node, the name of a device
 * in any class, a mount point, a place on a bus, vendor and product, a directory of sysfs), or by the
 * module that drives them. Reads sysfs below the root.
 */
#ifndef KMT_MODEL_DEVSELECT_H
#define KMT_MODEL_DEVSELECT_H

#include <stdbool.h>
#include <kmt/model/devices.h>
#include <kmt/sys/root.h>

/* What a name selects. */
struct kmt_devselected {
	bool *wanted;	/* the caller's, one for each row: those that are meant are set */
	bool is_module; /* there is a module of that name, too ... */
	/* ... and it was meant: how many rows it drives, and how many it matches, these among them. */
	size_t driven, matching;
};

/*
 * Selects the rows of DEVICES that NAME means and all that they hang on (disk, controller, bus): any of
 * them may lack its driver. One without a row of its own, as a USB device is, means what is in it. What is
 * no device is taken for a module: then it is what that drives, or could drive; with MODULES that is meant
 * in any case. NOT_FOUND with near names; SNAP needs LOADED and, where it is there, TREE.
 */
int kmt_devselect(const struct kmt_snapshot *snap, const struct kmt_devices *devices, const char *name,
	bool modules, struct kmt_devselected *how, struct kmt_err *err);

/* The one device on a bus that NAME means: of what has no driver of its own (a disk, an interface), the
 * nearest that it hangs on. NULL with ERR: NOT_FOUND, or USAGE if there are several. */
const struct kmt_device *kmt_devselect_one(const struct kmt_root *root, const struct kmt_devices *devices,
	const char *name, struct kmt_err *err);

#endif
