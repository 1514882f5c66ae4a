/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which modules a disk, an image, a mount point or a filesystem needs in one kernel, each with its reason.
 *
 * A *place* is what needs something: the target, a partition in it, a device that it is made of. At a place
 * *requests* are made as the kernel or a setup tool would make them ("fs-ext4", "dm-crypt", "crypto-xts",
 * a modalias); what answers in the index of the kernel, and all that those modules depend on, are the *needs*
 * of the place. Reads the target, and what is below the root; writes nothing.
 */
#ifndef KMT_MODEL_NEEDS_H
#define KMT_MODEL_NEEDS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/map.h>
#include <kmt/base/vec.h>
#include <kmt/model/graph.h>
#include <kmt/model/initramfs_diff.h>
#include <kmt/model/snapshot.h>
#include <kmt/source/disk.h>

enum kmt_need_kind {
	KMT_NEED_FS,	   /* filesystems, and the transport of network filesystems */
	KMT_NEED_STORAGE,  /* drivers of the disk, device-mapper, RAID */
	KMT_NEED_CRYPTO,   /* ciphers and checksums */
	KMT_NEED_NLS,	   /* character sets */
	KMT_NEED_FIRMWARE, /* files that drivers ask for: no modules */
	KMT_NEED_KINDS,
};
#define KMT_NEEDS_ALL ((1u << KMT_NEED_KINDS) - 1)

struct kmt_need {
	enum kmt_need_kind kind;
	const char *request; /* what is asked for; NULL of a hard dependency */
	const char *module;  /* normal form; NULL: nothing in this kernel answers the request */
	const struct kmt_module *found; /* NULL: missing, or built in under a name that no index has */
	bool builtin;
	bool optional; /* it works without it: one that may be asked for, or is assumed */
	bool again;    /* the same is at an earlier place, with its dependencies */
	bool lacking;  /* after kmt_needs_compare(): the image does not have it, and would need it */
	const char *why; /* "its filesystem is ext4", "hard dependency of ext4" */
	const struct kmt_need *via; /* the module that brings it; NULL: the place does */
	enum kmt_edge_kind edge;    /* with VIA */
};

/* What became of a target, in the order of their weight. */
enum kmt_needs_outcome {
	KMT_NEEDS_FOUND,
	KMT_NEEDS_UNRECOGNISED, /* nothing on it is recognised */
	KMT_NEEDS_UNCLEAR,	/* there is no such thing, or it has two signatures */
	KMT_NEEDS_DENIED,	/* it may not be read: what is told without reading it is there */
};

struct kmt_needs_place {
	const struct kmt_needs_place *above; /* NULL: a target */
	size_t index;
	const char *name;   /* "disk.img", "p2", "sda" */
	const char *pttype; /* NULL: none */
	const struct kmt_disk_part *part; /* of a partition in a disk or image that was probed; NULL else */
	const struct kmt_disk_content *content; /* NULL: not probed */
	const char *fstype; /* by the superblock, or where that cannot be read by udev or the kernel; NULL: none */
	const char *what;   /* in words: "ext4 1.0, 20M" */
	enum kmt_needs_outcome outcome;
	const char *backing; /* the file behind a loop device; NULL: it is none */
	const char *problem; /* why OUTCOME; NULL if it is FOUND */
	const char *hint;    /* what can be done; NULL */
	KMT_VEC(struct kmt_need *) needs; /* each behind the one that brings it */
};

struct kmt_needs_firmware {
	const char *module;
	const char *file; /* "iwlwifi-1.ucode", below the firmware directories */
	bool missing;
};

struct kmt_needs {
	KMT_VEC(struct kmt_needs_place *) places; /* each behind the one above it */
	KMT_VEC(struct kmt_need *) modules; /* that are in the kernel, each once, in loading order */
	KMT_VEC(struct kmt_need *) missing; /* that are not, each request once; no optional ones */
	KMT_VEC(struct kmt_needs_firmware) firmware;
	struct kmt_strv notes;
	size_t lacking; /* modules that are not in the image that they were compared with */

	const struct kmt_snapshot *snap;
	unsigned int with;	   /* bits 1 << kmt_need_kind */
	const char *mount_options; /* NULL: those of the mount table and fstab */
	struct kmt_needs_state *state; /* private: what was read already */
	struct kmt_arena arena;
};

/* SNAP needs TREE and CONFIG, and must outlive OUT. */
void kmt_needs_init(struct kmt_needs *out, const struct kmt_snapshot *snap);
void kmt_needs_free(struct kmt_needs *needs);

/*
 * Adds what TARGET needs: an image file or block device of this machine, UUID=X and its like, a mount point
 * or directory below the root, "swap", or fs:TYPE. Whatever comes of it is in the outcome of its place; an
 * error is FAILED: a damaged index, no libblkid.
 */
int kmt_needs_add(struct kmt_needs *needs, const char *target, struct kmt_err *err);
/* The same for what is mounted at boot: /, /usr, /boot, the EFI system partition, swap. NOT_FOUND if nothing
 * tells of any. ROOT_ONLY: only /, and only what an initramfs has to have. */
int kmt_needs_add_boot(struct kmt_needs *needs, bool root_only, struct kmt_err *err);

/* Fills FIRMWARE by what the drivers among the modules declare. Reads their files. */
void kmt_needs_find_firmware(struct kmt_needs *needs);

/* Marks the needs that an initramfs image lacks: IN_IMAGE has the names of its modules as keys. */
void kmt_needs_compare(struct kmt_needs *needs, const struct kmt_map *in_image);
/* Reads the names of the modules of kernel VERSION in the image that FD is open for. They live in ARENA. */
int kmt_needs_read_image(int fd, const char *version, struct kmt_arena *arena, struct kmt_map *names,
	struct kmt_err *err);

/*
 * What the root filesystem needs, against the image that DIFF has read: then OUT->lacking tells how many
 * modules the next boot will not find. Nothing if that cannot be told: no module tree, no image with modules,
 * no root. OUT is to be freed in any case.
 */
void kmt_needs_of_root(
	const struct kmt_snapshot *snap, const struct kmt_initramfs_diff *diff, struct kmt_needs *out);
/* "ahci (drives pci 0000:00:17.0) and 2 more", of those that the image lacks. It lives in ARENA. */
const char *kmt_needs_lacking_text(const struct kmt_needs *needs, struct kmt_arena *arena);

/* The heaviest outcome of all places. */
enum kmt_needs_outcome kmt_needs_outcome(const struct kmt_needs *needs);
const char *kmt_need_kind_name(enum kmt_need_kind kind); /* "fs", "storage" ... */

#endif
