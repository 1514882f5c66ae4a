/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rows of a view are shown, and in which order. What takes long is made once and kept. */
#include <stdint.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/model/textsearch.h>
#include <kmt/tui/canvas.h>
#include <kmt/tui/model.h>

/* The rows of a view as a tree: below each row those that hold it. */

#define DEPTH_MAX 16

struct tree {
	struct kmt_model *m;
	const struct kmt_column *measured; /* the column that has the guides */
	struct kmt_model_view *v;
	const struct kmt_view_def *def;
	const struct kmt_tags *folded, *pins; /* NULL: none */
	struct kmt_map index; /* id to a row's place among those that are shown, + 1 */
	bool *is_child, *done;
	KMT_VEC(const void *) rows;
	KMT_VEC(unsigned int) places;
	KMT_VEC(const char *) guides;
};

static bool find(const struct tree *t, const char *id, size_t *i)
{
	*i = (size_t)kmt_map_get(&t->index, id);
	return (*i)--;
}

/* What is below row I is hidden, and not to be found anywhere else. */
static void hide(struct tree *t, size_t i)
{
	const struct kmt_strv *kids = t->def->children(t->m, t->v->shown[i]);
	size_t k;

	for (size_t n = 0; kids && n < kids->n; n++)
		if (find(t, kids->v[n], &k) && !t->done[k]) {
			t->done[k] = true;
			hide(t, k);
		}
}

static bool is_folded(const struct tree *t, size_t i, const struct kmt_strv *kids)
{
	return t->folded && kids && kids->n && kmt_tags_has(t->folded, t->def->id(t->v->shown[i]));
}

/* A row that was there before is there again, without what is below it. */
static void add(struct tree *t, size_t i, const char *before, bool last, int depth)
{
	const struct kmt_strv *kids = t->def->children(t->m, t->v->shown[i]);
	const char *corner = depth ? last ? "`- " : "+- " : "";
	const char *below = depth ? last ? "   " : "|  " : "";
	bool folded = is_folded(t, i, kids);
	const char *guide = kmt_arena_printf(&t->v->guide_arena, "%s%s%s", before, corner, folded ? "> " : "");
	const char *next = kmt_arena_printf(&t->v->guide_arena, "%s%s", before, below);
	size_t last_kid = SIZE_MAX, k;

	kmt_vec_push(&t->rows, t->v->shown[i]);
	kmt_vec_push(&t->places, t->v->places[i]);
	kmt_vec_push(&t->guides, guide);
	if (t->done[i] || depth == DEPTH_MAX)
		return;
	t->done[i] = true;
	if (folded) {
		hide(t, i);
		return;
	}
	for (size_t n = 0; kids && n < kids->n; n++)
		if (find(t, kids->v[n], &k))
			last_kid = n;
	for (size_t n = 0; kids && n < kids->n; n++)
		if (find(t, kids->v[n], &k))
			add(t, k, next, n == last_kid, depth + 1);
}

/* It comes first with what is below it, whatever it is below of. */
static bool is_pinned(const struct tree *t, size_t i)
{
	return t->pins && kmt_tags_has(t->pins, t->def->id(t->v->shown[i]));
}

static void find_children(struct tree *t)
{
	for (size_t i = 0; i < t->v->n_shown; i++) {
		const struct kmt_strv *kids = t->def->children(t->m, t->v->shown[i]);
		size_t k;

		for (size_t n = 0; kids && n < kids->n; n++)
			if (find(t, kids->v[n], &k) && k != i)
				t->is_child[k] = true;
	}
}

static int cell_length(const struct kmt_column *column, const void *row, void *ctx)
{
	static const struct kmt_canvas canvas;
	struct kmt_cell cell = {0};

	if (column)
		column->get(row, ctx, &cell);
	return cell.s ? kmt_canvas_measure(&canvas, cell.s) : 0;
}

static int measure_row(struct kmt_model_view *v, const struct kmt_column *measured, size_t row)
{
	return v->texts ? v->texts[row].measured : cell_length(measured, v->rows.v[row], v->ctx);
}

