/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices that are there and say what drives them: the "modalias" attribute of sysfs, which the kernel
 * asks for as soon as a device appears, and the driver that has got it. Reads below the root.
 */
#ifndef KMT_SOURCE_MODALIAS_H
#define KMT_SOURCE_MODALIAS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

struct kmt_modalias {
	const char *device;   /* "pci 0000:00:1f.3": its bus or class, and its name there */
	const char *kind, *name; /* the two, each by itself */
	const char *path;     /* "/sys/bus/pci/devices/0000:00:1f.3": mostly a link */
	bool on_bus;	      /* only there devices get a driver; else KIND is a class, or "system" */
	const char *text;     /* the modalias as it is written */
	const char *modalias; /* normal form */
	const char *driver;   /* that it is bound to; NULL: none */
	const char *module;   /* of the driver, as sysfs spells it; NULL: none, or it is built in */
	bool by_node;	      /* what ACPI describes is another device: that one is bound to DRIVER */
};

struct kmt_modaliases {
	KMT_VEC(struct kmt_modalias) rows; /* by bus and name, classes behind buses */
	struct kmt_arena arena;
};

/* -ENOENT if nothing tells of devices. One that goes away meanwhile is left out, and so is one whose modalias
 * is longer than the kernel can make it. A device with several has a row for each, one after the other. */
int kmt_modaliases_read(const struct kmt_root *root, struct kmt_modaliases *out);
void kmt_modaliases_free(struct kmt_modaliases *m);

/* Whether PATTERN, an alias in normal form, stands for MODALIAS. */
bool kmt_modalias_matches(const char *pattern, const char *modalias);

#endif
