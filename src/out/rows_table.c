/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables for people. Without a terminal every column is as wide as its widest cell. On a terminal nothing
 * that identifies a row is cut: texts wrap, paths lose their left part, and where even that does not fit
 * each row becomes a record. libsmartcols draws; what goes into its cells is decided here.
 */
#include "rows_priv.h"

#include <errno.h>
#include <libsmartcols.h>
#include <locale.h>
#include <string.h>

#define LEAST_TEXT 14 /* columns below which a wrapped text is hard to read */
#define LEAST_RECORD 20 /* the same for the value of a record */
#define TREE_STEP 2 /* what libsmartcols takes for a level of a tree */

struct drawing {
	const struct kmt_rows *rows;
	const struct kmt_selection *sel;
	const struct kmt_style *style;
	struct kmt_rows_parts *parts;
	bool headings;
	FILE *out;
	char **texts;	/* of all cells, row by row */
	size_t *widths; /* of the columns */
	bool records;
	bool ascii_only; /* no cell so far holds any other character */
};

static bool is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

static char **cell_at(const struct drawing *d, size_t row, size_t column)
{
	return &d->texts[row * d->sel->columns.n + column];
}

static bool is_number(const struct kmt_column *c)
{
	return c->kind == KMT_CELL_NUMBER || c->kind == KMT_CELL_SIZE || c->kind == KMT_CELL_USEC;
}

/* What may become narrower than its widest cell. */
static bool can_shrink(const struct drawing *d, const struct kmt_column *c)
{
	bool text = c->kind == KMT_CELL_STRING || c->kind == KMT_CELL_LIST || c->kind == KMT_CELL_ORIGIN;

	return text && !c->whole && !(c->tree && d->rows->parents);
}

/* "-1,-1,-1" is "-1 x3": long arrays of equal items would fill the table. */
static void collapse(const struct kmt_style *style, struct kmt_strbuf *text)
{
	kmt_autofree char *list = kmt_strdup(kmt_strbuf_str(text));
	size_t n = strcspn(list, ","), items = 1;

	if (!n)
		return;
	for (const char *s = list + n; *s; s += n + 1, items++)
		if (strncmp(s + 1, list, n) || (s[n + 1] && s[n + 1] != ','))
			return;
	if (items < 3)
		return;
	kmt_strbuf_truncate(text, n);
	kmt_strbuf_addf(text, " %s%zu", style->unicode ? "\xc3\x97" : "x", items);
}

/* A copy is as long as its text, which counts where there are many. */
static void take_texts(struct drawing *d)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	for (size_t row = 0; row < d->rows->n; row++) {
		for (size_t c = 0; c < d->sel->columns.n; c++) {
			struct kmt_cell cell;

			kmt_rows_cell(d->rows, row, d->sel->columns.v[c], &cell);
			kmt_strbuf_truncate(&text, 0);
			kmt_cell_text(d->sel->columns.v[c], &cell, true, &text);
			if (d->sel->columns.v[c]->repeats)
				collapse(d->style, &text);
			d->ascii_only = d->ascii_only && is_ascii(kmt_strbuf_str(&text));
			*cell_at(d, row, c) = kmt_strdup(kmt_strbuf_str(&text));
		}
	}
}

static size_t depth_of(const struct drawing *d, size_t row)
{
	size_t depth = 0;

	for (; d->rows->parents[row] < row; row = d->rows->parents[row])
		depth++;
	return depth;
}

static void measure(struct drawing *d)
{
	for (size_t c = 0; c < d->sel->columns.n; c++) {
		const struct kmt_column *column = d->sel->columns.v[c];
		size_t before = d->parts && d->parts->widths.n ? d->parts->widths.v[c] : 0;
		size_t widest = column->width > before ? column->width : before;

		if (strlen(column->header) > widest)
			widest = strlen(column->header);
		for (size_t row = 0; row < d->rows->n; row++) {
			size_t n = kmt_text_columns(*cell_at(d, row, c));

			if (column->tree && d->rows->parents)
				n += TREE_STEP * depth_of(d, row);
			widest = n > widest ? n : widest;
		}
		d->widths[c] = widest;
	}
}

static size_t least_of(const struct drawing *d, size_t c)
{
	size_t header = strlen(d->sel->columns.v[c]->header);

	if (!can_shrink(d, d->sel->columns.v[c]))
		return d->widths[c];
	return header > LEAST_TEXT ? header : LEAST_TEXT;
}

