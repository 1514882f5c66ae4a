/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "draw_priv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/escape.h>

/* What is around the list: the machine, views, details, status, function keys. */

#define KEY_CELL 8 /* of the line of function keys */

/* One word of the first line; left out if the value is not known. */
static int put_fact(struct kmt_canvas *c, int x, const char *name, const char *value, enum kmt_role role)
{
	if (!value || x + 2 >= c->width)
		return x;
	x = kmt_canvas_put(c, x + 2, 0, c->width, KMT_ROLE_HEADER, name);
	return kmt_canvas_put(c, x, 0, c->width, role, value);
}

static const char *switch_word(int value)
{
	return value < 0 ? NULL : value ? "yes" : "no";
}

/* Why nothing can be changed here, NULL if it can. */
static const char *why_readonly(const struct kmt_scene *scene)
{
	const struct kmt_model *m = scene->model;

	if (scene->readonly)
		return "READ-ONLY";
	if (!m->root->is_host)
		return "other root";
	if (!m->list.snap.running)
		return "other kernel";
	if (m->policy.modules_disabled == 1)
		return "modules disabled";
	return m->policy.cap_sys_module ? NULL : "not root";
}

/* "[1 Loaded 214]" or " 4 Config ". SHORTER of 1 to COUNT leaves out the number of rows from the last view
 * on, from there to 2 COUNT the brief title is taken likewise. */
static char *view_text(const struct kmt_scene *scene, int view, int shorter)
{
	const struct kmt_model_view *v = &scene->model->views[view];
	const struct kmt_view_def *def = kmt_views[view];
	const char *around = view == (int)scene->state->view ? "[]" : "  ";
	const char *title = view >= 2 * KMT_VIEW_COUNT - shorter ? def->brief : kmt_view_titles[view];

	if (!v->is_read || view >= KMT_VIEW_COUNT - shorter)
		return kmt_asprintf("%c%d %s%c", around[0], view + 1, title, around[1]);
	return kmt_asprintf("%c%d %s %zu%c", around[0], view + 1, title, v->rows.n - v->n_gone, around[1]);
}

static int views_width(const struct kmt_scene *scene, const struct kmt_canvas *c, int shorter)
{
	int width = 1;

	for (int v = 0; v < KMT_VIEW_COUNT; v++) {
		kmt_autofree char *text = view_text(scene, v, shorter);

		width += kmt_canvas_measure(c, text);
	}
	return width;
}

static void draw_views(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	int x = 1, shorter = 0;

	while (shorter < 2 * KMT_VIEW_COUNT && views_width(scene, c, shorter) > c->width)
		shorter++;
	for (int v = 0; v < KMT_VIEW_COUNT; v++) {
		kmt_autofree char *text = view_text(scene, v, shorter);
		int from = x;

		x = kmt_canvas_put(c, x, 1, c->width,
			v == (int)scene->state->view ? KMT_ROLE_TAB : KMT_ROLE_DIM, text);
		kmt_canvas_zone(c, (struct kmt_rect){from, 1, x - from, 1}, KMT_ZONE_VIEW, v);
	}
}

/* The machine and the views: the first two lines. */
static void draw_head(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_model *m = scene->model;
	const struct kmt_policy *p = &m->policy;
	const char *why = why_readonly(scene);
	kmt_autofree char *right = kmt_asprintf("%s%s", s->paused ? "PAUSED  " : "", why ? why : "root");
	int x, end;

	kmt_canvas_fill(c, (struct kmt_rect){0, 0, s->width, 1}, KMT_ROLE_HEADER);
	end = s->width - (int)strlen(right) - 1;
	kmt_canvas_put_right(
		c, 0, 0, s->width - 1, why || s->paused ? KMT_ROLE_WARN : KMT_ROLE_GOOD, right);
	x = kmt_canvas_put(c, 1, 0, end - 1, KMT_ROLE_NAME, "kmtool");
	x = kmt_canvas_put(c, x + 2, 0, end - 1, KMT_ROLE_HEADER,
		*m->list.snap.version ? m->list.snap.version : "no kernel");
	if (x + 14 <= end)
		x = put_fact(c, x, "taint:", m->list.snap.running ? (*m->taint ? m->taint : "none") : NULL,
			*m->taint ? KMT_ROLE_WARN : KMT_ROLE_HEADER);
	if (x + 24 < end)
		x = put_fact(c, x, "lockdown:", p->lockdown, KMT_ROLE_HEADER);
	if (x + 18 < end)
		put_fact(c, x, "sig_enforce:", switch_word(p->sig_enforce), KMT_ROLE_HEADER);
	draw_views(scene, c);
}

