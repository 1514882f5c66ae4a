/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorting rows by one column. */
#include <kmt/out/rows.h>

#include <string.h>


struct key {
	const void *row;
	size_t index; /* where it was: equal keys keep their order */
	bool absent;
	bool negative;
	uint64_t n;
	char *s; /* NULL for numbers */
};

static int compare_numbers(const struct key *a, const struct key *b)
{
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	if (a->n == b->n)
		return 0;
	return (a->n < b->n) != a->negative ? -1 : 1;
}

/* DIRECTION 1 or -1. Absent keys come last either way. */
static int compare(const struct key *a, const struct key *b, int direction)
{
	int r = 0;

	if (a->absent != b->absent)
		return a->absent ? 1 : -1;
	if (!a->absent)
		r = a->s ? strcmp(a->s, b->s) : compare_numbers(a, b);
	if (r)
		return r * direction;
	return a->index < b->index ? -1 : 1;
}

static int ascending(const void *a, const void *b)
{
	return compare(a, b, 1);
}

static int descending(const void *a, const void *b)
{
	return compare(a, b, -1);
}

static void make_key(
	const struct kmt_rows *rows, size_t i, const struct kmt_column *column, struct key *out)
{
	struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_cell cell;

	kmt_rows_cell(rows, i, column, &cell);
	*out = (struct key){
		.row = rows->rows[i],
		.index = i,
		.absent = cell.absent || (column->kind == KMT_CELL_LIST && !cell.list.n),
		.negative = cell.negative && cell.n,
		.n = cell.n,
	};
	if (!out->absent && (column->kind == KMT_CELL_STRING || column->kind == KMT_CELL_LIST)) {
		kmt_cell_text(column, &cell, false, &text);
		out->s = kmt_strbuf_steal(&text);
	}
}

const void **kmt_rows_sorted(const struct kmt_rows *rows, const struct kmt_selection *sel)
{
	struct key *keys = kmt_realloc_array(NULL, rows->n ? rows->n : 1, sizeof(*keys));
	const void **order = kmt_realloc_array(NULL, rows->n ? rows->n : 1, sizeof(*order));

	for (size_t i = 0; i < rows->n; i++)
		make_key(rows, i, sel->sort, &keys[i]);
	if (rows->n)
		qsort(keys, rows->n, sizeof(*keys), sel->descending ? descending : ascending);
	for (size_t i = 0; i < rows->n; i++) {
		order[i] = keys[i].row;
		free(keys[i].s);
	}
	free(keys);
	return order;
}
