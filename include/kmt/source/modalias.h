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
	const char *modalias; /* normal form */
	const char *driver;   /* that it is bound to; NULL: none */
	const char *module;   /* of the driver, as sysfs spells it; NULL: none, or it is built in */
};

struct kmt_modaliases {
	KMT_VEC(struct kmt_modalias) rows; /* by bus and name, classes behind buses */
	struct kmt_arena arena;
};

/* -ENOENT if nothing tells of devices. One that goes away meanwhile is left out. */
int kmt_modaliases_read(const struct kmt_root *root, struct kmt_modaliases *out);
void kmt_modaliases_free(struct kmt_modaliases *m);

/* Whether PATTERN, an alias in normal form, stands for MODALIAS. */
bool kmt_modalias_matches(const char *pattern, const char *modalias);

#endif
