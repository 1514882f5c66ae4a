/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a fact comes from. Every row that a source produces carries one. */
#ifndef KMT_BASE_ORIGIN_H
#define KMT_BASE_ORIGIN_H

/*
 * FILE is the path as a person would type it (below --root without the root), and is owned by the
 * same arena as the row. LINE counts from 1; 0 means that the file has no lines (the kernel command
 * line, a binary). A row without any origin has file == NULL: the user asked for it.
 */
struct kmt_origin {
	const char *file;
	unsigned int line;
};

struct kmt_arena;

/* "FILE:LINE", or FILE if LINE is 0; NULL if there is no origin. Lives in ARENA. */
const char *kmt_origin_text(const struct kmt_origin *origin, struct kmt_arena *arena);

#endif
