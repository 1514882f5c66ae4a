/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of vendors and devices in the lists of hwdata, pci.ids and usb.ids (pci-ids.ucw.cz,
 * linux-usb.org):
 *	8086  Intel Corporation
 *		10d3  82574L Gigabit Network Connection
 * The lists are long, and the names of few devices are needed: only what is asked for is kept. Reads below
 * the root.
 */
#ifndef KMT_SOURCE_HWDATA_H
#define KMT_SOURCE_HWDATA_H

#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/source/modalias.h>
#include <kmt/sys/root.h>

/* Of a device. NULL: the list has no name, there is no list, or the device is on another bus. */
struct kmt_hwdata_name {
	uint32_t id; /* vendor and device, 16 bits each */
	const char *vendor, *device;
};

struct kmt_hwdata_names {
	KMT_VEC(struct kmt_hwdata_name) rows;
};

/* The names of DEVICES, one for each row of it; they live in ARENA. */
const struct kmt_hwdata_name *kmt_hwdata_read(
	const struct kmt_root *root, const struct kmt_modaliases *devices, struct kmt_arena *arena);

/* Fills the names of ROWS, sorted by ID, from the text of a list. Pure. Strings live in ARENA. */
void kmt_hwdata_parse(
	const char *text, size_t n, struct kmt_hwdata_names *names, struct kmt_arena *arena);

#endif
