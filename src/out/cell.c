/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A cell of a table: its value, and as text. */
#include <kmt/out/rows.h>

#include <inttypes.h>
#include <string.h>

#include <kmt/base/escape.h>

void kmt_rows_cell(const struct kmt_rows *rows, size_t row, const struct kmt_column *column,
	struct kmt_cell *out)
{
	*out = (struct kmt_cell){0};
	column->get(rows->rows[row], rows->ctx, out);
	if ((column->kind == KMT_CELL_STRING || column->kind == KMT_CELL_ORIGIN) && (!out->s || !*out->s))
		out->absent = true;
}

void kmt_cell_origin(const struct kmt_origin *origin, struct kmt_arena *arena, struct kmt_cell *out)
{
	out->origin = *origin;
	out->s = kmt_origin_text(origin, arena);
}

static void add_number(const struct kmt_cell *cell, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "%s%" PRIu64, cell->negative ? "-" : "", cell->n);
}

static void add_size(const struct kmt_cell *cell, bool human, struct kmt_strbuf *out)
{
	char text[KMT_SIZE_TEXT];

	if (!human) {
		add_number(cell, out);
		return;
	}
	kmt_size_text(cell->n, text);
	kmt_strbuf_addstr(out, text);
}

static void add_usec(const struct kmt_cell *cell, bool human, struct kmt_strbuf *out)
{
	if (human)
		kmt_strbuf_addf(out, "%" PRIu64 ".%06" PRIu64, cell->n / 1000000, cell->n % 1000000);
	else
		add_number(cell, out);
}

void kmt_cell_text(const struct kmt_column *column, const struct kmt_cell *cell, bool human,
	struct kmt_strbuf *out)
{
	if (cell->absent || (column->kind == KMT_CELL_LIST && !cell->list.n)) {
		kmt_strbuf_addc(out, '-');
		return;
	}
	switch (column->kind) {
	case KMT_CELL_STRING:
	case KMT_CELL_ORIGIN:
		kmt_escape_text(out, cell->s, strlen(cell->s));
		break;
	case KMT_CELL_NUMBER:
		add_number(cell, out);
		break;
	case KMT_CELL_SIZE:
		add_size(cell, human, out);
		break;
	case KMT_CELL_USEC:
		add_usec(cell, human, out);
		break;
	case KMT_CELL_HEX:
		kmt_strbuf_addf(out, "0x%016" PRIx64, cell->n);
		break;
	case KMT_CELL_BOOL:
		kmt_strbuf_addstr(out, cell->n ? "yes" : "no");
		break;
	case KMT_CELL_LIST:
		for (size_t i = 0; i < cell->list.n; i++) {
			if (i)
				kmt_strbuf_addc(out, ',');
			kmt_escape_text(out, cell->list.v[i], strlen(cell->list.v[i]));
		}
		break;
	}
}
