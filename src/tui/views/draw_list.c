/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list: headings and rows, by the view's columns. */
#include "draw_priv.h"

#include <string.h>

#define GAP 1
#define MARK 1	      /* columns left of the list: signs, for terminals without any attribute */
#define NAME_MIN 12   /* of the column that is measured among those that are shown, */
#define NAME_SHARE 40 /* which comes first up to so many percent of the list */
#define REST_MIN 8    /* of the one that takes what is left */

struct placed {
	enum kmt_view of;
	const struct kmt_view_column *view;
	const struct kmt_column *column;
	int x, limit;
};

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* What the heading and all cells of a column need. */
static int needed_width(const struct kmt_model_view *v, const struct placed *p, size_t i, bool sorted)
{
	int heading = (int)strlen(p->column->header) + (sorted ? 1 : 0), declared = p->view->width;

	return larger(heading, !declared ? v->longest : v->has_widths ? v->widths[i] : declared);
}

static int least_width(const struct kmt_view_column *column)
{
	if (column->width < 0)
		return REST_MIN;
	return column->width ? column->width : NAME_MIN;
}

/* Gives columns room, all alike, until they have what they WANT or none of *ROOM is left. */
static void widen(int *widths, const int *want, size_t n, int *room)
{
	bool any = true;

	while (*room > 0 && any) {
		any = false;
		for (size_t i = 0; i < n && *room > 0; i++)
			if (widths[i] < want[i]) {
				widths[i]++;
				(*room)--;
				any = true;
			}
	}
}

/* Returns how many columns there are. */
static size_t place(const struct kmt_scene *scene, enum kmt_view view, struct kmt_rect r,
	struct placed out[KMT_VIEW_COLUMNS])
{
	const struct kmt_view_column *columns = kmt_views[view]->columns;
	const char *sort = view == scene->state->view ? kmt_sorted_by(scene->state) : NULL;
	int widths[KMT_VIEW_COLUMNS] = {0}, first[KMT_VIEW_COLUMNS] = {0}, want[KMT_VIEW_COLUMNS] = {0};
	int x = r.x + MARK, room = r.w - MARK + GAP;
	size_t n = 0;

	for (size_t i = 0; columns[i].name; i++) {
		if (r.w < columns[i].from_width)
			continue;
		out[n] = (struct placed){
			.of = view, .view = &columns[i], .column = kmt_view_column(view, columns[i].name)};
		widths[n] = least_width(&columns[i]);
		want[n] = needed_width(&scene->model->views[view], &out[n], i, sort && !strcmp(sort, columns[i].name));
		first[n] = columns[i].width ? 0 : smaller(want[n], r.w * NAME_SHARE / 100);
		room -= widths[n++] + GAP;
	}
	widen(widths, first, n, &room);
	widen(widths, want, n, &room);
	if (n && room > 0)
		widths[n - 1] += room;
	for (size_t i = 0; i < n; i++) {
		out[i].x = x;
		out[i].limit = smaller(x + widths[i], r.x + r.w);
		x = out[i].limit + GAP;
	}
	while (n && out[n - 1].x >= r.x + r.w)
		n--;
	return n;
}

static void draw_heading(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r,
	const struct placed *placed, size_t n)
{
	const struct kmt_arrangement *how = &scene->state->lists[scene->state->view].how;
	const char *sort = kmt_sorted_by(scene->state);

	enum kmt_role role = scene->state->pane == KMT_PANE_LIST ? KMT_ROLE_HEADING : KMT_ROLE_ASIDE;

	kmt_canvas_fill(c, (struct kmt_rect){r.x, r.y, r.w, 1}, role);
	for (size_t i = 0; i < n; i++) {
		const struct placed *p = &placed[i];
		kmt_autofree char *text = kmt_asprintf("%s%s", p->column->header,
			!sort || strcmp(sort, p->view->name) ? "" : how->descending ? "v" : "^");
		int column = (int)(p->view - kmt_views[scene->state->view]->columns);

		if (kmt_column_is_number(p->column))
			kmt_canvas_put_right(c, p->x, r.y, p->limit, role, text);
		else
			kmt_canvas_put(c, p->x, r.y, p->limit, role, text);
		kmt_canvas_zone(
			c, (struct kmt_rect){p->x, r.y, p->limit - p->x, 1}, KMT_ZONE_HEADING, column);
	}
}