/* "[Alias 144]" or " Alias 144 ". The caller frees it. */
static char *tab_text(const struct kmt_scene *scene, int tab)
{
	bool now = tab == (int)scene->state->tab;
	const char *title = kmt_tab_title((enum kmt_tab)tab);
	size_t n = scene->counts ? scene->counts[tab] : 0;

	if (n)
		return kmt_asprintf(now ? "[%s %zu]" : " %s %zu ", title, n);
	return kmt_asprintf(now ? "[%s]" : " %s ", title);
}

/* From which tab on there is room up to the one that is shown: they move to the left for it. */
static int first_tab(const struct kmt_scene *scene, const struct kmt_canvas *c, int room)
{
	int first = (int)scene->state->tab, used = 0;

	for (int t = first; t >= 0; t--) {
		kmt_autofree char *text = tab_text(scene, t);

		used += kmt_canvas_measure(c, text);
		/* One column is for the sign that there are others, on either side. */
		if (used + (t ? 1 : 0) + (scene->state->tab + 1 < KMT_TAB_COUNT ? 1 : 0) > room)
			break;
		first = t;
	}
	return first;
}

/* "[Overview] Params 3  Deps  Alias " */
static void draw_tabs(const struct kmt_scene *scene, struct kmt_canvas *c, int x, int y, int end)
{
	int first = first_tab(scene, c, end - x);

	if (first)
		x = kmt_canvas_symbol(c, x, y, KMT_ROLE_DIM, KMT_SYM_CUT);
	for (int t = first; t < KMT_TAB_COUNT; t++) {
		kmt_autofree char *text = tab_text(scene, t);
		int from = x;

		x = kmt_canvas_put(c, x, y, end,
			t == (int)scene->state->tab ? KMT_ROLE_TAB : KMT_ROLE_DIM, text);
		kmt_canvas_zone(c, (struct kmt_rect){from, y, x - from, 1}, KMT_ZONE_TAB, t);
	}
}

/* Which line of a long text the bar is on, at the right end of the title. Returns where that begins. */
static int draw_place(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r)
{
	const struct kmt_doc *doc = scene->doc;
	int end = r.x + r.w, x;
	kmt_autofree char *text = NULL;

	if (!doc || doc->lines.n < (size_t)r.h)
		return end;
	text = kmt_asprintf(" %zu/%zu ", scene->state->doc_cursor + 1, doc->lines.n);
	x = end - 1 - kmt_canvas_measure(c, text);
	kmt_canvas_put(c, x, r.y, end, KMT_ROLE_DIM, text);
	return x;
}

/* " snd [Overview] Params  Deps  Config ---- 3/40 -" */
static void draw_title(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r)
{
	const struct kmt_view_def *def = kmt_views[scene->state->view];
	const void *row = kmt_tui_selected(scene->state, scene->model);
	bool focus = scene->state->pane == KMT_PANE_DETAILS;
	int x = r.x, end = r.x + r.w;

	kmt_canvas_hline(c, x, r.y, end, focus ? KMT_ROLE_FOCUS : KMT_ROLE_BORDER);
	end = draw_place(scene, c, r);
	x = kmt_canvas_put(c, x + 1, r.y, end, KMT_ROLE_TEXT, " ");
	if (row) {
		x = kmt_canvas_put(c, x, r.y, def->details ? end - 2 : x + r.w / 3,
			focus ? KMT_ROLE_FOCUS : KMT_ROLE_NAME, def->id(row));
		x = kmt_canvas_put(c, x, r.y, end, KMT_ROLE_TEXT, " ");
	}
	if (!def->details)
		draw_tabs(scene, c, x, r.y, end);
}

