/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line that is typed: what each key does to it. Pure. */
#ifndef KMT_TUI_LINE_H
#define KMT_TUI_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define KMT_LINE_MAX 256

struct kmt_line {
	char text[KMT_LINE_MAX]; /* UTF-8 */
	size_t len, cursor;	 /* bytes; the cursor is never inside of a character */
};

void kmt_line_set(struct kmt_line *line, const char *text);
/* Every character is text; the rest moves and deletes. False: the key is none of a line's. */
bool kmt_line_key(struct kmt_line *line, int key);

#endif
