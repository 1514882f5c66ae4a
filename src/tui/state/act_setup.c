/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of the settings: each change counts at once. */
#include "act_priv.h"

enum kmt_effect kmt_act_setup_key(struct kmt_tui_state *s, int key)
{
	enum kmt_action action = kmt_key_action(key);

	if (action == KMT_ACT_UP || action == KMT_ACT_DOWN) {
		s->choice = (s->choice + (action == KMT_ACT_DOWN ? 1 : KMT_PREF_COUNT - 1)) % KMT_PREF_COUNT;
		return KMT_EFFECT_NONE;
	}
	if (action == KMT_ACT_ENTER || action == KMT_ACT_RIGHT || action == KMT_ACT_LEFT || key == ' ') {
		kmt_prefs_step(&s->prefs, (enum kmt_pref)s->choice, action == KMT_ACT_LEFT ? -1 : 1);
		return KMT_EFFECT_PREFS;
	}
	s->overlay = KMT_OVERLAY_NONE;
	return KMT_EFFECT_NONE;
}