static void measure(struct tree *t)
{
	for (size_t i = 0; i < t->rows.n; i++) {
		int len = (int)strlen(t->guides.v[i]) + measure_row(t->v, t->measured, t->places.v[i]);

		if (len > t->v->longest)
			t->v->longest = len;
	}
}

/* Puts what is shown of V in the order of a tree, siblings in the order that they have, and fills its
 * guides. */
static void arrange_tree(struct kmt_model *m, struct kmt_model_view *v, const struct kmt_view_def *def,
	const struct kmt_column *measured, const struct kmt_arrangement *how)
{
	struct tree t = {.m = m, .v = v, .def = def, .measured = measured, .pins = how->pins,
		/* What a filter finds is seen, whatever group it is in. */
		.folded = *how->filter && def->group ? NULL : how->folded,
		.is_child = kmt_alloc(v->n_shown + 1), .done = kmt_alloc(v->n_shown + 1)};

	for (size_t i = 0; i < v->n_shown; i++)
		kmt_map_add(&t.index, def->id(v->shown[i]), (void *)(i + 1));
	find_children(&t);
	for (size_t i = 0; i < v->n_shown; i++)
		if (!t.is_child[i] || is_pinned(&t, i))
			add(&t, i, "", true, 0);
	/* In a circle nobody comes first. */
	for (size_t i = 0; i < v->n_shown; i++)
		if (!t.done[i])
			add(&t, i, "", true, 0);
	measure(&t);
	kmt_map_free(&t.index);
	free(t.is_child);
	free(t.done);
	free(v->shown);
	free(v->places);
	v->shown = t.rows.v;
	v->places = t.places.v;
	v->n_shown = t.rows.n;
	v->guides = t.guides.v;
}

static void forget_shown(struct kmt_model_view *v)
{
	free(v->shown);
	free(v->places);
	free(v->guides);
	v->shown = NULL;
	v->places = NULL;
	v->guides = NULL;
	v->n_shown = 0;
	kmt_arena_free(&v->guide_arena);
}

void kmt_model_rows_changed(struct kmt_model *m, enum kmt_view view)
{
	struct kmt_model_view *v = &m->views[view];

	forget_shown(v);
	for (size_t i = 0; i < KMT_VIEW_COLUMNS; i++)
		for (size_t down = 0; down < 2; down++) {
			free(v->orders[i][down]);
			v->orders[i][down] = NULL;
		}
	free(v->texts);
	v->texts = NULL;
	v->widths_due = true;
	kmt_arena_free(&v->text_arena);
}

/* The searched cells of a row, a line for each, as they are. */
static void add_cells(struct kmt_model *m, enum kmt_view view, const void *row, struct kmt_strbuf *out)
{
	for (const struct kmt_view_column *c = kmt_views[view]->columns; c->name; c++) {
		struct kmt_cell cell = {0};

		if (!c->searched)
			continue;
		kmt_view_column(view, c->name)->get(row, m->views[view].ctx, &cell);
		if (cell.s) {
			kmt_strbuf_addstr(out, cell.s);
			kmt_strbuf_addc(out, '\n');
		}
		for (size_t i = 0; i < cell.list.n; i++) {
			kmt_strbuf_addstr(out, cell.list.v[i]);
			kmt_strbuf_addc(out, '\n');
		}
	}
}

/* The column that is as wide as its longest cell; NULL if none is. */
static const struct kmt_column *measured_column(enum kmt_view view)
{
	for (const struct kmt_view_column *c = kmt_views[view]->columns; c->name; c++)
		if (!c->width)
			return kmt_view_column(view, c->name);
	return NULL;
}

static void make_texts(struct kmt_model *m, enum kmt_view view)
{
	struct kmt_model_view *v = &m->views[view];
	const struct kmt_column *measured = measured_column(view);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	v->texts = kmt_realloc_array(NULL, v->rows.n + 1, sizeof(*v->texts));
	for (size_t i = 0; i < v->rows.n; i++) {
		char *copy;

		kmt_strbuf_truncate(&text, 0);
		add_cells(m, view, v->rows.v[i], &text);
		copy = kmt_arena_strdup(&v->text_arena, kmt_strbuf_str(&text));
		kmt_find_fold(copy);
		v->texts[i] = (struct kmt_row_text){copy, cell_length(measured, v->rows.v[i], v->ctx)};
	}
	kmt_arena_free(&v->scratch);
}

