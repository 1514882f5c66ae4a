/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/state.h>

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "act_priv.h"

void kmt_tui_init(struct kmt_tui_state *s, int width, int height)
{
	*s = (struct kmt_tui_state){.width = width, .height = height};
	for (int view = 0; view < KMT_VIEW_COUNT; view++)
		if (kmt_views[view]->group)
			kmt_tags_add(&s->folded, kmt_views[view]->group);
}

void kmt_tui_free(struct kmt_tui_state *s)
{
	kmt_tags_free(&s->tags);
	kmt_tags_free(&s->folded);
	kmt_prefs_free(&s->prefs);
	for (int i = 0; i < KMT_RECALLS; i++)
		kmt_recall_free(&s->recall[i]);
	kmt_request_free(&s->request);
	kmt_vec_free(&s->command);
	kmt_arena_free(&s->command_arena);
}

void kmt_tui_say(struct kmt_tui_state *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->message, sizeof(s->message), fmt, ap);
	va_end(ap);
	s->message_good = false;
}

void kmt_tui_resize(struct kmt_tui_state *s, int width, int height)
{
	s->width = width;
	s->height = height;
}

bool kmt_overlay_is_prompt(enum kmt_overlay overlay)
{
	return overlay == KMT_OVERLAY_SEARCH || overlay == KMT_OVERLAY_FILTER ||
	       overlay == KMT_OVERLAY_VALUE || overlay == KMT_OVERLAY_SAVE || overlay == KMT_OVERLAY_COMMAND;
}

enum kmt_overlay kmt_tui_overlay(const struct kmt_tui_state *s)
{
	return s->overlay == KMT_OVERLAY_SEARCH ? s->under : s->overlay;
}

struct kmt_list_state *kmt_state_list(struct kmt_tui_state *s)
{
	return &s->lists[s->view];
}

const void *kmt_tui_selected(const struct kmt_tui_state *s, const struct kmt_model *m)
{
	const struct kmt_model_view *v = &m->views[s->view];
	size_t i = s->lists[s->view].cursor;

	return i < v->n_shown ? v->shown[i] : NULL;
}

const char *kmt_tui_selected_module(const struct kmt_tui_state *s, struct kmt_model *m)
{
	const void *row = kmt_tui_selected(s, m);

	return row ? kmt_views[s->view]->module(m, row) : NULL;
}

size_t kmt_state_list_page(const struct kmt_tui_state *s)
{
	struct kmt_layout l;

	kmt_layout(s, &l);
	return l.list.h > 1 ? (size_t)l.list.h - 1 : 1;
}

size_t kmt_state_doc_page(const struct kmt_tui_state *s)
{
	struct kmt_layout l;

	kmt_layout(s, &l);
	return l.details.h > 1 ? (size_t)l.details.h - 1 : 1;
}

/* Moves TOP so that line CURSOR of N is within PAGE lines, and no more is empty than has to be. */
static size_t scroll(size_t top, size_t cursor, size_t n, size_t page)
{
	if (top + page > n)
		top = n > page ? n - page : 0;
	if (cursor < top)
		top = cursor;
	if (cursor >= top + page)
		top = cursor - page + 1;
	return top;
}

void kmt_state_reset_doc(struct kmt_tui_state *s)
{
	s->doc_cursor = s->doc_top = 0;
	s->doc_skip = 0;
}

/* Puts the bar on line I of the list. */
void kmt_state_select(struct kmt_tui_state *s, const struct kmt_model *m, size_t i)
{
	const struct kmt_model_view *v = &m->views[s->view];
	struct kmt_list_state *list = kmt_state_list(s);
	const char *id;

	if (i >= v->n_shown)
		i = v->n_shown ? v->n_shown - 1 : 0;
	id = v->n_shown ? kmt_views[s->view]->id(v->shown[i]) : list->selected;
	if (strcmp(list->selected, id)) {
		snprintf(list->selected, sizeof(list->selected), "%s", id);
		kmt_state_reset_doc(s);
	}
	list->cursor = i;
	list->at_end = i + 1 == v->n_shown;
	list->top = scroll(list->top, i, v->n_shown, kmt_state_list_page(s));
}

