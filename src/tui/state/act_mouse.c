/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the mouse does: nothing that no key does. */
#include "act_priv.h"

#define WHEEL 3 /* lines at a time */

static enum kmt_effect press_row(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, size_t i)
{
	bool again = s->pane == KMT_PANE_LIST && kmt_state_list(s)->cursor == i;

	if (again)
		return kmt_act(s, m, doc, KMT_ACT_ENTER);
	s->pane = KMT_PANE_LIST;
	kmt_state_select(s, m, i);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect press_line(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, size_t i, int x)
{
	bool again = s->pane == KMT_PANE_DETAILS && s->doc_cursor == i;
	const char *link = doc && i < doc->lines.n ? kmt_doc_link_at(doc, i, x) : NULL;

	if (link && kmt_tui_goto(s, m, link))
		return KMT_EFFECT_ARRANGE;
	if (again)
		return kmt_act(s, m, doc, KMT_ACT_ENTER);
	s->pane = KMT_PANE_DETAILS;
	kmt_state_select_doc(s, doc, i);
	return KMT_EFFECT_NONE;
}

/* The title leads to the view. */
static enum kmt_effect press_strip(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, size_t i)
{
	size_t cursor, top;

	kmt_tui_strip(s, m, &cursor, &top);
	if (s->pane == KMT_PANE_STRIP && cursor == i)
		return kmt_act(s, m, doc, KMT_ACT_ENTER);
	s->pane = KMT_PANE_STRIP;
	kmt_state_select_strip(s, m, i);
	return KMT_EFFECT_NONE;
}

/* Whether it goes when somebody presses beside it. What is typed or planned stays. */
static bool leaves(enum kmt_overlay overlay)
{
	return overlay == KMT_OVERLAY_HELP || overlay == KMT_OVERLAY_HISTORY || overlay == KMT_OVERLAY_SORT ||
	       overlay == KMT_OVERLAY_KERNELS || overlay == KMT_OVERLAY_OUTPUT ||
	       overlay == KMT_OVERLAY_SETUP || overlay == KMT_OVERLAY_MENU;
}

static enum kmt_effect press(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	const struct kmt_zone *zone)
{
	switch (zone->kind) {
	case KMT_ZONE_LIST:
		s->pane = KMT_PANE_LIST;
		return KMT_EFFECT_NONE;
	case KMT_ZONE_DETAILS:
		s->pane = KMT_PANE_DETAILS;
		return KMT_EFFECT_NONE;
	case KMT_ZONE_ROW:
		return press_row(s, m, doc, (size_t)zone->n);
	case KMT_ZONE_LINE:
		return press_line(s, m, doc, (size_t)zone->n, zone->at - 1 + s->doc_skip);
	case KMT_ZONE_STRIP:
		return press_strip(s, m, doc, (size_t)zone->n);
	case KMT_ZONE_HEADING:
		return kmt_act_sort_by(s, (size_t)zone->n);
	case KMT_ZONE_VIEW:
		return kmt_act(s, m, doc, (enum kmt_action)(KMT_ACT_VIEW_LOADED + zone->n));
	case KMT_ZONE_TAB:
		s->tab = (enum kmt_tab)zone->n;
		kmt_state_reset_doc(s);
		return KMT_EFFECT_NONE;
	case KMT_ZONE_KEY:
		return kmt_tui_key(s, m, doc, zone->n);
	case KMT_ZONE_CHOICE:
		s->choice = (size_t)zone->n;
		return kmt_tui_key(s, m, doc, KMT_KEY_ENTER);
	default:
		return leaves(s->overlay) ? kmt_tui_key(s, m, doc, KMT_KEY_ESC) : KMT_EFFECT_NONE;
	}
}

/* The pane below the mouse moves, whichever the keys are for. */
static enum kmt_effect wheel(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int key,
	enum kmt_zone_kind kind)
{
	enum kmt_pane pane = s->pane;

	if (kind == KMT_ZONE_LIST || kind == KMT_ZONE_ROW)
		s->pane = KMT_PANE_LIST;
	else if (kind == KMT_ZONE_DETAILS || kind == KMT_ZONE_LINE)
		s->pane = KMT_PANE_DETAILS;
	/* It shows the newest lines unless the keys are for it. */
	if (kind == KMT_ZONE_STRIP && pane != KMT_PANE_STRIP) {
		pane = s->pane = KMT_PANE_STRIP;
		s->strip_selected[0] = '\0';
	}
	for (int i = 0; i < WHEEL; i++)
		kmt_tui_key(s, m, doc, key);
	s->pane = pane;
	return KMT_EFFECT_NONE;
}

enum kmt_effect kmt_tui_mouse(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	enum kmt_mouse mouse, const struct kmt_zone *zone)
{
	switch (mouse) {
	case KMT_MOUSE_PRESS:
		s->message[0] = '\0';
		return press(s, m, doc, zone);
	case KMT_MOUSE_WHEEL_UP:
		return wheel(s, m, doc, KMT_KEY_UP, zone->kind);
	case KMT_MOUSE_WHEEL_DOWN:
		return wheel(s, m, doc, KMT_KEY_DOWN, zone->kind);
	default:
		return KMT_EFFECT_NONE;
	}
}
