/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of a text that fills the screen: the help, and what was done in this session. */
#include "act_priv.h"

bool kmt_act_scroll(struct kmt_tui_state *s, size_t n, size_t page, enum kmt_action action)
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

/* Any key that does nothing here closes it. */
enum kmt_effect kmt_act_text_key(struct kmt_tui_state *s, const struct kmt_doc *doc, int key)
{
	enum kmt_action action = kmt_key_action(key);

	if (kmt_act_scroll(s, doc ? doc->lines.n : 0, kmt_overlay_page(s), action))
		return KMT_EFFECT_NONE;
	if (s->overlay == KMT_OVERLAY_HISTORY && key == 's') {
		kmt_line_set(&s->prompt, "kmtool-session.sh");
		s->prompt_failed = false;
		s->overlay = KMT_OVERLAY_SAVE;
		return KMT_EFFECT_NONE;
	}
	if (action == KMT_ACT_REDRAW)
		return KMT_EFFECT_REDRAW;
	if (action == KMT_ACT_SUSPEND)
		return KMT_EFFECT_SUSPEND;
	s->overlay = KMT_OVERLAY_NONE;
	return KMT_EFFECT_NONE;
}

enum kmt_effect kmt_act_save_key(struct kmt_tui_state *s, int key)
{
	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c'))
		s->overlay = KMT_OVERLAY_HISTORY;
	else if (key == KMT_KEY_ENTER && s->prompt.len)
		return KMT_EFFECT_SAVE;
	else if (kmt_line_key(&s->prompt, key))
		s->prompt_failed = false;
	return KMT_EFFECT_NONE;
}