/* The lines that are seen, below the heading of a table that has been scrolled out of sight. */
static void draw_doc(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_doc *doc = scene->doc;
	const struct kmt_doc_line *heading = r.h > 1 ? kmt_doc_heading(doc, s->doc_top) : NULL;
	int first = r.y + (heading ? 1 : 0);
	size_t page = (size_t)(r.y + r.h - first);

	if (heading)
		kmt_doc_draw(doc, (size_t)(heading - doc->lines.v), c, r.x + 1, r.y, r.x + r.w - 1, s->doc_skip);
	for (size_t i = s->doc_top; i < doc->lines.n && i < s->doc_top + page; i++) {
		int y = first + (int)(i - s->doc_top);

		kmt_doc_draw(doc, i, c, r.x + 1, y, r.x + r.w - 1, s->doc_skip);
		kmt_find_mark(&scene->search, c, r.x + 1, y, r.x + r.w - 1);
		kmt_canvas_zone(c, (struct kmt_rect){r.x, y, r.w, 1}, KMT_ZONE_LINE, (int)i);
		if (s->pane != KMT_PANE_DETAILS || i != s->doc_cursor)
			continue;
		kmt_canvas_put(c, r.x, y, r.x + 1, KMT_ROLE_NAME, ">");
		kmt_canvas_select(c, r.x, y, r.x + r.w);
	}
	kmt_canvas_scrollbar(c, r.x + r.w - 1, r.y, r.h, s->doc_top, page, doc->lines.n);
}

static void draw_details(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r)
{
	kmt_canvas_zone(c, r, KMT_ZONE_DETAILS, 0);
	draw_title(scene, c, r);
	if (!kmt_tui_selected(scene->state, scene->model))
		return;
	if (scene->doc)
		draw_doc(scene, c, (struct kmt_rect){r.x, r.y + 1, r.w, r.h - 1});
	else
		kmt_canvas_put(c, r.x + 1, r.y + 1, r.x + r.w, KMT_ROLE_DIM, "reading ...");
}

/* What is asked for. */
static char *prompt_label(const struct kmt_tui_state *s)
{
	static const char *const labels[] = {
		[KMT_OVERLAY_SEARCH] = "search: ",
		[KMT_OVERLAY_FILTER] = "filter: ",
		[KMT_OVERLAY_SAVE] = "save as: ",
		[KMT_OVERLAY_COMMAND] = ":",
	};

	if (s->overlay != KMT_OVERLAY_VALUE)
		return kmt_strdup(labels[s->overlay]);
	return kmt_asprintf("%s%s%s%s: ", s->prompt_param, *s->prompt_type ? " (" : "", s->prompt_type,
		*s->prompt_type ? ")" : "");
}

static const char *why_not(const struct kmt_tui_state *s)
{
	if (s->overlay == KMT_OVERLAY_SAVE || s->overlay == KMT_OVERLAY_COMMAND)
		return s->prompt_why;
	return s->overlay == KMT_OVERLAY_VALUE ? kmt_tui_value_wrong(s) : "no match";
}

/* "(3 of 17)": what a search or a filter finds so far. The caller frees it; NULL: nothing is to be said. */
static char *found_text(const struct kmt_scene *scene)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_model *m = scene->model;
	const struct kmt_model_view *v = &m->views[s->view];

	const struct kmt_find *find = s->overlay == KMT_OVERLAY_FILTER ? &scene->filter : &scene->search;

	if (s->overlay == KMT_OVERLAY_COMMAND && !s->prompt_failed && *s->prompt_why)
		return kmt_asprintf("(%s)", s->prompt_why);
	if (!s->prompt.len || (s->overlay != KMT_OVERLAY_SEARCH && s->overlay != KMT_OVERLAY_FILTER))
		return NULL;
	if (*find->wrong)
		return kmt_asprintf("(%s)", find->wrong);
	if (!s->under && kmt_views[s->view]->words && m->list.snap.has_tree && !m->words.done)
		return kmt_asprintf("(reading module files: %zu of %zu)", m->words.next, m->words.n);
	if (s->overlay == KMT_OVERLAY_FILTER)
		return kmt_asprintf("(%zu of %zu)", v->n_shown, v->rows.n);
	return s->prompt_failed ? kmt_strdup("(no match)") : kmt_asprintf("(%zu of %zu)", s->match, s->matches);
}

