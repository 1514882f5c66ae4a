/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in use as a filesystem and as swap: /proc/self/mountinfo and /proc/swaps (proc(5)); and what is to
 * be at boot: /etc/fstab (fstab(5)). Pure: text in, rows out. */
#ifndef KMT_SOURCE_MOUNTINFO_H
#define KMT_SOURCE_MOUNTINFO_H

#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>

struct kmt_mount {
	unsigned int major, minor; /* of the superblock: mounts of the same one have the same */
	const char *point;	   /* where, escapes decoded */
	const char *type;	   /* "ext4"; "fuse.sshfs" as it stands */
	const char *source;	   /* "/dev/sda1", or whatever the filesystem calls it */
	const char *options;	   /* of the superblock: "rw,codepage=437" */
};

struct kmt_mountinfo {
	KMT_VEC(struct kmt_mount) rows; /* in the kernel's order: later ones lie over earlier ones */
};

/* Strings live in ARENA. A line that is not understood is left out. */
void kmt_mountinfo_parse(
	const char *text, size_t n, struct kmt_arena *arena, struct kmt_mountinfo *out);
void kmt_mountinfo_free(struct kmt_mountinfo *m);

struct kmt_fstab_line {
	unsigned int line;
	const char *source; /* "/dev/sda1", "UUID=..." */
	const char *point;  /* "none" of swap */
	const char *type;   /* "ext4", "swap", "ext4,xfs", "auto" */
	const char *options;
};

struct kmt_fstab {
	KMT_VEC(struct kmt_fstab_line) rows;
};

/* The lines that are mounted at boot: those with "noauto" are left out. Words end at blanks and tabs, and a
 * carriage return before a newline is none of them, as in libmount. Strings live in ARENA. */
void kmt_fstab_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_fstab *out);

/* Appends the paths that /proc/swaps lists, of devices and files. They live in ARENA. */
void kmt_swaps_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_strv *out);

#endif
