/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The column table: one const array per kind of row says how each cell is found. Tables, --raw, --json,
 * --sort, --list-columns and later the browser all read it, so a new column is one entry.
 */
#ifndef KMT_OUT_ROWS_H
#define KMT_OUT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/err.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

enum kmt_cell_kind {
	KMT_CELL_STRING,
	KMT_CELL_NUMBER,
	KMT_CELL_SIZE,	/* bytes: 1.2M in a table, the number in --raw and JSON */
	KMT_CELL_HEX,	/* 0xffff... ; a string in JSON */
	KMT_CELL_BOOL,	/* yes/no; true/false in JSON */
	KMT_CELL_LIST,	/* "a,b"; an array in JSON */
};

struct kmt_cell {
	bool absent;	/* not known or not applicable: "-" in a table, null in JSON */
	const char *s;
	uint64_t n;
	bool negative;	/* N is the magnitude */
	struct kmt_strv list;
};

struct kmt_column {
	const char *name;	/* for -o and --sort, and the JSON key: lower case, contract */
	const char *header;	/* "USED BY" */
	enum kmt_cell_kind kind;
	bool by_default;
	double width;		/* libsmartcols width hint, 0 for none */
	const char *help;	/* for --list-columns and the man page */
	/* CTX is the command's own; the cell's strings must live until the output is done. */
	void (*get)(const void *row, void *ctx, struct kmt_cell *out);
};

struct kmt_rows {
	const struct kmt_column *columns; /* ends with an all-zero entry */
	const void **rows;
	size_t n;
	void *ctx;
	const char *json_name;	/* key of the array in the JSON document: "modules" */
};

#endif