/* What is typed; the end of it, if it is longer than the line. */
static void draw_prompt(const struct kmt_scene *scene, struct kmt_canvas *c, int y)
{
	const struct kmt_tui_state *s = scene->state;
	const char *text = s->prompt.text;
	kmt_autofree char *found = found_text(scene);
	kmt_autofree char *head = kmt_strndup(text, s->prompt.cursor);
	kmt_autofree char *label = prompt_label(s);
	int x;

	kmt_canvas_fill(c, (struct kmt_rect){0, y, s->width, 1}, KMT_ROLE_TEXT);
	x = kmt_canvas_put(c, 1, y, s->width / 2, KMT_ROLE_PROMPT, label);
	while (kmt_canvas_measure(c, head) > s->width - x - 2) {
		text += kmt_utf8_len(text, strlen(text));
		free(head);
		head = kmt_strndup(text, s->prompt.cursor - (size_t)(text - s->prompt.text));
	}
	c->cursor_x = x + kmt_canvas_measure(c, head);
	c->cursor_y = y;
	x = kmt_canvas_put(c, x, y, s->width - 1, s->prompt_failed ? KMT_ROLE_BAD : KMT_ROLE_TEXT, text);
	if (found) {
		kmt_canvas_put(c, x + 2, y, s->width, s->prompt_failed ? KMT_ROLE_BAD : KMT_ROLE_DIM, found);
	} else if (s->prompt_failed) {
		kmt_autofree char *why = kmt_asprintf("(%s)", why_not(s));

		kmt_canvas_put(c, x + 2, y, s->width, KMT_ROLE_BAD, why);
	}
}

/* The row of a group is none of those that are counted. */
static int draw_filter(const struct kmt_scene *scene, struct kmt_canvas *c, int x, int y)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_model_view *v = &scene->model->views[s->view];
	const char *group = kmt_views[s->view]->group;
	size_t shown = group && kmt_model_find(scene->model, s->view, group) != SIZE_MAX;
	size_t there = group ? v->n_gone : 0;
	kmt_autofree char *text = kmt_asprintf("filter: %s (%zu of %zu)", s->lists[s->view].how.filter,
		v->n_shown - shown, v->rows.n - there);

	return kmt_canvas_put(c, x, y, s->width, KMT_ROLE_PROMPT, text);
}

static void draw_warning(const struct kmt_diag_item *item, struct kmt_canvas *c, int x, int y)
{
	kmt_autofree char *text = kmt_diag_text(item);

	kmt_canvas_put(c, x, y, c->width, KMT_ROLE_WARN, text);
}

/* What the row was found by, if no cell shows it. */
static void draw_why_found(const struct kmt_scene *scene, struct kmt_canvas *c, int x, int y)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_find *find = scene->search.n ? &scene->search : &scene->filter;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (!find->n || !kmt_tui_selected(s, scene->model))
		return;
	kmt_model_match_text(scene->model, s->view, s->lists[s->view].cursor, find, &text);
	if (x + 2 < c->width)
		kmt_canvas_put(c, x + 2, y, c->width, KMT_ROLE_DIM, kmt_strbuf_str(&text));
}

static void draw_status(const struct kmt_scene *scene, struct kmt_canvas *c, int y)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_model_view *v = &scene->model->views[s->view];
	const struct kmt_list_state *list = &s->lists[s->view];
	kmt_autofree char *where = kmt_asprintf("%zu/%zu", v->n_shown ? list->cursor + 1 : 0, v->n_shown);
	int x;

	if (kmt_overlay_is_prompt(s->overlay)) {
		draw_prompt(scene, c, y);
		return;
	}
	x = kmt_canvas_put(c, 1, y, s->width, KMT_ROLE_DIM, where) + 2;
	if (*list->how.filter)
		x = draw_filter(scene, c, x, y) + 2;
	if (list->how.levels || *list->how.about) {
		const char *levels = list->how.levels == 4 ? "errors" : list->how.levels ? "warnings" : "";
		kmt_autofree char *only = kmt_asprintf("only %s%s%s", levels,
			*levels && *list->how.about ? " of " : "", list->how.about);

		x = kmt_canvas_put(c, x, y, s->width, KMT_ROLE_PROMPT, only) + 2;
	}
	if (s->tags.names.n) {
		kmt_autofree char *tagged = kmt_asprintf("%zu tagged", s->tags.names.n);

		x = kmt_canvas_put(c, x, y, s->width, KMT_ROLE_PROMPT, tagged) + 2;
	}
	if (*s->message)
		x = kmt_canvas_put(c, x, y, s->width, s->message_good ? KMT_ROLE_GOOD : KMT_ROLE_WARN, s->message);
	else if (scene->model->diag.n)
		draw_warning(&scene->model->diag.items[0], c, x, y);
	if ((!*s->message || s->message_good) && !scene->model->diag.n)
		draw_why_found(scene, c, x, y);
}

