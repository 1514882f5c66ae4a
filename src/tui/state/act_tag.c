/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that mark modules. */
#include "act_priv.h"

/* With all that holds it, and what holds that: a list that grows while it is walked. */
static void tag_dependents(struct kmt_tui_state *s, struct kmt_model *m, const char *name)
{
	struct kmt_tags found = {0};

	kmt_tags_add(&found, name);
	for (size_t i = 0; i < found.names.n; i++) {
		const struct kmt_procmod *mod = kmt_snapshot_loaded(&m->list.snap, found.names.v[i]);

		for (size_t h = 0; mod && h < mod->holders.n; h++)
			kmt_tags_add(&found, mod->holders.v[h]);
	}
	for (size_t i = 0; i < found.names.n; i++)
		kmt_tags_add(&s->tags, found.names.v[i]);
	kmt_tui_say(s, "%zu of them.", found.names.n);
	kmt_tags_free(&found);
}

enum kmt_effect kmt_act_tag(struct kmt_tui_state *s, struct kmt_model *m, enum kmt_action action)
{
	const char *name = kmt_tui_selected_module(s, m);

	if (!name) {
		kmt_tui_say(s, "There is no module below the bar.");
		return KMT_EFFECT_NONE;
	}
	if (action == KMT_ACT_TAG) {
		kmt_tags_toggle(&s->tags, name);
		kmt_act_select(s, m, kmt_act_list(s)->cursor + 1);
	} else {
		tag_dependents(s, m, name);
	}
	return KMT_EFFECT_NONE;
}
