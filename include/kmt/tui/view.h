/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What there is to look at, one entry of a table for each view: which rows it has, how they are shown, what
 * the bar follows, and which module a row leads to. The rest of the browser knows no view by its name.
 */
#ifndef KMT_TUI_VIEW_H
#define KMT_TUI_VIEW_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/origin.h>
#include <kmt/out/rows.h>

struct kmt_arrangement;
struct kmt_doc;
struct kmt_model;

enum kmt_view {
	KMT_VIEW_LOADED,
	KMT_VIEW_AVAILABLE,
	KMT_VIEW_BUILTIN,
	KMT_VIEW_CONFIG,
	KMT_VIEW_LOG,
	KMT_VIEW_DEVICES,
	KMT_VIEW_COUNT,
};

#define KMT_VIEW_COLUMNS 8
/* What names a row within its view is shorter than this. */
#define KMT_ROW_ID_MAX 160

/* A column of a view: found by name in the tables of the view. */
struct kmt_view_column {
	const char *name;
	int width;	 /* until its cells were measured; 0: measured among those that are shown; -1: takes what
			    is left */
	int from_width;	 /* left out on a list that is narrower than this */
	bool searched;	 /* a filter and a search look at it, also where it is left out */
};

/* What a filter and a search look at, so that they need not ask each row for its cells. */
struct kmt_row_text {
	const char *text; /* the searched cells in lines, lower case, '-' as '_' */
	int measured;	  /* the length of the cell that the view measures */
};

/* The rows of one view. */
struct kmt_model_view {
	KMT_VEC(const void *) rows;
	unsigned int *orders[KMT_VIEW_COLUMNS][2]; /* of the rows, by a column, and descending; NULL: not made */
	struct kmt_row_text *texts; /* of the rows; NULL: not made */
	struct kmt_arena text_arena;
	const void **shown; /* arranged */
	unsigned int *places; /* of those that are shown, among the rows */
	size_t n_shown;
	const char **guides; /* of a tree, for each that is shown: see kmt_canvas_guide(); NULL: it is none */
	struct kmt_arena guide_arena;
	size_t n_gone; /* rows that do not count: of what is not there any more, of a group */
	int widths[KMT_VIEW_COLUMNS]; /* of the longest cell of each column; 0: not measured */
	bool has_widths, widths_due; /* DUE: they are of rows that were there before */
	int longest;  /* cell of the column of width 0, among those that are shown */
	bool is_read; /* else ROWS are still to be filled */
	const char *why; /* there is no row, if the view's EMPTY is not the reason; NULL else */
	void *ctx;    /* of the columns */
	struct kmt_arena scratch; /* for columns that make their text: until the next drawing */
};

struct kmt_view_def {
	const char *brief; /* its title where there is little room */
	const char *empty; /* what to say if there is no row */
	const char *sort;  /* the column that orders it unless somebody chooses; NULL: the rows' own order */
	const char *group; /* id of the row that stands for those below it, hidden at first; NULL: none */
	bool lazy;	   /* rows are read when there is nothing else to do, not with the snapshot */
	bool words;	   /* rows are modules: a search looks at what they say of themselves, too */
	bool follows;	   /* new rows come at the end, and a bar that is there goes with them */
	const struct kmt_column *tables[2];
	struct kmt_view_column columns[KMT_VIEW_COLUMNS]; /* name NULL ends */

	/* Fills rows, ctx and why of V. */
	void (*read)(struct kmt_model *m, struct kmt_model_view *v);
	/* Adds to the rows what is new since then. False if nothing is. NULL: only READ finds rows. */
	bool (*update)(struct kmt_model *m, struct kmt_model_view *v);
	/* Frees what they are made of, before the snapshot goes. May be NULL. */
	void (*forget)(struct kmt_model *m);
	/* The row's name, which no other row of the view has: the bar follows it. */
	const char *(*id)(const void *row);
	/* The module that the row leads to and that actions are about; NULL: none. */
	const char *(*module)(struct kmt_model *m, const void *row);
	/* The ids of the rows that stand below this one in a tree; may be NULL. NULL: there is no tree. */
	const struct kmt_strv *(*children)(struct kmt_model *m, const void *row);
	/* The line of a file that the row is, or NULL if it is none. May be NULL. */
	const struct kmt_origin *(*origin)(const void *row);
	/* Whether it is shown, beside the filter. May be NULL. */
	bool (*passes)(const void *row, const struct kmt_arrangement *how);
	/* Of the whole row, where something happened to it; NONE: that of its cells. May be NULL. */
	enum kmt_hue (*hue)(struct kmt_model *m, const void *row);
	/* What the details say of the row; its module's tabs if NULL. */
	void (*details)(struct kmt_model *m, const void *row, struct kmt_doc *doc);
};

extern const struct kmt_view_def *const kmt_views[KMT_VIEW_COUNT];
extern const char *const kmt_view_titles[KMT_VIEW_COUNT]; /* "Loaded" */

/* Whether its rows can be shown as a tree, or not. */
bool kmt_view_has_tree(enum kmt_view view);
/* Whether rows stand below each other. */
bool kmt_view_is_tree(enum kmt_view view, const struct kmt_arrangement *how);

const struct kmt_column *kmt_view_column(enum kmt_view view, const char *name);
/* Whether it stands flush right. */
bool kmt_column_is_number(const struct kmt_column *column);

#endif