/* Takes columns from the widest that may lose some, until the line fits. False if it never does. */
static bool shrink(struct drawing *d)
{
	size_t n = d->sel->columns.n, total = n - 1;

	for (size_t c = 0; c < n; c++)
		total += d->widths[c];
	while (total > d->style->width) {
		size_t widest = n;

		for (size_t c = 0; c < n; c++)
			if (d->widths[c] > least_of(d, c) && (widest == n || d->widths[c] > d->widths[widest]))
				widest = c;
		if (widest == n)
			return false;
		d->widths[widest]--;
		total--;
	}
	return true;
}

/* The end of a path says more than its beginning. */
static void cut_left(const struct kmt_style *style, size_t width, char **text)
{
	const char *mark = style->unicode ? "\xe2\x80\xa6" : "..", *s = *text;
	size_t mark_width = style->unicode ? 1 : 2, n = kmt_text_columns(s);
	char *cut;

	if (n <= width)
		return;
	for (; *s && n + mark_width > width; n--)
		for (s++; (*s & 0xc0) == 0x80;)
			s++;
	cut = kmt_asprintf("%s%s", mark, s);
	free(*text);
	*text = cut;
}

static void fit_cells(struct drawing *d)
{
	for (size_t c = 0; c < d->sel->columns.n; c++) {
		const struct kmt_column *column = d->sel->columns.v[c];

		for (size_t row = 0; row < d->rows->n && can_shrink(d, column); row++) {
			char **text = cell_at(d, row, c);
			struct kmt_strbuf wrapped = KMT_STRBUF_INIT;

			if (column->path) {
				cut_left(d->style, d->widths[c], text);
				continue;
			}
			kmt_text_wrap(*text, d->widths[c], &wrapped);
			free(*text);
			*text = kmt_strbuf_steal(&wrapped);
		}
	}
}

static void lay_out(struct drawing *d)
{
	measure(d);
	if (d->style->terminal && d->parts && d->parts->began)
		d->records = d->parts->records;
	else if (d->style->terminal)
		d->records = !shrink(d) && !d->rows->parents;
	if (d->style->terminal && d->parts && d->parts->began && !d->records)
		shrink(d);
	if (d->style->terminal && !d->records)
		fit_cells(d);
	if (!d->parts)
		return;
	d->parts->records = d->records;
	d->parts->began = true;
	d->parts->widths.n = 0;
	for (size_t c = 0; c < d->sel->columns.n; c++)
		kmt_vec_push(&d->parts->widths, d->widths[c]);
}

static int column_flags(const struct drawing *d, const struct kmt_column *column)
{
	if (column->tree && d->rows->parents)
		return SCOLS_FL_TREE;
	if (is_number(column))
		return SCOLS_FL_RIGHT;
	return can_shrink(d, column) ? SCOLS_FL_WRAP : 0;
}

/*
 * Widths are given, as libsmartcols ignores headings that are not printed from 2.41 on. The heading is
 * padded too: it forgets the hint where a heading is wider than all cells.
 */
