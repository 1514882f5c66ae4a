/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/doc.h>

#include <stdarg.h>
#include <string.h>

#include <kmt/base/escape.h>

#define GAP 2 /* columns between the columns of a table */

void kmt_doc_free(struct kmt_doc *d)
{
	kmt_vec_free(&d->spans);
	kmt_vec_free(&d->lines);
	kmt_arena_free(&d->arena);
	*d = (struct kmt_doc){0};
}

void kmt_doc_line(struct kmt_doc *d, const char *link)
{
	kmt_vec_push(&d->lines,
		(struct kmt_doc_line){.first = d->spans.n,
			.link = link ? kmt_arena_strdup(&d->arena, link) : NULL});
}

static void add_span(struct kmt_doc *d, enum kmt_role role, const char *text)
{
	kmt_vec_push(&d->spans, (struct kmt_span){.role = role, .text = text});
	d->lines.v[d->lines.n - 1].n++;
}

void kmt_doc_add(struct kmt_doc *d, enum kmt_role role, const char *text)
{
	add_span(d, role, kmt_arena_strdup(&d->arena, text));
}

void kmt_doc_guide(struct kmt_doc *d, const char *guide)
{
	kmt_doc_add(d, KMT_ROLE_BORDER, guide);
	d->spans.v[d->spans.n - 1].guide = true;
}

void kmt_doc_origin(struct kmt_doc *d, const struct kmt_origin *origin)
{
	d->lines.v[d->lines.n - 1].origin =
		(struct kmt_origin){origin->file ? kmt_arena_strdup(&d->arena, origin->file) : NULL, origin->line};
}

void kmt_doc_addf(struct kmt_doc *d, enum kmt_role role, const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	kmt_doc_add(d, role, kmt_strbuf_str(&text));
}

/* How many bytes of TEXT go on a line of ROOM columns: up to a blank, or all that fits of a long word. */
static size_t line_length(const char *text, size_t room)
{
	size_t n = strcspn(text, "\n"), best = 0;

	if (n <= room)
		return n;
	for (size_t i = 0; i <= room; i++)
		if (text[i] == ' ')
			best = i;
	for (best = best ? best : room; best > 1 && ((unsigned char)text[best] & 0xc0) == 0x80;)
		best--;
	return best;
}

void kmt_doc_wrap(struct kmt_doc *d, const char *label, int indent, enum kmt_role role, const char *text)
{
	size_t room = d->width - indent > 10 ? (size_t)(d->width - indent) : 10;
	bool first = true;

	do {
		size_t n = line_length(text, room);

		kmt_doc_line(d, NULL);
		kmt_doc_addf(d, KMT_ROLE_LABEL, "%-*s", indent, first ? label : "");
		add_span(d, role, kmt_arena_strndup(&d->arena, text, n));
		text += n;
		text += strspn(text, " \t\n");
		first = false;
	} while (*text);
}

void kmt_doc_tab(struct kmt_doc *d, size_t first, int tab)
{
	for (; first < d->lines.n; first++)
		d->lines.v[first].tab = tab + 1;
}

void kmt_doc_modules(struct kmt_doc *d, const char *label, int indent, const char *const *names, size_t n,
	int tab)
{
	size_t first = d->lines.n;
	int at = d->width;

	for (size_t i = 0; i < n; i++) {
		int len = (int)strlen(names[i]);

		if (at + 1 + len > d->width) {
			kmt_doc_line(d, n == 1 ? names[i] : NULL);
			kmt_doc_addf(d, KMT_ROLE_LABEL, "%-*s", indent, i ? "" : label);
			at = indent;
		} else {
			kmt_doc_add(d, KMT_ROLE_TEXT, " ");
			at++;
		}
		kmt_doc_add(d, KMT_ROLE_NAME, names[i]);
		d->spans.v[d->spans.n - 1].link = d->spans.v[d->spans.n - 1].text;
		at += len;
	}
	if (n > 1)
		kmt_doc_tab(d, first, tab);
}

const char *kmt_doc_link_at(const struct kmt_doc *d, size_t i, int x)
{
	static const struct kmt_canvas canvas;
	const struct kmt_doc_line *line = &d->lines.v[i];
	int at = 0;

	for (size_t s = 0; s < line->n; s++) {
		const struct kmt_span *span = &d->spans.v[line->first + s];

		at += kmt_canvas_measure(&canvas, span->text);
		if (x < at)
			return span->link;
	}
	return NULL;
}

/* Adds what columns FROM to TO of a line have of its pieces. */
static void add_pieces(
	struct kmt_doc *d, const struct kmt_lines_piece *piece, size_t n, size_t from, size_t to)
{
	for (size_t at = 0; n; n--, piece++) {
		size_t len = strlen(piece->text), first = from > at ? from - at : 0, last = to > at ? to - at : 0;

		if (last > len)
			last = len;
		if (first < last)
			add_span(d, kmt_role_of_hue(piece->hue),
				kmt_arena_strndup(&d->arena, piece->text + first, last - first));
		at += len;
	}
}

static void add_line(struct kmt_doc *d, const struct kmt_lines *lines, size_t i, int further)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	size_t n, at = 0, room = d->width > 20 ? (size_t)d->width : 20;
	const struct kmt_lines_piece *pieces = kmt_lines_at(lines, i, &n);

	for (size_t p = 0; p < n; p++)
		kmt_strbuf_addstr(&text, pieces[p].text);
	do {
		size_t len = line_length(kmt_strbuf_str(&text) + at, at ? room - (size_t)further : room);

		kmt_doc_line(d, NULL);
		if (at)
			kmt_doc_addf(d, KMT_ROLE_TEXT, "%*s", further, "");
		add_pieces(d, pieces, n, at, at + len);
		at += len;
		at += strspn(kmt_strbuf_str(&text) + at, " \t\n");
	} while (at < text.len);
}

