/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices a person means: by the words that other tools have for them (a node, a network interface, a
 * mount point, a place on a bus, vendor and product, a directory of sysfs). Reads sysfs below the root.
 */
#ifndef KMT_MODEL_DEVSELECT_H
#define KMT_MODEL_DEVSELECT_H

#include <stdbool.h>
#include <kmt/model/devices.h>
#include <kmt/sys/root.h>

/*
 * Sets in WANTED, one entry for each row of DEVICES, those that NAME means and all that they hang on (disk,
 * controller, bus): any of them may lack its driver. One without a row of its own, as a USB device is, means
 * what is in it. Returns how many rows NAME means, also those that were set before; 0: there is no such
 * device, or nothing of it says what drives it.
 */
size_t kmt_devselect(
	const struct kmt_root *root, const struct kmt_devices *devices, const char *name, bool *wanted);

#endif