static int add_column(const struct drawing *d, size_t c, struct libscols_table *tb)
{
	const struct kmt_column *column = d->sel->columns.v[c];
	int width = c + 1 < d->sel->columns.n ? (int)d->widths[c] : 0;
	kmt_autofree char *header = is_number(column) ? kmt_asprintf("%*s", width, column->header)
						      : kmt_asprintf("%-*s", width, column->header);
	struct libscols_column *cl = scols_table_new_column(tb, header, width, column_flags(d, column));

	if (!cl)
		return -ENOMEM;
	scols_column_set_wrapfunc(cl, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
	return 0;
}

static struct libscols_table *new_table(const struct drawing *d)
{
	struct libscols_table *tb = scols_new_table();
	size_t total = d->sel->columns.n;

	if (!tb)
		return NULL;
	scols_table_set_stream(tb, d->out);
	scols_table_enable_noencoding(tb, 1); /* cells are escaped already */
	scols_table_enable_noheadings(tb, !d->headings);
	scols_table_enable_colors(tb, d->style->color);
	scols_table_enable_ascii(tb, !d->style->unicode);
	scols_table_set_termforce(
		tb, d->style->terminal ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	for (size_t c = 0; c < d->sel->columns.n; c++) {
		total += d->widths[c];
		if (add_column(d, c, tb)) {
			scols_unref_table(tb);
			return NULL;
		}
	}
	if (d->style->terminal)
		scols_table_set_termwidth(tb, total > d->style->width ? total : d->style->width);
	return tb;
}

static enum kmt_hue hue_of(const struct drawing *d, size_t row, size_t c)
{
	struct kmt_cell cell;

	kmt_rows_cell(d->rows, row, d->sel->columns.v[c], &cell);
	return cell.absent ? KMT_HUE_NONE : cell.hue;
}

static int draw_row(struct drawing *d, struct libscols_table *tb, struct libscols_line **lines, size_t row)
{
	bool child = d->rows->parents && d->rows->parents[row] < row;

	lines[row] = scols_table_new_line(tb, child ? lines[d->rows->parents[row]] : NULL);
	if (!lines[row])
		return -ENOMEM;
	for (size_t c = 0; c < d->sel->columns.n; c++) {
		char **text = cell_at(d, row, c);
		enum kmt_hue hue = d->style->color ? hue_of(d, row, c) : KMT_HUE_NONE;

		if (scols_line_refer_data(lines[row], c, *text))
			return -ENOMEM;
		*text = NULL; /* the table's now */
		if (hue != KMT_HUE_NONE)
			scols_cell_set_color(scols_line_get_cell(lines[row], c), kmt_hue_on(d->style, hue));
	}
	return 0;
}

static int draw(struct drawing *d)
{
	struct libscols_table *tb = new_table(d);
	kmt_autofree struct libscols_line **lines = kmt_realloc_array(NULL, d->rows->n, sizeof(*lines));
	int r = tb ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < d->rows->n; i++)
		r = draw_row(d, tb, lines, i);
	/*
	 * libsmartcols counts the columns of a character by the locale. On a terminal that is the
	 * user's, and set already; elsewhere the same output for everybody matters more, and
	 * opening a locale costs time, so only if there is something to count.
	 */
	if (!d->style->terminal && !d->ascii_only)
		setlocale(LC_CTYPE, "C.UTF-8");
	if (!r)
		r = scols_print_table(tb);
	scols_unref_table(tb);
	return r;
}

/* "HEADING  value", the value wrapped beside its heading. Cells without a value are left out. */
static void print_record(struct drawing *d, size_t row)
{
	size_t label = 0, room;

	for (size_t c = 0; c < d->sel->columns.n; c++)
		if (strlen(d->sel->columns.v[c]->header) > label)
			label = strlen(d->sel->columns.v[c]->header);
	room = d->style->width > label + 1 + LEAST_RECORD ? d->style->width - label - 1 : LEAST_RECORD;
	for (size_t c = 0; c < d->sel->columns.n; c++) {
		const struct kmt_column *column = d->sel->columns.v[c];
		kmt_autostrbuf struct kmt_strbuf value = KMT_STRBUF_INIT;
		const char *text = *cell_at(d, row, c), *line, *end;

		if (!strcmp(text, "-"))
			continue;
		if (column->whole)
			kmt_strbuf_addstr(&value, text);
		else
			kmt_text_wrap(text, room, &value);
		fprintf(d->out, "%s%-*s%s ", kmt_hue_on(d->style, KMT_HUE_DIM), (int)label, column->header,
			kmt_hue_off(d->style));
		for (line = kmt_strbuf_str(&value); (end = strchr(line, '\n')); line = end + 1)
			fprintf(d->out, "%.*s\n%*s", (int)(end - line), line, (int)label + 1, "");
		fprintf(d->out, "%s%s%s\n", kmt_hue_on(d->style, hue_of(d, row, c)), line,
			kmt_hue_off(d->style));
	}
}

static void print_records(struct drawing *d, bool first)
{
	for (size_t row = 0; row < d->rows->n; row++) {
		if (row || !first)
			fputc('\n', d->out);
		print_record(d, row);
	}
}

int kmt_table_print(const struct kmt_rows *rows, const struct kmt_selection *sel,
	const struct kmt_rows_options *opts, const struct kmt_style *style, FILE *out, struct kmt_err *err)
{
	struct drawing d = {.rows = rows, .sel = sel, .style = style, .parts = opts->parts, .out = out,
		.ascii_only = true};
	bool first = !opts->parts || !opts->parts->began;
	size_t n = rows->n * sel->columns.n;
	int r = 0;

	if (!n)
		return 0;
	d.headings = first && !opts->no_headings;
	d.texts = kmt_realloc_array(NULL, n, sizeof(*d.texts));
	d.widths = kmt_realloc_array(NULL, sel->columns.n, sizeof(*d.widths));
	take_texts(&d);
	lay_out(&d);
	if (d.records)
		print_records(&d, first);
	else
		r = draw(&d);
	for (size_t i = 0; i < n; i++)
		free(d.texts[i]);
	free(d.texts);
	free(d.widths);
	return r ? kmt_err_errno(err, -r, "cannot draw the table") : 0;
}

void kmt_rows_parts_free(struct kmt_rows_parts *parts)
{
	kmt_vec_free(&parts->widths);
}
