/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modprobe.d or modules-load.d file as text that is edited: split into logical lines (a backslash joins
 * the next one) whose bytes are kept as they are, so that an edit changes only the lines it means. Pure:
 * old text in, new text out. Says nothing about what a line means: that is source/modprobed.
 */
#ifndef KMT_SOURCE_CONFTEXT_H
#define KMT_SOURCE_CONFTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

/* One logical line: N bytes at START of the text, with its newline (the last may have none). */
struct kmt_conftext_line {
	size_t start, n;
	unsigned int number; /* of its first physical line, from 1: the line of a kmt_origin */
};

struct kmt_conftext {
	KMT_VEC(struct kmt_conftext_line) lines;
	bool open;	     /* the last line has no end: what is added would become part of it */
	bool open_backslash; /* it ends in a backslash, which would take the next byte */
};

/* All bytes of TEXT are in exactly one line. JOIN: a backslash before a newline joins (modprobe.d; not
 * in modules-load.d). */
void kmt_conftext_split(const char *text, size_t n, bool join, struct kmt_conftext *out);
void kmt_conftext_free(struct kmt_conftext *t);

/* The index of the line that starts at physical line NUMBER, or lines.n. */
size_t kmt_conftext_find(const struct kmt_conftext *t, unsigned int number);

/* The prefix of a line that is commented out, so that it can be told from other comments and
 * put back. Comments of modprobe.d start in the first column and go on over a joined line. */
#define KMT_CONFTEXT_MARK "#kmtool# "
bool kmt_conftext_is_marked(const char *text, const struct kmt_conftext_line *line);

/* Writes TEXT with one change to OUT. Line I must exist. */
void kmt_conftext_replace(const char *text, size_t n, const struct kmt_conftext *t, size_t i,
	const char *line, struct kmt_strbuf *out); /* LINE without newline; NULL: the line goes */
void kmt_conftext_comment_out(const char *text, size_t n, const struct kmt_conftext *t, size_t i,
	struct kmt_strbuf *out);
void kmt_conftext_restore(const char *text, size_t n, const struct kmt_conftext *t, size_t i,
	struct kmt_strbuf *out);
/* Appends TEXT as it has to be written to be read as it is: a backslash is doubled. */
void kmt_conftext_escape(const char *text, struct kmt_strbuf *out);
/* LINE at the end; a last line without newline, or joined to nothing, is closed first. */
void kmt_conftext_append(const char *text, size_t n, const char *line, struct kmt_strbuf *out);

#endif