#define KEYS 10

/* The binding of function key N that has a label; NULL: there is none. */
static const struct kmt_binding *labelled(int n)
{
	for (const struct kmt_binding *b = kmt_bindings; b->action; b++)
		if (b->label && b->keys[0] == KMT_KEY_F(n))
			return b;
	return NULL;
}

/* Whether key N is left out where there are not as many cells: the menu and quitting stay. */
static bool is_left_out(int n, int cells)
{
	static const int order[KEYS] = {2, 6, 5, 4, 3, 7, 8, 1, 9, 10};

	for (int i = 0; i < KEYS - cells; i++)
		if (order[i] == n)
			return true;
	return false;
}

/* By the table of keys: a key without a label leaves its place empty. */
static void draw_keys(struct kmt_canvas *c, int y)
{
	int cells = c->width / KEY_CELL, x = 0;

	for (int n = 1; n <= KEYS; n++) {
		const struct kmt_binding *b = labelled(n);
		char name[KMT_KEY_NAME];
		int from = x;

		if (is_left_out(n, cells))
			continue;
		x += KEY_CELL;
		if (!b)
			continue;
		kmt_key_name(b->keys[0], name);
		kmt_canvas_zone(c, (struct kmt_rect){from, y, KEY_CELL, 1}, KMT_ZONE_KEY, b->keys[0]);
		kmt_canvas_put(c, kmt_canvas_put(c, from, y, c->width, KMT_ROLE_KEY, name), y, c->width, KMT_ROLE_ACTION,
			b->label);
	}
}

static void foot(const struct kmt_scene *scene, struct kmt_canvas *c, const struct kmt_layout *l)
{
	draw_status(scene, c, l->status_y);
	draw_keys(c, l->keys_y);
}

static void draw_too_small(const struct kmt_tui_state *s, struct kmt_canvas *c)
{
	kmt_autofree char *text = kmt_asprintf(
		"terminal too small (need %dx%d)", KMT_MIN_WIDTH, KMT_MIN_HEIGHT);
	int x = (s->width - kmt_canvas_measure(c, text)) / 2;

	kmt_canvas_put(c, x > 0 ? x : 0, s->height / 2, s->width, KMT_ROLE_WARN, text);
}

static void draw_divider(const struct kmt_layout *l, struct kmt_canvas *c)
{
	for (int y = l->body.y; y < l->body.y + l->body.h; y++)
		kmt_canvas_symbol(c, l->list.w, y, KMT_ROLE_BORDER, KMT_SYM_VERTICAL);
}

static void draw_overlay(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	enum kmt_overlay overlay = kmt_tui_overlay(scene->state);

	if (overlay >= KMT_OVERLAY_HELP && overlay <= KMT_OVERLAY_OUTPUT)
		kmt_draw_text(scene, c);
	else if (overlay == KMT_OVERLAY_SORT)
		kmt_draw_sort(scene, c);
	else if (overlay == KMT_OVERLAY_KERNELS)
		kmt_draw_kernels(scene, c);
	else if (overlay == KMT_OVERLAY_SETUP)
		kmt_draw_setup(scene, c);
	else if (overlay == KMT_OVERLAY_MENU)
		kmt_draw_menu(scene, c);
	else if (overlay >= KMT_OVERLAY_PLAN)
		kmt_draw_plan(scene, c);
}

void kmt_draw(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	struct kmt_layout l;

	kmt_canvas_clear(c);
	kmt_layout(s, &l);
	if (l.too_small) {
		draw_too_small(s, c);
		return;
	}
	draw_head(scene, c);
	if (l.list.h)
		kmt_draw_list(scene, c, l.list);
	if (l.side_by_side)
		draw_divider(&l, c);
	if (l.details.h)
		draw_details(scene, c, l.details);
	if (l.log.h)
		kmt_draw_log(scene, c, l.log);
	foot(scene, c, &l);
	if (s->overlay)
		kmt_canvas_cover(c);
	draw_overlay(scene, c);
	/* What is searched for in a text is typed below it. */
	if (s->overlay == KMT_OVERLAY_SEARCH && s->under)
		draw_prompt(scene, c, l.status_y);
}
