/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wording and layout that all output shares: escaped text, sizes, wrapped paragraphs, whether there is a
 * terminal and whether it gets colours. Prints to the stream it is given; never to stderr by itself.
 */
#ifndef KMT_OUT_TEXT_H
#define KMT_OUT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <kmt/base/strbuf.h>

/* How output looks. main.c fills it once from the options and the terminal. */
struct kmt_style {
	bool erases;	    /* a terminal that can go back and erase a line: neither TERM=dumb nor a serial log */
	bool terminal;	    /* stdout is one: laid out for its width, human sizes, line drawing */
	bool color;
	bool unicode;	    /* a terminal that shows UTF-8, and no --ascii */
	unsigned int width; /* columns of the terminal; 0 without one */
};

enum kmt_color { KMT_COLOR_AUTO, KMT_COLOR_ALWAYS, KMT_COLOR_NEVER };

/* Looks at OUT and the environment: NO_COLOR (not empty), TERM=dumb, the terminal's size. */
void kmt_style_detect(struct kmt_style *style, FILE *out, enum kmt_color mode, bool ascii);

/* How wide to wrap prose: the terminal, but no wider than reads well. */
unsigned int kmt_style_text_width(const struct kmt_style *style);

/* SGR sequences; "" without colours and for NONE. Use them as printf arguments: on, text, off. */
enum kmt_hue {
	KMT_HUE_NONE,
	KMT_HUE_BOLD,
	KMT_HUE_DIM,
	KMT_HUE_GOOD,
	KMT_HUE_WARN,
	KMT_HUE_BAD,
	KMT_HUE_COUNT,
};
const char *kmt_hue_on(const struct kmt_style *style, enum kmt_hue hue);
const char *kmt_hue_off(const struct kmt_style *style);

/* Prints text of unknown origin with control characters and invalid bytes escaped. */
void kmt_put_text(FILE *out, const char *s);

/* Adds "AA:BB:..." of N bytes, with LINE_BREAK after every PER_LINE of them. */
void kmt_text_hex(
	struct kmt_strbuf *out, const unsigned char *p, size_t n, size_t per_line, const char *line_break);

/* "512", "16K", "1.2M": at most 5 characters, powers of 1024, rounded up as ls(1) does. */
#define KMT_SIZE_TEXT 16
void kmt_size_text(uint64_t bytes, char out[KMT_SIZE_TEXT]);

/* How many columns of a terminal escaped text takes, by the locale's character set. */
size_t kmt_text_columns(const char *s);

/* Adds TEXT (escaped) in lines of at most WIDTH columns: broken at blanks, behind commas and slashes, or
 * anywhere if there is none of them. */
void kmt_text_wrap(const char *text, size_t width, struct kmt_strbuf *out);

/* Prints words of TEXT from column AT on, broken before WIDTH, further lines indented by INDENT, and a
 * final newline. A word longer than a line is not broken. */
void kmt_put_wrapped(FILE *out, unsigned int at, unsigned int indent, unsigned int width, const char *text);

#endif
