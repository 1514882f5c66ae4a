/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a new module, in pieces. In a piece @F is the module's name as the user wrote it, @S the
 * same as part of a C name, @M the same in capitals, @A its author, @@ an at sign.
 */
#ifndef KMT_OUT_SKELETON_TEXT_H
#define KMT_OUT_SKELETON_TEXT_H

/* Taken if all of WITH and none of WITHOUT were asked for. */
struct kmt_piece {
	unsigned int with, without;
	const char *text;
};

struct kmt_template {
	const char *name;
	unsigned int with;
	const struct kmt_piece *pieces; /* the last has no text */
};

extern const struct kmt_template kmt_templates[]; /* the last has no name */

#endif
