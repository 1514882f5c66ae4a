/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The metadata of an LVM volume group, which every physical volume has as text: its logical volumes and the
 * types of their segments, which tell the device-mapper targets (lvm2: lib/format_text). The text is that of
 * vgcfgbackup(8).
 */
#ifndef KMT_SOURCE_LVM_H
#define KMT_SOURCE_LVM_H

#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>

/* A metadata text is never larger here. */
#define KMT_LVM_TEXT_MAX ((size_t)8 << 20)

struct kmt_lvm_volume {
	const char *name;
	struct kmt_strv types; /* "striped", "thin-pool", "raid1" ...; each once */
	struct kmt_strv words; /* what its segments name: other logical and physical volumes among them */
};

struct kmt_lvm {
	const char *group; /* its name */
	size_t disks;	   /* physical volumes */
	KMT_VEC(struct kmt_lvm_volume) volumes;
};

/* -EBADMSG for what is no metadata; OUT has what was found, and is to be freed. Strings live in ARENA.
 * Pure. */
int kmt_lvm_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_lvm *out);
/* The same of the physical volume at AT of FD. -errno if it cannot be read; -ENOENT if it has no metadata. */
int kmt_lvm_read(int fd, uint64_t at, struct kmt_arena *arena, struct kmt_lvm *out);
void kmt_lvm_free(struct kmt_lvm *lvm);

/* Appends the types of logical volume NAME and of those that it is made of, or of all volumes if NAME is NULL
 * or there is none of that name. Each once. */
void kmt_lvm_types(const struct kmt_lvm *lvm, const char *name, struct kmt_strv *out);

#endif
