/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of vendors and devices in the lists of hwdata, pci.ids and usb.ids (pci-ids.ucw.cz, linux-usb.org):
 *	8086  Intel Corporation
 *		10d3  82574L Gigabit Network Connection
 * The lists are long, and the names of few devices are needed: devices are asked for first, then the lists are
 * read once, and only what was asked for is kept. Reads below the root.
 */
#ifndef KMT_SOURCE_HWDATA_H
#define KMT_SOURCE_HWDATA_H

#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

enum kmt_hwdata_list { KMT_HWDATA_PCI, KMT_HWDATA_USB, KMT_HWDATA_COUNT };

/* A device that was asked for. NULL: the list has no name, or there is no list. */
struct kmt_hwdata_name {
	uint32_t id; /* vendor and device, 16 bits each */
	const char *vendor, *device;
};

struct kmt_hwdata_names {
	KMT_VEC(struct kmt_hwdata_name) rows;
};

/* All zero is valid and empty. */
struct kmt_hwdata {
	struct kmt_hwdata_names lists[KMT_HWDATA_COUNT];
	struct kmt_arena arena;
};

/* Asks for the device of MODALIAS; one of another bus has no name. */
void kmt_hwdata_ask(struct kmt_hwdata *h, const char *modalias);
/* Reads the lists that have to be read, once all devices were asked for. */
void kmt_hwdata_read(const struct kmt_root *root, struct kmt_hwdata *h);
/* What was found of it; NULL if it was not asked for. */
const struct kmt_hwdata_name *kmt_hwdata_find(const struct kmt_hwdata *h, const char *modalias);
void kmt_hwdata_free(struct kmt_hwdata *h);

/* Fills the names of ROWS, sorted by ID, from the text of a list. Pure. Strings live in ARENA. */
void kmt_hwdata_parse(
	const char *text, size_t n, struct kmt_hwdata_names *names, struct kmt_arena *arena);

#endif
