/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The screen as cells: what the views draw into, what the terminal shows, what the tests compare. Knows
 * no curses and no terminal. Text may be hostile: control characters and invalid bytes are escaped, and
 * nothing is drawn outside of the rectangle that a call names.
 */
#ifndef KMT_TUI_CANVAS_H
#define KMT_TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>
#include <kmt/out/text.h>

/* What a cell means. The terminal turns it into colours or, without any, into bold and underline. */
enum kmt_role {
	KMT_ROLE_TEXT,
	KMT_ROLE_DIM,
	KMT_ROLE_NAME,	  /* the name of a module */
	KMT_ROLE_GOOD,
	KMT_ROLE_WARN,
	KMT_ROLE_BAD,
	KMT_ROLE_HEADER,  /* the first line */
	KMT_ROLE_HEADING, /* of columns */
	KMT_ROLE_TAB,	  /* the view or tab that is shown */
	KMT_ROLE_LABEL,	  /* what a value is */
	KMT_ROLE_BORDER,
	KMT_ROLE_FOCUS,	  /* border of what the keys are for */
	KMT_ROLE_ASIDE,	  /* headings of what they are not for */
	KMT_ROLE_KEY,	  /* of the line of function keys */
	KMT_ROLE_ACTION,  /* what the key does */
	KMT_ROLE_BUTTON,
	KMT_ROLE_PROMPT,
	KMT_ROLE_BAR,	  /* all that is below the bar */
	KMT_ROLE_MATCH,	  /* what was searched for */
	KMT_ROLE_COUNT,
};

/* Drawing characters: lines in UTF-8 or their nearest in ASCII. */
enum kmt_symbol {
	KMT_SYM_HORIZONTAL,
	KMT_SYM_VERTICAL,
	KMT_SYM_TOP_LEFT,
	KMT_SYM_TOP_RIGHT,
	KMT_SYM_BOTTOM_LEFT,
	KMT_SYM_BOTTOM_RIGHT,
	KMT_SYM_BRANCH, /* of a tree, and its last one */
	KMT_SYM_LAST,
	KMT_SYM_FOLDED, /* there is more below it */
	KMT_SYM_CUT, /* the text goes on */
	KMT_SYM_THUMB, /* of a scroll bar */
	KMT_SYM_COUNT,
};

struct kmt_glyph {
	char text[12];	    /* one character with what combines with it; "" behind a wide one */
	unsigned char role; /* enum kmt_role */
	bool selected;	    /* below the bar */
};

/* A part of the canvas; what is drawn relative to it stays inside of it. */
struct kmt_rect {
	int x, y, w, h;
};

/* What a part of the screen is to whoever points at it, and which one it is. */
enum kmt_zone_kind {
	KMT_ZONE_NONE,
	KMT_ZONE_LIST,
	KMT_ZONE_DETAILS,
	KMT_ZONE_ROW,	  /* line of the list */
	KMT_ZONE_LINE,	  /* of the details */
	KMT_ZONE_STRIP,	  /* of the kernel log below the panes */
	KMT_ZONE_HEADING, /* column of the view */
	KMT_ZONE_VIEW,
	KMT_ZONE_TAB,
	KMT_ZONE_KEY,	 /* the number is the key */
	KMT_ZONE_CHOICE, /* of a menu, or a button */
};

struct kmt_zone {
	struct kmt_rect rect;
	enum kmt_zone_kind kind;
	int n;
	int at; /* kmt_canvas_at(): the column within RECT */
};

struct kmt_canvas {
	int width, height;
	struct kmt_glyph *cells; /* height * width */
	bool ascii;		 /* other characters are shown as \xNN */
	int cursor_x, cursor_y;	 /* where text is typed; -1: nowhere */
	KMT_VEC(struct kmt_zone) zones;
};

/* All zero is an empty canvas. Resizing clears it. */
void kmt_canvas_resize(struct kmt_canvas *c, int width, int height);
void kmt_canvas_clear(struct kmt_canvas *c);
void kmt_canvas_free(struct kmt_canvas *c);

/* Draws TEXT at X, Y and returns the column behind it. What does not fit before LIMIT is cut, and the last
 * cell says so. */
int kmt_canvas_put(
	struct kmt_canvas *c, int x, int y, int limit, enum kmt_role role, const char *text);
/* The same, flush right: the text ends before LIMIT; one that is too wide is cut. */
void kmt_canvas_put_right(
	struct kmt_canvas *c, int x, int y, int limit, enum kmt_role role, const char *text);
int kmt_canvas_symbol(struct kmt_canvas *c, int x, int y, enum kmt_role role, enum kmt_symbol symbol);
/* Lines of a tree: "|" goes on, "+" branches off, "`" is the last branch, "-" leads to the name,
 * ">" says that more is hidden below it. */
int kmt_canvas_guide(struct kmt_canvas *c, int x, int y, int limit, const char *guide);
void kmt_canvas_fill(struct kmt_canvas *c, struct kmt_rect r, enum kmt_role role);
void kmt_canvas_hline(struct kmt_canvas *c, int x, int y, int limit, enum kmt_role role);
void kmt_canvas_frame(struct kmt_canvas *c, struct kmt_rect r, enum kmt_role role);
/* A scroll bar at X from Y on, H high, if not all of N lines are seen: PAGE of them, from TOP on. */
void kmt_canvas_scrollbar(struct kmt_canvas *c, int x, int y, int h, size_t top, size_t page, size_t n);
/* Puts the bar below one line. */
void kmt_canvas_select(struct kmt_canvas *c, int x, int y, int limit);

/* Whoever points into RECT from now on means this; zones that are there already lie below. */
void kmt_canvas_zone(struct kmt_canvas *c, struct kmt_rect rect, enum kmt_zone_kind kind, int n);
/* Nothing that is there already can be pointed at any more: something is drawn over it. */
void kmt_canvas_cover(struct kmt_canvas *c);
/* What is at a cell; of kind NONE if that is nothing. */
struct kmt_zone kmt_canvas_at(const struct kmt_canvas *c, int x, int y);

/* How many columns TEXT takes. */
int kmt_canvas_measure(const struct kmt_canvas *c, const char *text);

/* For tests: the lines without trailing blanks, then a line "--", then a letter of the role of each cell
 * ('.' for TEXT; upper case below the bar). */
void kmt_canvas_dump(const struct kmt_canvas *c, struct kmt_strbuf *out);
char kmt_role_letter(enum kmt_role role);

enum kmt_role kmt_role_of_hue(enum kmt_hue hue);

#endif
