/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device nodes that belong to a module. */
#ifndef KMT_MODEL_NODES_H
#define KMT_MODEL_NODES_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

struct kmt_node {
	bool block;
	unsigned int major, minor;
	const char *name;  /* below /dev: "snd/controlC0" */
	const char *sysfs; /* directory of the device */
	bool own;	   /* the module works with it itself, rather than with what it hangs on */
};

struct kmt_nodes {
	KMT_VEC(struct kmt_node) rows;
};

/* Strings live in ARENA. MODULE in normal form. */
void kmt_nodes_find(const struct kmt_root *root, const char *module, struct kmt_arena *arena,
	struct kmt_nodes *out);
void kmt_nodes_free(struct kmt_nodes *nodes);

#endif
