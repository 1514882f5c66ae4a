/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where udev rules (udev(7)) and systemd units (systemd.unit(5)) name a module. A text search: it does not
 * know whether a rule matches or a unit is started. Comments and descriptions are no mention.
 */
#ifndef KMT_SOURCE_MENTIONS_H
#define KMT_SOURCE_MENTIONS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

enum kmt_mentions_kind {
	KMT_MENTIONS_UDEV,
	KMT_MENTIONS_UNITS, /* and their drop-ins */
};

struct kmt_mention {
	const char *text; /* the line without the blanks around it, cut if it is long */
	struct kmt_origin origin;
	bool loads; /* it has a word of what loads modules: modprobe, kmod, insmod */
};

struct kmt_mentions {
	KMT_VEC(struct kmt_mention) rows; /* by directory and file name */
};

/* Appends the lines of one file that have NAME (normal form) as a word; '-' and '_' are the same. Texts are
 * put in ARENA; FILE is the caller's, and lives as long. Pure. */
void kmt_mentions_parse(const char *file, const char *text, size_t n, const char *name,
	struct kmt_arena *arena, struct kmt_mentions *out);
/* Appends those of all files of one kind. What cannot be read is left out. */
void kmt_mentions_read(const struct kmt_root *root, enum kmt_mentions_kind kind, const char *name,
	struct kmt_arena *arena, struct kmt_mentions *out);

#endif