/* What is behind SKIP bytes of a text without control characters; never a part of a character. */
static const char *skipped(const char *text, int skip)
{
	size_t len = strlen(text), n = (size_t)skip < len ? (size_t)skip : len;

	while (n && n < len && ((unsigned char)text[n] & 0xc0) == 0x80)
		n++;
	return text + n;
}

static void draw_cell(const struct kmt_scene *scene, struct kmt_canvas *c, const struct placed *p, int y,
	const void *row, enum kmt_hue hue, const char *guide)
{
	const struct kmt_tui_state *state = scene->state;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_cell cell = {0};
	const char *s;

	p->column->get(row, scene->model->views[p->of].ctx, &cell);
	if ((p->column->kind == KMT_CELL_STRING || p->column->kind == KMT_CELL_ORIGIN) && (!cell.s || !*cell.s))
		cell.absent = true;
	if (cell.absent || (p->column->kind == KMT_CELL_LIST && !cell.list.n))
		return;
	kmt_cell_text(p->column, &cell, true, &text);
	s = kmt_strbuf_str(&text);
	hue = hue ? hue : cell.hue;
	if (p->view->width == -1)
		s = skipped(s, p->of == state->view ? state->list_skip : state->strip_skip);
	if (kmt_column_is_number(p->column))
		kmt_canvas_put_right(c, p->x, y, p->limit, kmt_role_of_hue(hue), s);
	else
		kmt_canvas_put(c, kmt_canvas_guide(c, p->x, y, p->limit, guide), y, p->limit,
			kmt_role_of_hue(hue), s);
}

static bool is_tagged(const struct kmt_scene *scene, const void *row)
{
	const struct kmt_tui_state *s = scene->state;
	const char *module = s->tags.names.n ? kmt_views[s->view]->module(scene->model, row) : NULL;

	return module && kmt_tags_has(&s->tags, module);
}

static bool is_pinned(const struct kmt_scene *scene, const void *row)
{
	const struct kmt_arrangement *how = &scene->state->lists[scene->state->view].how;

	return how->pins && kmt_tags_has(how->pins, kmt_views[scene->state->view]->id(row));
}

static const char *sign_of(const struct kmt_scene *scene, const void *row, bool bar)
{
	bool tagged = is_tagged(scene, row);

	if (bar)
		return tagged ? "#" : ">";
	return tagged ? "*" : is_pinned(scene, row) ? "^" : " ";
}

static void draw_row(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r, size_t i,
	const struct placed *placed, size_t n)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_list_state *list = &s->lists[s->view];
	const void *row = scene->model->views[s->view].shown[i];
	enum kmt_hue hue = kmt_views[s->view]->hue ? kmt_views[s->view]->hue(scene->model, row) : KMT_HUE_NONE;
	const char *guide = scene->model->views[s->view].guides ? scene->model->views[s->view].guides[i] : "";
	int y = r.y + 1 + (int)(i - list->top);

	kmt_canvas_zone(c, (struct kmt_rect){r.x, y, r.w, 1}, KMT_ZONE_ROW, (int)i);
	for (size_t p = 0; p < n; p++) {
		draw_cell(scene, c, &placed[p], y, row, hue, placed[p].view->width ? "" : guide);
		if (!placed[p].view->searched)
			continue;
		kmt_find_mark(&scene->search, c, placed[p].x, y, placed[p].limit);
		kmt_find_mark(&scene->filter, c, placed[p].x, y, placed[p].limit);
	}
	kmt_canvas_put(c, r.x, y, r.x + 1, KMT_ROLE_NAME, sign_of(scene, row, i == list->cursor));
	if (i != list->cursor)
		return;
	if (s->pane == KMT_PANE_LIST)
		kmt_canvas_select(c, r.x, y, r.x + r.w);
}

static void draw_wrapped(struct kmt_canvas *c, struct kmt_rect r, enum kmt_role role, const char *text)
{
	struct kmt_doc doc = {.width = r.w - MARK};

	kmt_doc_wrap(&doc, "", 0, role, text);
	for (size_t i = 0; i < doc.lines.n && (int)i < r.h - 1; i++)
		kmt_doc_draw(&doc, i, c, r.x + MARK, r.y + 1 + (int)i, r.x + r.w, 0);
	kmt_doc_free(&doc);
}