void kmt_state_select_doc(struct kmt_tui_state *s, const struct kmt_doc *doc, size_t i)
{
	size_t n = doc ? doc->lines.n : 0;

	size_t page = kmt_state_doc_page(s);

	s->doc_cursor = i < n ? i : n ? n - 1 : 0;
	s->doc_top = scroll(s->doc_top, s->doc_cursor, n, page);
	/* A heading that stays takes a line. */
	if (doc && page > 1 && kmt_doc_heading(doc, s->doc_top))
		s->doc_top = scroll(s->doc_top, s->doc_cursor, n, page - 1);
}

size_t kmt_state_strip_page(const struct kmt_tui_state *s)
{
	struct kmt_layout l;

	kmt_layout(s, &l);
	return l.log.h > 1 ? (size_t)l.log.h - 1 : 1;
}

void kmt_tui_strip(const struct kmt_tui_state *s, const struct kmt_model *m, size_t *cursor, size_t *top)
{
	const struct kmt_model_view *v = &m->views[KMT_VIEW_LOG];
	bool newest = s->pane != KMT_PANE_STRIP || !*s->strip_selected;
	size_t i = v->rows.n;

	while (i && !newest && strcmp(kmt_views[KMT_VIEW_LOG]->id(v->rows.v[i - 1]), s->strip_selected) != 0)
		i--;
	*cursor = i ? i - 1 : 0;
	*top = scroll(newest ? v->rows.n : s->strip_top, *cursor, v->rows.n, kmt_state_strip_page(s));
}

void kmt_state_select_strip(struct kmt_tui_state *s, const struct kmt_model *m, size_t i)
{
	const struct kmt_model_view *v = &m->views[KMT_VIEW_LOG];
	const char *id = i + 1 < v->rows.n ? kmt_views[KMT_VIEW_LOG]->id(v->rows.v[i]) : "";
	size_t cursor;

	kmt_tui_strip(s, m, &cursor, &s->strip_top);
	snprintf(s->strip_selected, sizeof(s->strip_selected), "%s", id);
	kmt_tui_strip(s, m, &cursor, &s->strip_top);
}

void kmt_state_open_strip(struct kmt_tui_state *s, const struct kmt_model *m)
{
	const struct kmt_model_view *v = &m->views[KMT_VIEW_LOG];
	struct kmt_arrangement *how = &s->lists[KMT_VIEW_LOG].how;
	size_t cursor, top;

	kmt_tui_strip(s, m, &cursor, &top);
	kmt_tui_goto_row(s, KMT_VIEW_LOG, v->rows.n ? kmt_views[KMT_VIEW_LOG]->id(v->rows.v[cursor]) : "");
	s->lists[KMT_VIEW_LOG].at_end = false;
	how->about[0] = '\0';
	how->levels = 0;
	s->pane = KMT_PANE_LIST;
}

/* A row that is not there any more leaves the bar where it was: on what stands there now. But a bar
 * that is not sure what it points to must not be acted on as if it were the old one. */
void kmt_tui_settle(struct kmt_tui_state *s, const struct kmt_model *m)
{
	struct kmt_list_state *list = kmt_state_list(s);
	const void *now = kmt_tui_selected(s, m);
	size_t found = list->cursor;
	struct kmt_layout l;

	kmt_layout(s, &l);
	if (s->pane == KMT_PANE_STRIP && !l.log.h)
		s->pane = KMT_PANE_LIST;

	/* In a tree a row can be there more than once: the one below the bar stays it. */
	if (!*list->selected || !now || strcmp(kmt_views[s->view]->id(now), list->selected))
		found = *list->selected ? kmt_model_find(m, s->view, list->selected) : SIZE_MAX;

	if (kmt_views[s->view]->follows && (list->at_end || !*list->selected) && !kmt_sorted_by(s) &&
		!list->how.descending)
		found = m->views[s->view].n_shown - 1;

	if (!m->views[s->view].n_shown) {
		list->cursor = list->top = 0;
		return;
	}
	kmt_state_select(s, m, found == SIZE_MAX ? list->cursor : found);
}

