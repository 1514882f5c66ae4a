/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The column table: one const array per kind of row says how each cell is found. Tables, --raw, --json,
 * --sort, --list-columns and later the browser all read it, so a new column is one entry.
 *
 * Knows no kind of row, reads nothing by itself, and asks for a cell only when its column is printed or
 * sorted by: what is expensive to find out costs nothing until somebody wants to see it.
 */
#ifndef KMT_OUT_ROWS_H
#define KMT_OUT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/origin.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>
#include <kmt/out/text.h>

enum kmt_cell_kind {
	KMT_CELL_STRING,
	KMT_CELL_NUMBER,
	KMT_CELL_SIZE,	/* bytes: 1.2M in a table, the number in --raw and JSON */
	KMT_CELL_USEC,	/* microseconds: 1.500000 in a table, the number in --raw and JSON */
	KMT_CELL_HEX,	/* 0xffff... ; a string in JSON */
	KMT_CELL_BOOL,	/* yes/no; true/false in JSON; N is 0 or 1 */
	KMT_CELL_LIST,	/* "a,b"; an array in JSON */
	KMT_CELL_ORIGIN, /* FILE:LINE; {"file","line"} in JSON */
};

/* The getter fills the member that its column's kind says; the rest is zero. */
struct kmt_cell {
	bool absent;	/* not known or not applicable: "-" in a table, null in JSON */
	const char *s;	/* NULL counts as absent */
	uint64_t n;
	bool negative;	/* N is the magnitude */
	struct kmt_strv list;
	struct kmt_origin origin; /* kmt_cell_origin() fills it, and S */
	enum kmt_hue hue; /* on a coloured terminal */
};

struct kmt_column {
	const char *name;	/* for -o and --sort, and the JSON key: lower case, contract */
	const char *header;	/* "USED BY" */
	enum kmt_cell_kind kind;
	bool by_default;
	bool tree;		/* draws the tree of kmt_rows.parents; at most one column */
	bool whole;		/* identifies the row or is the answer: neither cut nor wrapped */
	bool repeats;		/* equal items of "a,a,a" are one in a table for people: "a x3" */
	bool path;		/* a narrow terminal shows the end of it; other texts wrap */
	bool in_json;		/* in JSON by default, though not in a table or --raw */
	unsigned int width;	/* columns that it takes at least, for rows that are printed in parts */
	const char *help;	/* for --list-columns and the man page: no full stop */
	/* CTX is the command's own; the cell's strings must live until the output is done. */
	void (*get)(const void *row, void *ctx, struct kmt_cell *out);
};

struct kmt_rows {
	const struct kmt_column *columns; /* ends with an all-zero entry */
	const void **rows;
	size_t n;
	void *ctx;
	const char *json_name;	/* key of the array in the JSON document: "modules" */
	const size_t *parents;	/* index of each row's parent, which comes before it, or SIZE_MAX; NULL:
				   no tree. Only a table shows it; sorting would tear it apart */
};

/* Which columns, in which order. All zero is valid and empty. */
struct kmt_selection {
	KMT_VEC(const struct kmt_column *) columns;
	const struct kmt_column *sort; /* NULL: the rows' own order */
	bool descending;
};

/*
 * OUTPUT: NULL for the default columns, "a,b" for these, "+a,b" for the default ones and these; SORT:
 * NULL, "a" or "-a". An unknown or doubled name is a USAGE error that lists the known ones.
 */
int kmt_select(const struct kmt_column *columns, const char *output, const char *sort,
	struct kmt_selection *out, struct kmt_err *err);
/* Adds those that a JSON document has besides. */
void kmt_select_json(const struct kmt_column *columns, struct kmt_selection *sel);
void kmt_selection_free(struct kmt_selection *sel);
/* Whether a column is printed or sorted by. */
bool kmt_selection_has(const struct kmt_selection *sel, const char *name);

enum kmt_format { KMT_FORMAT_TABLE, KMT_FORMAT_RAW };

/* What holds a table together that is printed in parts. All zero before the first. */
struct kmt_rows_parts {
	bool began, records;
	KMT_VEC(size_t) widths; /* of the columns so far */
};
void kmt_rows_parts_free(struct kmt_rows_parts *parts);

struct kmt_rows_options {
	enum kmt_format format;
	bool no_headings; /* tables only: --raw never has them */
	struct kmt_rows_parts *parts; /* NULL: these are all rows */
};

/*
 * Prints the rows: a table (laid out for its width and coloured on a terminal only) or lines of
 * tab-separated values (escaped; an absent or empty value is "-"). Sorted rows with equal cells keep their
 * order, absent cells come last. A failed write is noticed by ferror().
 */
int kmt_rows_print(const struct kmt_rows *rows, const struct kmt_selection *sel,
	const struct kmt_rows_options *opts, const struct kmt_style *style, FILE *out, struct kmt_err *err);

/* The places of the rows (fewer than 2^32) in the order of COLUMN, DOWN for descending: the caller frees the
 * array. Equal cells keep their order, absent ones come last either way. */
unsigned int *kmt_rows_order(const struct kmt_rows *rows, const struct kmt_column *column, bool down);

/* The rows as an array of JSON objects, for documents that hold more than them. */
struct json_object *kmt_rows_json(const struct kmt_rows *rows, const struct kmt_selection *sel);
/* A document of nothing else: {"schema":1,"NAME":[...]}. */
struct json_object *kmt_rows_document(const struct kmt_rows *rows, const struct kmt_selection *sel);

/* The column table itself as rows: for --list-columns. The caller frees .rows. */
void kmt_rows_of_columns(const struct kmt_column *columns, struct kmt_rows *out);

/* The cell of one row; an empty string, NULL or an empty list makes it absent. */
void kmt_rows_cell(const struct kmt_rows *rows, size_t row, const struct kmt_column *column,
	struct kmt_cell *out);
/* The cell of a KMT_CELL_ORIGIN column. */
void kmt_cell_origin(const struct kmt_origin *origin, struct kmt_arena *arena, struct kmt_cell *out);
/* Appends a cell as text, escaped for a terminal or a line. HUMAN: sizes as 1.2M, times as 1.500000. "-" if
 * absent. */
void kmt_cell_text(const struct kmt_column *column, const struct kmt_cell *cell, bool human,
	struct kmt_strbuf *out);

#endif
