/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys on a parameter: another value, the live one for good, none at all. */
#include "act_priv.h"

#include <string.h>

#include <kmt/model/params.h>

/* The most that a value of type long can be; the plan knows how large one is for this module. */
#define LONG_BITS 64

const struct kmt_doc_param *kmt_act_line_param(const struct kmt_tui_state *s, const struct kmt_doc *doc)
{
	if (s->pane != KMT_PANE_DETAILS || !doc || s->doc_cursor >= doc->lines.n)
		return NULL;
	return doc->lines.v[s->doc_cursor].param;
}

static void set_value(struct kmt_tui_state *s, const char *param, const char *value)
{
	struct kmt_request *r = &s->request;

	kmt_vec_push(&r->params, kmt_arena_printf(&r->arena, "%s=%s", param, value));
}

static const char *present_value(const struct kmt_doc_param *p)
{
	if (p->live)
		return p->live;
	return p->configured ? p->configured : "";
}

static enum kmt_effect edit(
	struct kmt_tui_state *s, const char *module, const struct kmt_doc_param *p)
{
	if (strlen(present_value(p)) >= sizeof(s->prompt.text)) {
		kmt_tui_say(s, "This is too long to be edited here: kmtool params does it.");
		return KMT_EFFECT_NONE;
	}
	kmt_act_start_request(s, KMT_REQUEST_PARAMS, module);
	s->request.save_only = !p->writable;
	s->prompt_param = kmt_arena_strdup(&s->request.arena, p->name);
	snprintf(s->prompt_type, sizeof(s->prompt_type), "%s", p->type ? p->type : "");
	kmt_line_set(&s->prompt, present_value(p));
	s->prompt_failed = false;
	s->overlay = KMT_OVERLAY_VALUE;
	return KMT_EFFECT_NONE;
}

static enum kmt_effect keep(
	struct kmt_tui_state *s, const char *module, const struct kmt_doc_param *p)
{
	if (!p->live) {
		kmt_tui_say(s, "The kernel shows no value of it that could be kept.");
		return KMT_EFFECT_NONE;
	}
	kmt_act_start_request(s, KMT_REQUEST_PARAMS, module);
	s->request.save_only = true;
	set_value(s, p->name, p->live);
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}

static enum kmt_effect drop(
	struct kmt_tui_state *s, const char *module, const struct kmt_doc_param *p)
{
	if (!p->configured) {
		kmt_tui_say(s, "No line of the configuration sets it.");
		return KMT_EFFECT_NONE;
	}
	kmt_act_start_request(s, KMT_REQUEST_PARAMS, module);
	kmt_act_add_word(s, &s->request.unset, p->name);
	if (p->file)
		s->request.file = kmt_arena_strdup(&s->request.arena, p->file);
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}

enum kmt_effect kmt_act_param(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	enum kmt_action action)
{
	const struct kmt_doc_param *p = kmt_act_line_param(s, doc);
	const char *module = kmt_tui_selected_module(s, m);

	if (!module) {
		kmt_tui_say(s, "There is no module below the bar.");
		return KMT_EFFECT_NONE;
	}
	if (!p) {
		if (s->tab != KMT_TAB_PARAMS)
			kmt_act_reset_doc(s);
		s->tab = KMT_TAB_PARAMS;
		s->pane = KMT_PANE_DETAILS;
		kmt_tui_say(s, "Go to a parameter first.");
		return KMT_EFFECT_NONE;
	}
	if (action == KMT_ACT_PARAM_KEEP)
		return keep(s, module, p);
	return action == KMT_ACT_PARAM_DROP ? drop(s, module, p) : edit(s, module, p);
}

const char *kmt_tui_value_wrong(const struct kmt_tui_state *s)
{
	return *s->prompt_type ? kmt_params_value_wrong(s->prompt_type, s->prompt.text, LONG_BITS) : NULL;
}

enum kmt_effect kmt_act_value_key(struct kmt_tui_state *s, int key)
{
	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c')) {
		s->overlay = KMT_OVERLAY_NONE;
		return KMT_EFFECT_NONE;
	}
	if (key != KMT_KEY_ENTER) {
		kmt_line_key(&s->prompt, key);
		s->prompt_failed = kmt_tui_value_wrong(s) != NULL;
		return KMT_EFFECT_NONE;
	}
	if (s->prompt_failed)
		return KMT_EFFECT_NONE;
	set_value(s, s->prompt_param, s->prompt.text);
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}