static int measure_cell(const struct kmt_column *column, const void *row, void *ctx, struct kmt_strbuf *text)
{
	static const struct kmt_canvas canvas;
	struct kmt_cell cell = {0};

	kmt_strbuf_truncate(text, 0);
	column->get(row, ctx, &cell);
	if (cell.absent || ((column->kind == KMT_CELL_STRING || column->kind == KMT_CELL_ORIGIN) && !cell.s))
		return 0;
	kmt_cell_text(column, &cell, true, text);
	return kmt_canvas_measure(&canvas, kmt_strbuf_str(text));
}

static void measure_columns(struct kmt_model_view *v, enum kmt_view view)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	for (size_t c = 0; kmt_views[view]->columns[c].name; c++) {
		const struct kmt_column *column = kmt_view_column(view, kmt_views[view]->columns[c].name);

		v->widths[c] = 0;
		for (size_t i = 0; i < v->rows.n; i++) {
			int w = measure_cell(column, v->rows.v[i], v->ctx, &text);

			if (w > v->widths[c])
				v->widths[c] = w;
		}
		kmt_arena_free(&v->scratch);
	}
	v->has_widths = true;
	v->widths_due = false;
}

/* What a row can be found by. */
struct row_texts {
	struct kmt_find_text cells, said;
	const struct kmt_words_entry *words; /* NULL: none */
	struct kmt_strbuf exact;
};

static void find_texts(struct kmt_model *m, enum kmt_view view, size_t row, const struct kmt_find *find,
	struct row_texts *out)
{
	struct kmt_model_view *v = &m->views[view];

	if (!v->texts)
		make_texts(m, view);
	*out = (struct row_texts){.cells.folded = v->texts[row].text};
	if (kmt_views[view]->words)
		out->words = kmt_words_get(&m->words, kmt_views[view]->id(v->rows.v[row]));
	if (out->words)
		out->said = (struct kmt_find_text){out->words->folded, kmt_strbuf_str(&out->words->exact)};
	if (!find->exact)
		return;
	add_cells(m, view, v->rows.v[row], &out->exact);
	out->cells.exact = kmt_strbuf_str(&out->exact);
}

static bool matches(
	struct kmt_model *m, enum kmt_view view, size_t row, const struct kmt_find *find, bool cells)
{
	struct row_texts t;
	bool r;

	find_texts(m, view, row, find, &t);
	r = kmt_find_matches(find, (const struct kmt_find_text[]){t.cells, t.said}, cells ? 1 : 2);
	kmt_strbuf_free(&t.exact);
	return r;
}

bool kmt_model_matches(struct kmt_model *m, enum kmt_view view, size_t i, const struct kmt_find *find)
{
	return matches(m, view, m->views[view].places[i], find, false);
}

bool kmt_model_cells_match(struct kmt_model *m, enum kmt_view view, size_t i, const struct kmt_find *find)
{
	return matches(m, view, m->views[view].places[i], find, true);
}

/* The first line of what the module says that has term N, with its field. */
static void add_said(
	const struct kmt_words_entry *words, const struct kmt_find *find, size_t n, struct kmt_strbuf *out)
{
	const char *line = kmt_strbuf_str(&words->exact), *folded = words->folded;

	for (size_t i = 0; *line; i++) {
		size_t len = strcspn(line, "\n");
		kmt_autofree char *exact = kmt_strndup(line, len), *small = kmt_strndup(folded, len);

		if (kmt_find_has(find, n, &(struct kmt_find_text){small, exact})) {
			kmt_strbuf_addf(out, "%s: %s", kmt_field_names[(size_t)words->kinds.s[i]], exact);
			return;
		}
		line += len + 1;
		folded += len + 1;
	}
}

void kmt_model_match_text(struct kmt_model *m, enum kmt_view view, size_t i, const struct kmt_find *find,
	struct kmt_strbuf *out)
{
	struct row_texts t;

	find_texts(m, view, m->views[view].places[i], find, &t);
	for (size_t n = 0; t.words && n < find->n && !out->len; n++)
		if (!kmt_find_has(find, n, &t.cells))
			add_said(t.words, find, n, out);
	kmt_strbuf_free(&t.exact);
}

