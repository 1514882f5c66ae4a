/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is searched or filtered for: words, all of which must be there, and extended regular expressions
 * between slashes. Upper and lower case count in a term that has an upper-case letter; '-' and '_' are the
 * same. Pure.
 */
#ifndef KMT_TUI_FIND_H
#define KMT_TUI_FIND_H

#include <regex.h>
#include <stdbool.h>
#include <kmt/tui/canvas.h>

#define KMT_FIND_TERMS 16

struct kmt_find_term {
	char *text, *folded; /* of a word; NULL: it is an expression */
	regex_t re;
	bool exact; /* upper and lower case count */
};

/* All zero finds everything. */
struct kmt_find {
	struct kmt_find_term terms[KMT_FIND_TERMS];
	size_t n;
	bool exact; /* of one term at least */
	char wrong[64]; /* why an expression cannot be understood: nothing is found then; "": it can */
};

/* An expression that is not closed yet is a word. Always to be followed by kmt_find_free(). */
void kmt_find_init(struct kmt_find *f, const char *text);
void kmt_find_free(struct kmt_find *f);

/* As folded text is kept: lower case, '_' for '-'. In place. */
void kmt_find_fold(char *s);

/* Text to look at, in lines. */
struct kmt_find_text {
	const char *folded, *exact; /* EXACT may be NULL where no term is */
};
/* Whether each term is in one of the N texts. */
bool kmt_find_matches(const struct kmt_find *f, const struct kmt_find_text *texts, size_t n);
/* Whether term I is in the text. */
bool kmt_find_has(const struct kmt_find *f, size_t i, const struct kmt_find_text *text);
/* Whether all are in one text as it is. */
bool kmt_find_in(const struct kmt_find *f, const char *text);

/* Gives all that is found from X to LIMIT on line Y of the canvas the role of a match. */
void kmt_find_mark(const struct kmt_find *f, struct kmt_canvas *c, int x, int y, int limit);

#endif
