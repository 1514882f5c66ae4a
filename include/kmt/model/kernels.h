/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which kernels are installed: module trees, and boot images by the names that distributions give them. Reads
 * names below the root, opens no module.
 */
#ifndef KMT_MODEL_KERNELS_H
#define KMT_MODEL_KERNELS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

struct kmt_installed {
	const char *version;
	bool running, has_tree;
	const char *image, *initrd; /* NULL: none was found */
};

struct kmt_kernels {
	const struct kmt_root *root;
	KMT_VEC(struct kmt_installed *) rows; /* the newest version first */
	struct kmt_arena arena;
};

/* RUNNING: the release of the running kernel, "" if none runs. It is a row even if nothing of it is there. */
void kmt_kernels_find(struct kmt_kernels *k, const struct kmt_root *root, const char *running);
void kmt_kernels_free(struct kmt_kernels *k);

#endif