void kmt_doc_lines(struct kmt_doc *d, const struct kmt_lines *lines, int further)
{
	for (size_t i = 0; i < lines->starts.n; i++)
		add_line(d, lines, i, further);
}

void kmt_doc_text(const struct kmt_doc *d, size_t i, struct kmt_strbuf *out)
{
	const struct kmt_doc_line *line = &d->lines.v[i];
	size_t from = out->len;

	for (size_t s = 0; s < line->n; s++) {
		const struct kmt_span *span = &d->spans.v[line->first + s];
		const char *text = span->text;

		if (span->guide)
			continue;
		if (out->len == from)
			text += strspn(text, " ");
		kmt_strbuf_addstr(out, text);
	}
	while (out->len > from && out->s[out->len - 1] == ' ')
		kmt_strbuf_truncate(out, out->len - 1);
}

struct table {
	struct kmt_doc *d;
	const struct kmt_rows *rows;
	const struct kmt_selection *sel;
	struct kmt_canvas measure; /* only to measure */
	int width[16];
};

static void cell_text(const struct table *t, size_t row, const struct kmt_column *column,
	struct kmt_cell *cell, struct kmt_strbuf *out)
{
	kmt_strbuf_truncate(out, 0);
	kmt_rows_cell(t->rows, row, column, cell);
	if (cell->absent || (column->kind == KMT_CELL_LIST && !cell->list.n))
		return;
	kmt_cell_text(column, cell, true, out);
}

static void measure_columns(struct table *t)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_cell cell;

	for (size_t c = 0; c < t->sel->columns.n && c < KMT_ARRAY_SIZE(t->width); c++) {
		const struct kmt_column *column = t->sel->columns.v[c];

		for (size_t i = 0; i < t->rows->n; i++) {
			int w;

			cell_text(t, i, column, &cell, &text);
			w = kmt_canvas_measure(&t->measure, kmt_strbuf_str(&text));
			if (w > t->width[c])
				t->width[c] = w;
		}
		if (t->width[c] && t->width[c] < (int)strlen(column->header))
			t->width[c] = (int)strlen(column->header);
	}
}

/* A cell and the blanks behind it. A wide cell in the middle must not push the rest off the screen. */
static void add_cell(struct table *t, size_t c, enum kmt_role role, const char *text)
{
	int most = t->d->width / 3 > 8 ? t->d->width / 3 : 8;
	int width = t->width[c] < most ? t->width[c] : most, len;
	bool last = c + 1 == t->sel->columns.n;
	kmt_autofree char *shown = NULL;

	len = kmt_canvas_measure(&t->measure, text);
	if (!last && len > width) {
		size_t n = (size_t)width - 1;

		while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
		shown = kmt_asprintf("%.*s~", (int)n, text);
		text = shown;
		len = kmt_canvas_measure(&t->measure, text);
	}
	kmt_doc_add(t->d, role, text);
	if (!last)
		kmt_doc_addf(t->d, KMT_ROLE_TEXT, "%*s", (len < width ? width - len : 0) + GAP, "");
}

static void add_row(struct table *t, size_t row, const struct kmt_column *link)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_cell cell = {0};

	if (link)
		kmt_rows_cell(t->rows, row, link, &cell);
	kmt_doc_line(t->d, cell.s);
	for (size_t c = 0; c < t->sel->columns.n && c < KMT_ARRAY_SIZE(t->width); c++) {
		if (!t->width[c])
			continue;
		cell_text(t, row, t->sel->columns.v[c], &cell, &text);
		add_cell(t, c, kmt_role_of_hue(cell.hue), kmt_strbuf_str(&text));
	}
}

void kmt_doc_table(struct kmt_doc *d, const struct kmt_rows *rows, const struct kmt_selection *sel,
	const struct kmt_column *link)
{
	struct table t = {.d = d, .rows = rows, .sel = sel};

	measure_columns(&t);
	kmt_doc_line(d, NULL);
	for (size_t c = 0; c < sel->columns.n && c < KMT_ARRAY_SIZE(t.width); c++)
		if (t.width[c])
			add_cell(&t, c, KMT_ROLE_HEADING, sel->columns.v[c]->header);
	for (size_t i = 0; i < rows->n; i++) {
		add_row(&t, i, link);
		d->lines.v[d->lines.n - 1].heading = i + 1;
	}
}

const struct kmt_doc_line *kmt_doc_heading(const struct kmt_doc *d, size_t top)
{
	const struct kmt_doc_line *line = top < d->lines.n ? &d->lines.v[top] : NULL;

	return line && line->heading ? line - line->heading : NULL;
}

/* The rest of TEXT behind *SKIP columns, which are counted down. */
static const char *skip_columns(const struct kmt_canvas *c, const char *text, int *skip)
{
	while (*text && *skip > 0) {
		size_t len = kmt_utf8_len(text, strlen(text));
		char one[8] = "";

		memcpy(one, text, len ? len : 1);
		*skip -= kmt_canvas_measure(c, one);
		text += len ? len : 1;
	}
	return text;
}

void kmt_doc_draw(
	const struct kmt_doc *d, size_t i, struct kmt_canvas *c, int x, int y, int limit, int skip)
{
	const struct kmt_doc_line *line = &d->lines.v[i];

	for (size_t s = 0; s < line->n && x < limit; s++) {
		const struct kmt_span *span = &d->spans.v[line->first + s];
		const char *text = skip_columns(c, span->text, &skip);

		x = span->guide ? kmt_canvas_guide(c, x, y, limit, text)
				: kmt_canvas_put(c, x, y, limit, span->role, text);
	}
}
