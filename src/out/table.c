/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table_priv.h"

#include <errno.h>
#include <libsmartcols.h>
#include <locale.h>
#include <string.h>

struct drawing {
	struct libscols_table *tb;
	struct libscols_line **lines; /* of all rows; only for a tree */
	const struct kmt_style *style;
	bool ascii_only; /* no cell so far holds any other character */
};

static int column_flags(const struct kmt_column *column, bool tree)
{
	if (column->tree && tree)
		return SCOLS_FL_TREE;
	switch (column->kind) {
	case KMT_CELL_NUMBER:
	case KMT_CELL_SIZE:
	case KMT_CELL_USEC:
		return SCOLS_FL_RIGHT;
	case KMT_CELL_STRING:
	case KMT_CELL_LIST:
		return column->whole ? 0 : SCOLS_FL_TRUNC; /* obeyed on a terminal only */
	case KMT_CELL_HEX:
	case KMT_CELL_BOOL:
		break;
	}
	return 0;
}

/*
 * In a table of several parts the heading keeps a column as wide as it was before: libsmartcols forgets a
 * width hint where a heading is wider than all cells.
 */
static char *header_of(const struct kmt_column *c, const size_t *width)
{
	bool right = (column_flags(c, false) & SCOLS_FL_RIGHT) != 0;
	int n = width ? (int)*width : 0;

	if (width && c->width > n)
		n = (int)c->width;
	return right ? kmt_asprintf("%*s", n, c->header) : kmt_asprintf("%-*s", n, c->header);
}

static struct libscols_table *new_table(const struct kmt_rows *rows,
	const struct kmt_selection *sel, const struct kmt_rows_options *opts,
	const struct kmt_style *style, FILE *out)
{
	struct libscols_table *tb = scols_new_table();

	if (!tb)
		return NULL;
	scols_table_set_stream(tb, out);
	scols_table_enable_noencoding(tb, 1); /* cells are escaped already */
	scols_table_enable_noheadings(tb, opts->no_headings);
	scols_table_enable_colors(tb, style->color);
	scols_table_enable_ascii(tb, !style->unicode);
	scols_table_set_termforce(
		tb, style->terminal ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (style->terminal)
		scols_table_set_termwidth(tb, style->width);
	for (size_t i = 0; i < sel->columns.n; i++) {
		const struct kmt_column *c = sel->columns.v[i];
		int flags = column_flags(c, rows->parents != NULL);
		kmt_autofree char *header = header_of(c, opts->widths ? &opts->widths[i] : NULL);

		if (!scols_table_new_column(tb, header, c->width, flags)) {
			scols_unref_table(tb);
			return NULL;
		}
	}
	return tb;
}

static bool is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

static int draw_row(
	struct drawing *d, const struct kmt_rows *rows, const struct kmt_selection *sel, size_t row)
{
	bool child = rows->parents && rows->parents[row] < row;
	struct libscols_line *line =
		scols_table_new_line(d->tb, child ? d->lines[rows->parents[row]] : NULL);

	if (!line)
		return -ENOMEM;
	if (rows->parents)
		d->lines[row] = line;
	for (size_t c = 0; c < sel->columns.n; c++) {
		struct kmt_strbuf text = KMT_STRBUF_INIT;
		struct kmt_cell cell;

		kmt_rows_cell(rows, row, sel->columns.v[c], &cell);
		kmt_cell_text(sel->columns.v[c], &cell, true, &text);
		d->ascii_only = d->ascii_only && is_ascii(text.s);
		if (scols_line_refer_data(line, c, kmt_strbuf_steal(&text)))
			return -ENOMEM;
		if (d->style->color && !cell.absent && cell.hue != KMT_HUE_NONE)
			scols_cell_set_color(
				scols_line_get_cell(line, c), kmt_hue_on(d->style, cell.hue));
	}
	return 0;
}

static int draw(struct drawing *d, const struct kmt_rows *rows, const struct kmt_selection *sel)
{
	for (size_t i = 0; i < rows->n; i++) {
		int r = draw_row(d, rows, sel, i);

		if (r)
			return r;
	}
	/*
	 * libsmartcols counts the columns of a character by the locale. On a terminal that is the
	 * user's, and set already; elsewhere the same output for everybody matters more, and
	 * opening a locale costs time, so only if there is something to count.
	 */
	if (!d->style->terminal && !d->ascii_only)
		setlocale(LC_CTYPE, "C.UTF-8");
	return scols_print_table(d->tb);
}

static void take_widths(const struct drawing *d, size_t n, size_t *widths)
{
	for (size_t i = 0; i < n; i++) {
		size_t width = scols_column_get_width(scols_table_get_column(d->tb, i));

		if (width > widths[i])
			widths[i] = width;
	}
}

int kmt_table_print(const struct kmt_rows *rows, const struct kmt_selection *sel,
	const struct kmt_rows_options *opts, const struct kmt_style *style, FILE *out, struct kmt_err *err)
{
	struct drawing d = {.style = style, .ascii_only = true};
	int r = -ENOMEM;

	if (!rows->n)
		return 0;
	d.tb = new_table(rows, sel, opts, style, out);
	if (rows->parents)
		d.lines = kmt_realloc_array(NULL, rows->n, sizeof(struct libscols_line *));
	if (d.tb)
		r = draw(&d, rows, sel);
	if (!r && opts->widths)
		take_widths(&d, sel->columns.n, opts->widths);
	free(d.lines);
	scols_unref_table(d.tb);
	return r ? kmt_err_errno(err, -r, "cannot draw the table") : 0;
}
