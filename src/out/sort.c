/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorting rows by one column. */
#include <kmt/out/rows.h>

#include <string.h>

struct key {
	unsigned int index; /* where it was: equal keys keep their order */
	bool absent;
	bool negative;
	uint64_t n;	/* of a text: its first bytes, in the order of strcmp() */
	const char *s;	/* NULL for numbers */
	char *made;	/* that had to be put together, to be freed */
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
		r = compare_numbers(a, b);
	if (!r && a->s && b->s)
		r = strcmp(a->s, b->s);
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

/* Most texts differ in these: where they do, nothing else needs to be looked at. */
static uint64_t first_bytes(const char *s)
{
	uint64_t n = 0;

	for (int shift = 56; shift >= 0 && *s; shift -= 8)
		n |= (uint64_t)(unsigned char)*s++ << shift;
	return n;
}

static void make_key(
	const struct kmt_rows *rows, size_t i, const struct kmt_column *column, struct key *out)
{
	struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_cell cell;

	kmt_rows_cell(rows, i, column, &cell);
	*out = (struct key){
		.index = (unsigned int)i,
		.absent = cell.absent || (column->kind == KMT_CELL_LIST && !cell.list.n),
		.negative = cell.negative && cell.n,
		.n = cell.n,
	};
	if (out->absent)
		return;
	if (column->kind == KMT_CELL_STRING || column->kind == KMT_CELL_ORIGIN) {
		out->s = cell.s;
	} else if (column->kind == KMT_CELL_LIST) {
		kmt_cell_text(column, &cell, false, &text);
		out->s = out->made = kmt_strbuf_steal(&text);
	}
	if (out->s)
		out->n = first_bytes(out->s);
}

unsigned int *kmt_rows_order(const struct kmt_rows *rows, const struct kmt_column *column, bool down)
{
	struct key *keys = kmt_realloc_array(NULL, rows->n + 1, sizeof(*keys));
	unsigned int *order = kmt_realloc_array(NULL, rows->n + 1, sizeof(*order));

	for (size_t i = 0; i < rows->n; i++)
		make_key(rows, i, column, &keys[i]);
	if (rows->n)
		qsort(keys, rows->n, sizeof(*keys), down ? descending : ascending);
	for (size_t i = 0; i < rows->n; i++) {
		order[i] = keys[i].index;
		free(keys[i].made);
	}
	free(keys);
	return order;
}
