/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices of a machine, each with the driver that has it and the modules that claim it: those that the
 * kernel would have modprobe load when the device appears, and what keeps them from being loaded. Reads below
 * the root what devices say of themselves and how they are called, changes nothing.
 */
#ifndef KMT_MODEL_DEVICES_H
#define KMT_MODEL_DEVICES_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/model/lookup.h>
#include <kmt/model/obstacle.h>
#include <kmt/model/snapshot.h>
#include <kmt/source/modalias.h>

/* In the order of the rows: what could be driven and is not comes first. */
enum kmt_device_state {
	KMT_DEVICE_LOADABLE, /* no driver; a module that claims it could be loaded, and is not */
	KMT_DEVICE_BLOCKED,  /* no driver; what claims it is kept from being loaded */
	KMT_DEVICE_UNBOUND,  /* no driver, though a module that claims it is loaded, or built in */
	KMT_DEVICE_UNKNOWN,  /* no driver; what claims it cannot be told */
	KMT_DEVICE_NONE,     /* no driver, and nothing claims it */
	KMT_DEVICE_SERVED,   /* of a class, where nothing is bound: a module that claims it is loaded */
	KMT_DEVICE_BOUND,    /* a driver has it */
	KMT_DEVICE_STATE_COUNT,
};

/* A module that answers to the device's modalias. */
struct kmt_device_candidate {
	const char *name;    /* normal form */
	const char *pattern; /* the alias that matched; NULL if the modalias is its name */
	const char *source;  /* the index, or FILE:LINE of an alias line */
	bool loaded, builtin;
	struct kmt_obstacle obstacle;
};

struct kmt_device {
	const char *bus;   /* or class: "pci", "input" */
	const char *name;  /* there: "0000:00:1f.3" */
	const char *path;  /* "/sys/bus/pci/devices/0000:00:1f.3" */
	const char *what;  /* in words; NULL: nothing tells */
	const char *id; /* "8086:10d3", of a PCI or USB device; NULL else */
	const char *vendor, *model; /* in the lists of hwdata; NULL: they have no name */
	bool on_bus, by_node; /* see struct kmt_modalias */
	const char *driver;   /* NULL: none */
	const char *module;   /* of the driver, normal form; NULL: none is known, so it is built in */
	enum kmt_device_state state;
	bool unsure; /* the module tree is missing or damaged: others may claim it */
	struct kmt_strv modaliases; /* as they are written; one at least */
	KMT_VEC(struct kmt_device_candidate) candidates; /* in the order in which modprobe would try them */
	/* Names of them: what would be loaded or is there, and the rest. */
	struct kmt_strv open, blocked;
	struct kmt_strv firmware; /* files that its driver asked for, and that are missing */
};

struct kmt_devices {
	KMT_VEC(struct kmt_device *) rows; /* by state, bus and name; classes behind buses */
	struct kmt_arena arena;
};

/*
 * Joins what kmt_modaliases_read() found with SNAP (LOADED, TREE, CONFIG; the tree may be missing: then only
 * alias lines tell candidates). FROM and SNAP must outlive OUT. FAILED for a damaged index: the rows are
 * there anyway, with less candidates or none. To be freed in either case.
 */
int kmt_devices_find(const struct kmt_snapshot *snap, const struct kmt_modaliases *from,
	struct kmt_devices *out, struct kmt_err *err);
void kmt_devices_free(struct kmt_devices *devices);

/* Whether it is of the system rather than hardware that a person can do something about: what firmware
 * describes, bridges, classes that are served. Never one that a module could be loaded for. */
bool kmt_device_is_system(const struct kmt_device *device);

/* The module that the device leads to: that of its driver, else the first candidate that could be loaded,
 * else the first one; NULL if there is none. */
const char *kmt_device_module(const struct kmt_device *device);

#endif
