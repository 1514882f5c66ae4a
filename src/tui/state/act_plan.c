/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of the plan dialog. Cancel is what Enter does unless one goes to another button. */
#include "act_priv.h"

#include <string.h>

static const struct kmt_button load_buttons[] = {
	{KMT_BUTTON_CANCEL, "Cancel"}, {KMT_BUTTON_RUN, "Run"}, {KMT_BUTTON_PARAMS, "Parameters"}, {0}};
static const struct kmt_button unload_buttons[] = {{KMT_BUTTON_CANCEL, "Cancel"}, {KMT_BUTTON_RUN, "Run"},
	{KMT_BUTTON_DEPENDENTS, "What uses it, too"}, {KMT_BUTTON_UNUSED, "What is unused then, too"}, {0}};
static const struct kmt_button reload_buttons[] = {{KMT_BUTTON_CANCEL, "Cancel"}, {KMT_BUTTON_RUN, "Run"},
	{KMT_BUTTON_PARAMS, "Parameters"}, {KMT_BUTTON_DEPENDENTS, "What uses it, too"}, {0}};
static const struct kmt_button set_buttons[] = {{KMT_BUTTON_CANCEL, "Cancel"}, {KMT_BUTTON_RUN, "Run"},
	{KMT_BUTTON_NOW, "Now"}, {KMT_BUTTON_SAVE, "At every load"}, {KMT_BUTTON_BOTH, "Both"},
	{KMT_BUTTON_PARAMS, "Value"}, {0}};
static const struct kmt_button plain_buttons[] = {
	{KMT_BUTTON_CANCEL, "Cancel"}, {KMT_BUTTON_RUN, "Run"}, {0}};
static const struct kmt_button result_buttons[] = {{KMT_BUTTON_CANCEL, "Close"}, {0}};

const struct kmt_button *kmt_dialog_buttons(const struct kmt_tui_state *s)
{
	static const struct kmt_button *const buttons[KMT_REQUEST_COUNT] = {
		[KMT_REQUEST_LOAD] = load_buttons,
		[KMT_REQUEST_UNLOAD] = unload_buttons,
		[KMT_REQUEST_RELOAD] = reload_buttons,
		[KMT_REQUEST_SET] = set_buttons,
		[KMT_REQUEST_UNSET] = plain_buttons,
		[KMT_REQUEST_BLOCK] = plain_buttons,
		[KMT_REQUEST_UNBLOCK] = plain_buttons,
	};

	return s->overlay == KMT_OVERLAY_RESULT ? result_buttons : buttons[s->request.kind];
}

static size_t count_buttons(const struct kmt_tui_state *s)
{
	size_t n = 0;

	while (kmt_dialog_buttons(s)[n].label)
		n++;
	return n;
}

void kmt_act_show_plan(struct kmt_tui_state *s)
{
	s->overlay = KMT_OVERLAY_PLAN;
	s->overlay_top = 0;
	s->choice = 0;
}

enum kmt_effect kmt_act_open_plan(
	struct kmt_tui_state *s, struct kmt_model *m, enum kmt_request_kind kind)
{
	bool many = s->tags.names.n && kind != KMT_REQUEST_RELOAD;
	const char *module = many ? s->tags.names.v[0] : kmt_tui_selected_module(s, m);

	if (!module) {
		kmt_tui_say(s, "There is no module below the bar.");
		return KMT_EFFECT_NONE;
	}
	s->request = (struct kmt_request){.kind = kind, .targets = many ? &s->targets : NULL};
	snprintf(s->request.target, sizeof(s->request.target), "%s", module);
	kmt_tags_copy(&s->targets, &s->tags);
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}

static enum kmt_effect press(struct kmt_tui_state *s)
{
	enum kmt_button_kind button = kmt_dialog_buttons(s)[s->choice].button;

	switch (button) {
	case KMT_BUTTON_RUN:
		return KMT_EFFECT_RUN;
	case KMT_BUTTON_PARAMS:
		s->overlay = KMT_OVERLAY_PARAMS;
		kmt_line_set(&s->prompt, s->request.params);
		s->prompt_failed = false;
		return KMT_EFFECT_NONE;
	case KMT_BUTTON_DEPENDENTS:
		s->request.dependents = !s->request.dependents;
		return KMT_EFFECT_PLAN;
	case KMT_BUTTON_UNUSED:
		s->request.unused_deps = !s->request.unused_deps;
		return KMT_EFFECT_PLAN;
	case KMT_BUTTON_NOW:
	case KMT_BUTTON_SAVE:
	case KMT_BUTTON_BOTH:
		s->request.now = button != KMT_BUTTON_SAVE;
		s->request.save = button != KMT_BUTTON_NOW;
		return KMT_EFFECT_PLAN;
	default:
		s->overlay = KMT_OVERLAY_NONE;
		return KMT_EFFECT_NONE;
	}
}

enum kmt_effect kmt_act_dialog_key(struct kmt_tui_state *s, const struct kmt_doc *doc, int key)
{
	size_t n = count_buttons(s);
	enum kmt_action action = kmt_key_action(key);

	if (key == KMT_KEY_BACKTAB || action == KMT_ACT_LEFT) {
		s->choice = (s->choice + n - 1) % n;
	} else if (key == KMT_KEY_TAB || action == KMT_ACT_RIGHT) {
		s->choice = (s->choice + 1) % n;
	} else if (kmt_act_scroll(s, doc ? doc->lines.n : 0, kmt_dialog_page(s), action)) {
		return KMT_EFFECT_NONE;
	} else if (action == KMT_ACT_COPY) {
		return KMT_EFFECT_COPY;
	} else if (action == KMT_ACT_ENTER || key == ' ') {
		return press(s);
	} else if (action == KMT_ACT_ESCAPE || action == KMT_ACT_QUIT) {
		s->overlay = KMT_OVERLAY_NONE;
	} else if (action == KMT_ACT_REDRAW) {
		return KMT_EFFECT_REDRAW;
	}
	return KMT_EFFECT_NONE;
}

enum kmt_effect kmt_act_params_key(struct kmt_tui_state *s, int key)
{
	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c')) {
		s->overlay = KMT_OVERLAY_PLAN;
	} else if (key == KMT_KEY_ENTER) {
		memcpy(s->request.params, s->prompt.text, sizeof(s->request.params));
		s->overlay = KMT_OVERLAY_PLAN;
		s->choice = 0;
		return KMT_EFFECT_PLAN;
	} else {
		kmt_line_key(&s->prompt, key);
	}
	return KMT_EFFECT_NONE;
}
