/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What modules registered with the kernel, and how much of it is in use: /proc/crypto (crypto/proc.c),
 * /proc/net/protocols (net/core/sock.c), /proc/filesystems (proc(5)). Pure: text in, rows out.
 */
#ifndef KMT_SOURCE_PROCUSE_H
#define KMT_SOURCE_PROCUSE_H

#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>

enum kmt_procuse_kind {
	KMT_PROCUSE_CRYPTO,
	KMT_PROCUSE_PROTOCOLS,
	KMT_PROCUSE_FILESYSTEMS,
};

struct kmt_procuse {
	const char *name;   /* "crc32c", "ALG" */
	const char *module; /* as the kernel spells it; NULL of a file system: it is not told */
	uint64_t uses;	    /* of an algorithm: its refcount without the one of its registration; sockets */
};

struct kmt_procuses {
	KMT_VEC(struct kmt_procuse) rows;
};

/* Appends the rows of one file. Strings live in ARENA. A line that is not understood is left out. */
void kmt_procuse_parse(enum kmt_procuse_kind kind, const char *text, size_t n, struct kmt_arena *arena,
	struct kmt_procuses *out);

#endif
