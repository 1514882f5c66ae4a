/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of the last change of configuration files: what they held before, and what they hold since,
 * so that `config undo` takes it back and refuses when somebody else changed them meanwhile. A backup is
 * written likewise: BEFORE is what a file held, NULL for a mask; there is no AFTER and no directory. Pure:
 * bytes to rows and back.
 */
#ifndef KMT_SOURCE_UNDO_H
#define KMT_SOURCE_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

/* One file. A state without bytes is NULL: there was no file. */
struct kmt_undo_file {
	const char *path;	/* absolute below the root */
	const char *before;	/* what it held before the change, BEFORE_N bytes */
	size_t before_n;
	const char *after;	/* what the change made of it, AFTER_N bytes */
	size_t after_n;
};

struct kmt_undo {
	KMT_VEC(struct kmt_undo_file) files;
	struct kmt_strv dirs;	/* that were created, the topmost first */
};

/* Appends a complete record. */
void kmt_undo_write(const struct kmt_undo *undo, struct kmt_strbuf *out);
/* -EBADMSG for anything but a record. Rows live in ARENA. */
int kmt_undo_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_undo *out);
/* The same for a backup. */
void kmt_undo_write_backup(const struct kmt_undo *files, struct kmt_strbuf *out);
int kmt_undo_parse_backup(const char *text, size_t n, struct kmt_arena *arena, struct kmt_undo *out);
void kmt_undo_free(struct kmt_undo *undo);

#endif
