/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was done in this session: each plan that was run, what came of it, and the command that does the
 * same. Pure. */
#ifndef KMT_TUI_DEEDS_H
#define KMT_TUI_DEEDS_H

#include <stdbool.h>
#include <time.h>
#include <kmt/tui/doc.h>

struct kmt_deed {
	time_t when;
	bool done;	     /* all of it */
	const char *title;   /* "load loop" */
	const char *command; /* "kmtool load loop" */
	struct kmt_strv told; /* what came of it, in lines; empty if the command told that itself */
};

/* All zero is valid and empty. */
struct kmt_deeds {
	KMT_VEC(struct kmt_deed) rows;
	struct kmt_arena arena;
};

/* DEED is copied, with the lines of TOLD (NULL: none) in place of its own. */
void kmt_deeds_add(struct kmt_deeds *d, const struct kmt_deed *deed, const struct kmt_doc *told);
void kmt_deeds_free(struct kmt_deeds *d);

/* Fills DOC, whose width is set. */
void kmt_deeds_doc(const struct kmt_deeds *d, struct kmt_doc *doc);
/* A script for sh that does the same again; what failed is in it as a comment. */
void kmt_deeds_script(const struct kmt_deeds *d, struct kmt_strbuf *out);

#endif
