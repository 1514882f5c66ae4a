/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A part of a text, by start and length: for parsers that take a text apart without changing it. */
#ifndef KMT_BASE_SLICE_H
#define KMT_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct kmt_slice {
	const char *s;
	size_t n;
};

/* Takes the next line off TEXT; LINE is without its newline. False at the end. */
bool kmt_slice_line(struct kmt_slice *text, struct kmt_slice *line);
/* Takes the next word, between blanks and tabs, off TEXT; empty at the end. */
struct kmt_slice kmt_slice_word(struct kmt_slice *text);
bool kmt_slice_is(struct kmt_slice s, const char *text);
/* Takes PREFIX off S, if S begins with it. */
bool kmt_slice_skip(struct kmt_slice *s, const char *prefix);

#endif
