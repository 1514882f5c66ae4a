/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text to scroll through: lines of pieces with a role, some of which lead to a module. What a tab of
 * details, the help and a plan are made of. Pure; the text may be hostile, drawing escapes it.
 */
#ifndef KMT_TUI_DOC_H
#define KMT_TUI_DOC_H

#include <kmt/base/arena.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/out/lines.h>
#include <kmt/out/rows.h>
#include <kmt/tui/canvas.h>

struct kmt_span {
	enum kmt_role role;
	const char *text;
	bool guide; /* TEXT is that of kmt_doc_guide() */
	const char *link; /* the module that a press on it leads to; NULL: that of the line */
};

/* What the keys that change parameters need to know of the one on a line. */
struct kmt_doc_param {
	const char *name, *type; /* type NULL: the module does not say */
	const char *live;	 /* value in the kernel; NULL: it shows none */
	const char *configured, *file; /* what a load would set, and the file in /etc/modprobe.d
					  that says so; NULL: none */
	bool writable;		 /* now, in the kernel */
};

struct kmt_doc_line {
	size_t first, n;  /* spans */
	const char *link; /* the module that the line leads to; NULL: none */
	size_t heading;	  /* of a row of a table: how many lines its heading is above it; 0: it is no row */
	int tab;	  /* enum kmt_tab, + 1, that says more; 0: none */
	const struct kmt_doc_param *param; /* NULL: it is not about one */
	struct kmt_origin origin; /* the line of a file that it shows; file NULL: none */
};

/* All zero is valid and empty. */
struct kmt_doc {
	KMT_VEC(struct kmt_span) spans;
	KMT_VEC(struct kmt_doc_line) lines;
	struct kmt_arena arena;
	int width; /* that it was made for */
};

void kmt_doc_free(struct kmt_doc *d);
/* Starts a line. LINK is copied, NULL for none. */
void kmt_doc_line(struct kmt_doc *d, const char *link);
/* Adds to the last line. */
void kmt_doc_add(struct kmt_doc *d, enum kmt_role role, const char *text);
void kmt_doc_addf(struct kmt_doc *d, enum kmt_role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Lines with the N modules NAMES, each of which can be pressed, behind LABEL; TAB has them one by one. */
void kmt_doc_modules(struct kmt_doc *d, const char *label, int indent, const char *const *names, size_t n,
	int tab);
/* The lines from FIRST on lead to TAB. */
void kmt_doc_tab(struct kmt_doc *d, size_t first, int tab);
/* The last line shows ORIGIN. */
void kmt_doc_origin(struct kmt_doc *d, const struct kmt_origin *origin);
/* Adds lines of a tree, as kmt_canvas_guide() draws them. */
void kmt_doc_guide(struct kmt_doc *d, const char *guide);
/* Lines of TEXT broken between words before d->width, from column INDENT on; the first one starts with
 * LABEL (a line of its own if TEXT is empty). */
void kmt_doc_wrap(struct kmt_doc *d, const char *label, int indent, enum kmt_role role, const char *text);
/* Adds LINES; what is too wide goes on below, from column FURTHER on. */
void kmt_doc_lines(struct kmt_doc *d, const struct kmt_lines *lines, int further);
/* Rows as a table with a line of headings; columns that have nothing to say are left out. LINK is the
 * column whose cell a line leads to, NULL for none. The last column is cut where the screen ends. */
void kmt_doc_table(struct kmt_doc *d, const struct kmt_rows *rows, const struct kmt_selection *sel,
	const struct kmt_column *link);

/* Adds the text of line I, without lines of a tree and blanks around it. */
void kmt_doc_text(const struct kmt_doc *d, size_t i, struct kmt_strbuf *out);

/* The heading of a table that stays in sight when line TOP is the first that is seen; NULL: none. */
const struct kmt_doc_line *kmt_doc_heading(const struct kmt_doc *d, size_t top);

/* Draws line I at X, Y, from column SKIP of it on. */
void kmt_doc_draw(
	const struct kmt_doc *d, size_t i, struct kmt_canvas *c, int x, int y, int limit, int skip);
/* The module that column X of line I leads to, if that is a name; else NULL. */
const char *kmt_doc_link_at(const struct kmt_doc *d, size_t i, int x);

#endif
