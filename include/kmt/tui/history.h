/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was done in this session: each plan that was run, what came of it, and the command that does the
 * same. Pure. */
#ifndef KMT_TUI_HISTORY_H
#define KMT_TUI_HISTORY_H

#include <stdbool.h>
#include <time.h>
#include <kmt/plan/request.h>
#include <kmt/tui/doc.h>

struct kmt_history_entry {
	time_t when;
	bool done;	     /* all of it */
	enum kmt_request_kind kind;
	struct kmt_strv targets; /* of the request */
	bool undone, undoes; /* it was taken back; it took something back */
	const char *title;   /* "load loop" */
	const char *command; /* "kmtool load loop" */
	struct kmt_strv told; /* what came of it, in lines; empty if the command told that itself */
};

/* All zero is valid and empty. */
struct kmt_history {
	KMT_VEC(struct kmt_history_entry) rows;
	struct kmt_arena arena;
};

/* The last entry that was done, and the KIND of request that takes it back; NULL: there is none. */
struct kmt_history_entry *kmt_history_last(struct kmt_history *d, enum kmt_request_kind *kind);
/* ENTRY is copied, with the lines of TOLD (NULL: none) in place of its own. */
void kmt_history_add(
	struct kmt_history *d, const struct kmt_history_entry *entry, const struct kmt_doc *told);
void kmt_history_free(struct kmt_history *d);

/* Fills DOC, whose width is set. */
void kmt_history_doc(const struct kmt_history *d, struct kmt_doc *doc);
/* A script for sh that does the same again; what failed is in it as a comment. */
void kmt_history_script(const struct kmt_history *d, struct kmt_strbuf *out);

#endif
