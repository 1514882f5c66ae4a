/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the initramfs image of a kernel says something else than the disk: until the root filesystem is
 * there, its copies of modprobe.d and of the modules count. Contents are compared, not dates: a module
 * that was only stripped or compressed again is the same. Of several files with one path the last
 * counts, as in the kernel. Reads below the root.
 */
#ifndef KMT_MODEL_INITRAMFS_DIFF_H
#define KMT_MODEL_INITRAMFS_DIFF_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/map.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>
#include <kmt/source/initramfs.h>

enum kmt_initramfs_diff_kind {
	KMT_INITRAMFS_DIFF_CONFIG_DIFFERS,
	KMT_INITRAMFS_DIFF_CONFIG_GONE,	  /* only the image has the file */
	KMT_INITRAMFS_DIFF_CONFIG_MISSING, /* only the disk has it, and it is about MODULE, which the image has */
	KMT_INITRAMFS_DIFF_MODULE_DIFFERS,
	KMT_INITRAMFS_DIFF_MODULE_GONE,	  /* only the image has the module */
	KMT_INITRAMFS_DIFF_OLDER,	  /* the image could not be read, and is older than the file */
	KMT_INITRAMFS_DIFF_COUNT,
};

struct kmt_initramfs_diff_row {
	enum kmt_initramfs_diff_kind kind;
	const char *path;   /* of the file, on the disk or (GONE) in the image */
	const char *module; /* NULL if it is about no single one */
};

struct kmt_initramfs_diff {
	const char *image; /* NULL: the kernel has none */
	enum kmt_initramfs_tool tool;
	const char *rebuild; /* the command that rebuilds it */
	struct kmt_err unreadable; /* why the image could not be read; no kind if it was */
	KMT_VEC(struct kmt_initramfs_diff_row) rows;
	struct kmt_map configs; /* path of modprobe.d files in the image, without the /usr of /usr/lib */
	struct kmt_map modules; /* name of a module in the image -> its path there */
	struct kmt_arena arena;
};

/* SNAP needs CONFIG. An image that cannot be read is no error: OUT says why. */
void kmt_initramfs_diff_find(const struct kmt_snapshot *snap, struct kmt_initramfs_diff *out);
/* Whether the image has the configuration file that is at PATH on the disk, with the same content. */
bool kmt_initramfs_diff_has(const struct kmt_initramfs_diff *diff, const char *path);
void kmt_initramfs_diff_free(struct kmt_initramfs_diff *d);

#endif
