/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is on a disk, a partition or a raw image, as libblkid recognises it: the partition table, and the
 * superblock of the whole and of each partition. Only a descriptor that is open for reading is used, never
 * libblkid's cache, and nothing is ever written. The bytes are hostile.
 */
#ifndef KMT_SOURCE_DISK_H
#define KMT_SOURCE_DISK_H

#include <stdbool.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>

/* The kernel makes no more partitions of a disk than this (DISK_MAX_PARTS). */
#define KMT_DISK_PARTS_MAX 256

/* The contents of SIZE bytes at AT. Names are libblkid's, see blkid(8). NULL: it does not tell. */
struct kmt_disk_content {
	uint64_t at, size;
	const char *type;  /* "ext4", "crypto_LUKS"; NULL: nothing is recognised, or too much */
	const char *usage; /* "filesystem", "raid", "crypto", "other" */
	const char *version, *uuid, *label;
	struct kmt_strv found; /* more than one signature, and no way to tell which counts; else empty */
};

struct kmt_disk_part {
	unsigned int number;
	const char *type; /* a GUID, or "0x83"; NULL: not said */
	const char *what; /* the type in words: "EFI System"; NULL: not a common one */
	const char *name, *uuid;
	struct kmt_disk_content content;
};

struct kmt_disk {
	struct kmt_disk_content content; /* of the whole */
	const char *pttype; /* "gpt", "dos"; NULL: no partition table */
	bool damaged;	    /* there should be a GPT, and is none that is valid */
	KMT_VEC(struct kmt_disk_part) parts; /* those that hold something: no extended partition */
	size_t n_entries; /* of the table; those after the first KMT_DISK_PARTS_MAX are not in PARTS */
};

/* FD is open for reading. Strings live in ARENA. FAILED if libblkid cannot be opened, or the disk cannot be
 * read. To be freed after success. */
int kmt_disk_probe(int fd, struct kmt_arena *arena, struct kmt_disk *out, struct kmt_err *err);
void kmt_disk_free(struct kmt_disk *disk);

/* The type of a partition in words; NULL if it is not a common one. Pure. */
const char *kmt_disk_part_type(const char *type);

/* The format of an image that is not raw. */
struct kmt_disk_format {
	const char *name;   /* "qcow2", "xz-compressed" */
	const char *packer; /* the program that unpacks it; NULL: a disk of a virtual machine, as QEMU reads it */
};

/* NULL: DATA, the first N bytes of a file, begins none that is known. Pure. */
const struct kmt_disk_format *kmt_disk_format_find(const void *data, size_t n);

#endif