static size_t column_place(enum kmt_view view, const char *name)
{
	size_t i = 0;

	while (strcmp(kmt_views[view]->columns[i].name, name))
		i++;
	return i;
}

static const unsigned int *need_order(struct kmt_model_view *v, enum kmt_view view, size_t column, bool down)
{
	const struct kmt_rows rows = {.rows = v->rows.v, .n = v->rows.n, .ctx = v->ctx};

	if (!v->orders[column][down]) {
		v->orders[column][down] = kmt_rows_order(
			&rows, kmt_view_column(view, kmt_views[view]->columns[column].name), down);
		kmt_arena_free(&v->scratch);
	}
	return v->orders[column][down];
}

bool kmt_model_prepare(struct kmt_model *m, enum kmt_view view)
{
	struct kmt_model_view *v = &m->views[view];

	/* Where rows come all the time, nothing of it would last. */
	if (!v->is_read || kmt_views[view]->follows)
		return false;
	if (!v->texts) {
		make_texts(m, view);
		return true;
	}
	if (v->widths_due || !v->has_widths) {
		measure_columns(v, view);
		return true;
	}
	for (size_t i = 0; kmt_views[view]->columns[i].name; i++)
		for (size_t down = 0; down < 2; down++)
			if (!v->orders[i][down]) {
				need_order(v, view, i, down);
				return true;
			}
	return false;
}

/* Which rows have what is filtered for: one byte for each. NULL: all. */
static bool *find_matches(struct kmt_model *m, enum kmt_view view, const char *filter)
{
	struct kmt_model_view *v = &m->views[view];
	struct kmt_find find;
	bool *found;

	if (!*filter)
		return NULL;
	m->wants_words |= kmt_views[view]->words;
	kmt_find_init(&find, filter);
	found = kmt_alloc(v->rows.n + 1);
	for (size_t i = 0; i < v->rows.n; i++)
		found[i] = matches(m, view, i, &find, false);
	kmt_find_free(&find);
	return found;
}

/* The others stay in their order behind them. */
static void put_pins_first(
	struct kmt_model_view *v, const struct kmt_view_def *def, const struct kmt_tags *pins)
{
	for (size_t i = 0, first = 0; pins && pins->names.n && i < v->n_shown; i++) {
		const void *row = v->shown[i];
		unsigned int place = v->places[i];

		if (!kmt_tags_has(pins, def->id(row)))
			continue;
		memmove(v->shown + first + 1, v->shown + first, (i - first) * sizeof(*v->shown));
		memmove(v->places + first + 1, v->places + first, (i - first) * sizeof(*v->places));
		v->shown[first] = row;
		v->places[first++] = place;
	}
}

void kmt_model_arrange(struct kmt_model *m, enum kmt_view view, const struct kmt_arrangement *how)
{
	struct kmt_model_view *v = &m->views[view];
	const char *sort = how->sort ? how->sort : kmt_views[view]->sort;
	const unsigned int *order =
		sort ? need_order(v, view, column_place(view, sort), how->descending) : NULL;
	const struct kmt_column *measured = measured_column(view);
	kmt_autofree bool *found = find_matches(m, view, how->filter);

	forget_shown(v);
	v->shown = kmt_realloc_array(NULL, v->rows.n + 1, sizeof(*v->shown));
	v->places = kmt_realloc_array(NULL, v->rows.n + 1, sizeof(*v->places));
	v->longest = 0;
	for (size_t i = 0; i < v->rows.n; i++) {
		size_t row = order ? order[i] : how->descending ? v->rows.n - 1 - i : i;
		int len;

		if ((found && !found[row]) || (kmt_views[view]->passes && !kmt_views[view]->passes(v->rows.v[row], how)))
			continue;
		v->places[v->n_shown] = (unsigned int)row;
		v->shown[v->n_shown++] = v->rows.v[row];
		len = measure_row(v, measured, row);
		if (len > v->longest)
			v->longest = len;
	}
	put_pins_first(v, kmt_views[view], how->pins);
	if (kmt_view_is_tree(view, how))
		arrange_tree(m, v, kmt_views[view], measured, how);
	kmt_arena_free(&v->scratch);
}