void kmt_state_remember(struct kmt_tui_state *s)
{
	struct kmt_place *place;

	if (s->n_history == KMT_HISTORY_MAX) {
		memmove(s->history, s->history + 1, sizeof(s->history) - sizeof(s->history[0]));
		s->n_history--;
	}
	place = &s->history[s->n_history++];
	*place = (struct kmt_place){.view = s->view, .tab = s->tab, .how = kmt_state_list(s)->how};
	memcpy(place->selected, kmt_state_list(s)->selected, sizeof(place->selected));
}

void kmt_state_keep_order(struct kmt_tui_state *s)
{
	const struct kmt_arrangement *how = &kmt_state_list(s)->how;

	s->prefs.order[s->view] = (struct kmt_pref_order){kmt_sorted_by(s), how->descending};
	if (kmt_view_has_tree(s->view))
		s->prefs.tree = how->tree;
	s->prefs_changed = true;
}

void kmt_tui_goto_row(struct kmt_tui_state *s, enum kmt_view view, const char *id)
{
	kmt_state_remember(s);
	s->view = view;
	/* What is gone to must be seen. */
	kmt_state_list(s)->how.filter[0] = '\0';
	snprintf(kmt_state_list(s)->selected, sizeof(kmt_state_list(s)->selected), "%s", id);
	kmt_state_reset_doc(s);
}

bool kmt_tui_goto(struct kmt_tui_state *s, struct kmt_model *m, const char *name)
{
	enum kmt_view view;
	const char *module = kmt_model_module(m, name, &view);

	if (!module)
		return false;
	kmt_tui_goto_row(s, view, module);
	return true;
}

bool kmt_state_back(struct kmt_tui_state *s)
{
	const struct kmt_place *place;

	if (!s->n_history)
		return false;
	place = &s->history[--s->n_history];
	s->view = place->view;
	s->tab = place->tab;
	kmt_state_list(s)->how = place->how;
	memcpy(kmt_state_list(s)->selected, place->selected, sizeof(place->selected));
	kmt_state_list(s)->at_end = false;
	kmt_state_reset_doc(s);
	return true;
}

size_t kmt_sort_choices(const struct kmt_tui_state *s)
{
	size_t n = 0;

	while (kmt_views[s->view]->columns[n].name)
		n++;
	return n;
}

const char *kmt_sorted_by(const struct kmt_tui_state *s)
{
	const char *chosen = s->lists[s->view].how.sort;

	return chosen ? chosen : kmt_views[s->view]->sort;
}

bool kmt_state_scroll(struct kmt_tui_state *s, size_t n, size_t page, enum kmt_action action)
{
	size_t last = n > page ? n - page : 0;

	switch (action) {
	case KMT_ACT_UP:
		s->overlay_top -= s->overlay_top > 0;
		break;
	case KMT_ACT_DOWN:
		s->overlay_top++;
		break;
	case KMT_ACT_PAGE_UP:
		s->overlay_top = s->overlay_top > page ? s->overlay_top - page : 0;
		break;
	case KMT_ACT_PAGE_DOWN:
		s->overlay_top += page;
		break;
	case KMT_ACT_HOME:
		s->overlay_top = 0;
		break;
	case KMT_ACT_END:
		s->overlay_top = last;
		break;
	default:
		return false;
	}
	if (s->overlay_top > last)
		s->overlay_top = last;
	return true;
}