/* Why the list is empty. */
static void draw_empty(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_model_view *v = &scene->model->views[s->view];
	const struct kmt_arrangement *how = &s->lists[s->view].how;
	const char *text = v->why ? v->why : kmt_views[s->view]->empty;
	kmt_autofree char *other = NULL;

	if (!v->is_read)
		text = "reading ...";
	else if (*how->filter && v->rows.n)
		text = other = kmt_asprintf("No match for '%s' (Esc clears the filter).", how->filter);
	else if (v->rows.n)
		text = "No line is of this kind (Esc shows all).";
	draw_wrapped(c, r, KMT_ROLE_WARN, text);
}

void kmt_draw_list(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r)
{
	const struct kmt_tui_state *s = scene->state;
	struct kmt_model_view *v = &scene->model->views[s->view];
	struct placed placed[KMT_VIEW_COLUMNS];
	size_t top = s->lists[s->view].top, page = (size_t)r.h - 1, n;

	kmt_canvas_zone(c, r, KMT_ZONE_LIST, 0);
	kmt_canvas_scrollbar(c, r.x + r.w - 1, r.y + 1, r.h - 1, top, page, v->n_shown);
	if (v->n_shown > page)
		r.w--;
	n = place(scene, s->view, r, placed);
	draw_heading(scene, c, r, placed, n);
	for (size_t i = top; i < v->n_shown && i < top + page; i++)
		draw_row(scene, c, r, i, placed, n);
	if (!v->n_shown)
		draw_empty(scene, c, r);
	kmt_arena_free(&v->scratch);
}

/* " Log --- 3/40 -", which leads to the view. */
static void draw_strip_title(
	const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r, size_t cursor, size_t n)
{
	bool focus = scene->state->pane == KMT_PANE_STRIP;
	kmt_autofree char *place = kmt_asprintf(" %zu/%zu ", cursor + 1, n);
	int end = r.x + r.w;

	kmt_canvas_hline(c, r.x, r.y, end, focus ? KMT_ROLE_FOCUS : KMT_ROLE_BORDER);
	kmt_canvas_put(c, r.x + 1, r.y, end, focus ? KMT_ROLE_FOCUS : KMT_ROLE_NAME, " Log ");
	if (focus && n)
		kmt_canvas_put(c, end - 1 - kmt_canvas_measure(c, place), r.y, end, KMT_ROLE_DIM, place);
	kmt_canvas_zone(c, (struct kmt_rect){r.x, r.y, r.w, 1}, KMT_ZONE_VIEW, KMT_VIEW_LOG);
}

void kmt_draw_log(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r)
{
	struct kmt_model_view *v = &scene->model->views[KMT_VIEW_LOG];
	struct placed placed[KMT_VIEW_COLUMNS];
	bool focus = scene->state->pane == KMT_PANE_STRIP;
	size_t n, lines = (size_t)r.h - 1, first, cursor;

	kmt_tui_strip(scene->state, scene->model, &cursor, &first);
	draw_strip_title(scene, c, r, cursor, v->rows.n);
	if (focus)
		kmt_canvas_scrollbar(c, r.x + r.w - 1, r.y + 1, r.h - 1, first, lines, v->rows.n);
	if (focus && v->rows.n > lines)
		r.w--;
	n = place(scene, KMT_VIEW_LOG, r, placed);
	for (size_t i = first; i < v->rows.n && i < first + lines; i++) {
		int y = r.y + 1 + (int)(i - first);

		for (size_t p = 0; p < n; p++)
			draw_cell(scene, c, &placed[p], y, v->rows.v[i], KMT_HUE_NONE, "");
		kmt_canvas_zone(c, (struct kmt_rect){r.x, y, r.w, 1}, KMT_ZONE_STRIP, (int)i);
		if (!focus || i != cursor)
			continue;
		kmt_canvas_put(c, r.x, y, r.x + 1, KMT_ROLE_NAME, ">");
		kmt_canvas_select(c, r.x, y, r.x + r.w);
	}
	if (!v->rows.n)
		draw_wrapped(c, r, KMT_ROLE_DIM,
			!v->is_read ? "reading ..." : v->why ? v->why : kmt_views[KMT_VIEW_LOG]->empty);
	kmt_arena_free(&v->scratch);
}
