/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that move the bar of the focused pane and what it shows. */
#include "act_priv.h"

#include <stdint.h>

#define SIDEWAYS 8 /* columns at a time */

static void move_to(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, size_t i)
{
	if (s->pane == KMT_PANE_LIST)
		kmt_state_select(s, m, i);
	else if (s->pane == KMT_PANE_DETAILS)
		kmt_state_select_doc(s, doc, i);
	else
		kmt_state_select_strip(s, m, i);
}

/* Where the bar is, and how many lines the pane shows. */
static size_t place(struct kmt_tui_state *s, struct kmt_model *m, size_t *page)
{
	size_t cursor, top;

	if (s->pane == KMT_PANE_LIST) {
		*page = kmt_state_list_page(s);
		return kmt_state_list(s)->cursor;
	}
	if (s->pane == KMT_PANE_DETAILS) {
		*page = kmt_state_doc_page(s);
		return s->doc_cursor;
	}
	*page = kmt_state_strip_page(s);
	kmt_tui_strip(s, m, &cursor, &top);
	return cursor;
}

enum kmt_effect kmt_act_move(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action)
{
	size_t page, at = place(s, m, &page);

	switch (action) {
	case KMT_ACT_UP:
		move_to(s, m, doc, at ? at - 1 : 0);
		break;
	case KMT_ACT_DOWN:
		move_to(s, m, doc, at + 1);
		break;
	case KMT_ACT_PAGE_UP:
		move_to(s, m, doc, at > page ? at - page : 0);
		break;
	case KMT_ACT_PAGE_DOWN:
		move_to(s, m, doc, at + page);
		break;
	case KMT_ACT_HOME:
		move_to(s, m, doc, 0);
		break;
	default:
		move_to(s, m, doc, SIZE_MAX - 1);
	}
	return KMT_EFFECT_NONE;
}

/* In the tree: hides what is below the bar, or shows it. False: there is nothing to hide or show. */
static bool fold(struct kmt_tui_state *s, struct kmt_model *m, enum kmt_action action)
{
	const struct kmt_view_def *def = kmt_views[s->view];
	const void *row = kmt_tui_selected(s, m);
	const struct kmt_strv *below;

	if (s->pane != KMT_PANE_LIST || !row || !kmt_view_is_tree(s->view, &kmt_state_list(s)->how))
		return false;
	below = def->children(m, row);
	if (!below || !below->n || kmt_tags_has(&s->folded, def->id(row)) == (action == KMT_ACT_LEFT))
		return false;
	kmt_tags_toggle(&s->folded, def->id(row));
	return true;
}

enum kmt_effect kmt_act_sideways(struct kmt_tui_state *s, struct kmt_model *m, enum kmt_action action)
{
	int *const skips[KMT_PANE_COUNT] = {&s->list_skip, &s->doc_skip, &s->strip_skip};
	int *skip = skips[s->pane];

	if (fold(s, m, action))
		return KMT_EFFECT_ARRANGE;
	*skip += action == KMT_ACT_RIGHT ? SIDEWAYS : -SIDEWAYS;
	if (*skip < 0)
		*skip = 0;
	if (*skip > 512)
		*skip = 512;
	return KMT_EFFECT_NONE;
}
