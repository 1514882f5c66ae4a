/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The result of a plan that was run, as lines that can come from another process. Pure. */
#ifndef KMT_TUI_TOLD_H
#define KMT_TUI_TOLD_H

#include <kmt/base/arena.h>
#include <kmt/explain/outcome.h>
#include <kmt/tui/doc.h>

/* All zero is valid and empty. */
struct kmt_told {
	enum kmt_outcome_verdict verdict;
	KMT_VEC(struct kmt_outcome_line) lines;
	struct kmt_arena arena;
};

void kmt_told_add(struct kmt_told *t, enum kmt_outcome_role role, const char *text); /* TEXT is copied */
void kmt_told_free(struct kmt_told *t);

/* The lines as a text; the width of DOC is set. */
void kmt_told_doc(const struct kmt_told *t, struct kmt_doc *doc);
/* All was done, and there is nothing to read that the plan has not said. */
bool kmt_told_is_plain(const struct kmt_told *t);
/* The steps that were done, as one line: "loaded llc; loaded stp". */
void kmt_told_brief(const struct kmt_told *t, struct kmt_strbuf *out);

#endif
