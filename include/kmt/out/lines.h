/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text as lines of coloured pieces: what a terminal prints and the browser shows of the same thing. Pure. */
#ifndef KMT_OUT_LINES_H
#define KMT_OUT_LINES_H

#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/out/text.h>

struct kmt_lines_piece {
	enum kmt_hue hue;
	const char *text; /* escaped as for a terminal, unless whoever added it wanted the bytes */
};

/* All zero is valid and empty. */
struct kmt_lines {
	KMT_VEC(struct kmt_lines_piece) pieces;
	KMT_VEC(size_t) starts; /* of each line, in pieces */
	struct kmt_arena arena;
};

void kmt_lines_free(struct kmt_lines *l);
void kmt_lines_start(struct kmt_lines *l); /* another line */
/* Add to the last line: TEXT escaped; N bytes as they are; and what FMT makes, as it is. */
void kmt_lines_add(struct kmt_lines *l, enum kmt_hue hue, const char *text);
void kmt_lines_add_bytes(struct kmt_lines *l, enum kmt_hue hue, const char *bytes, size_t n);
void kmt_lines_addf(struct kmt_lines *l, enum kmt_hue hue, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The pieces of line I: *N of them. */
const struct kmt_lines_piece *kmt_lines_at(const struct kmt_lines *l, size_t i, size_t *n);
/* Appends all lines; STYLE NULL: without colours. */
void kmt_lines_text(const struct kmt_lines *l, const struct kmt_style *style, struct kmt_strbuf *out);

#endif
