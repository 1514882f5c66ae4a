/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of the plan dialog and of a parameter. Enter is Cancel at first. */
#include "act_priv.h"

#include <string.h>

#include <kmt/base/shell.h>
#include <kmt/model/params.h>

static const struct kmt_button load_buttons[] = {
	{KMT_BUTTON_CANCEL, "Cancel"}, {KMT_BUTTON_RUN, "Run"}, {KMT_BUTTON_PARAMS, "Parameters"}, {0}};
static const struct kmt_button unload_buttons[] = {{KMT_BUTTON_CANCEL, "Cancel"}, {KMT_BUTTON_RUN, "Run"},
	{KMT_BUTTON_DEPENDENTS, "With dependents"}, {KMT_BUTTON_UNUSED, "With unused dependencies"}, {0}};
static const struct kmt_button reload_buttons[] = {{KMT_BUTTON_CANCEL, "Cancel"}, {KMT_BUTTON_RUN, "Run"},
	{KMT_BUTTON_PARAMS, "Parameters"}, {KMT_BUTTON_DEPENDENTS, "With dependents"}, {0}};
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
		[KMT_REQUEST_PARAMS] = set_buttons,
	};

	if (kmt_tui_overlay(s) == KMT_OVERLAY_RESULT)
		return result_buttons;
	/* What is only taken out of the configuration has no value. */
	if (s->request.kind == KMT_REQUEST_PARAMS && !s->request.params.n)
		return plain_buttons;
	return buttons[s->request.kind] ? buttons[s->request.kind] : plain_buttons;
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

/* WORD is copied. */
static void add_word(struct kmt_tui_state *s, struct kmt_strv *to, const char *word)
{
	kmt_vec_push(to, kmt_arena_strdup(&s->request.arena, word));
}

void kmt_act_start_request(struct kmt_tui_state *s, enum kmt_request_kind kind, const char *target)
{
	kmt_request_free(&s->request);
	s->request.kind = kind;
	s->request.verify = kind == KMT_REQUEST_BLOCK; /* the dialog has room for the proof */
	s->request_of_tags = s->request_undoes = false;
	if (target)
		add_word(s, &s->request.targets, target);
}

enum kmt_effect kmt_act_open_plan(
	struct kmt_tui_state *s, struct kmt_model *m, enum kmt_request_kind kind)
{
	bool many = s->tags.names.n;
	const char *module = many ? NULL : kmt_tui_selected_module(s, m);

	if (!many && !module) {
		kmt_tui_say(s, "No module is selected.");
		return KMT_EFFECT_NONE;
	}
	kmt_act_start_request(s, kind, module);
	s->request_of_tags = many;
	for (size_t i = 0; many && i < s->tags.names.n; i++)
		add_word(s, &s->request.targets, s->tags.names.v[i]);
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}

/* The dialog edits a single value as it is, else the words of the command. */
static const char *single_value(const struct kmt_tui_state *s)
{
	const struct kmt_request *r = &s->request;

	return r->kind == KMT_REQUEST_PARAMS && r->params.n == 1 ? strchr(r->params.v[0], '=') + 1 : NULL;
}

const char *kmt_tui_params_label(const struct kmt_tui_state *s)
{
	return single_value(s) ? "value: " : "parameters: ";
}

static void open_params(struct kmt_tui_state *s)
{
	kmt_autostrbuf struct kmt_strbuf words = KMT_STRBUF_INIT;
	const char *value = single_value(s);

	for (size_t i = 0; i < s->request.params.n; i++)
		kmt_shell_add(&words, s->request.params.v[i]);
	s->overlay = KMT_OVERLAY_PARAMS;
	kmt_line_set(&s->prompt, value ? value : words.len ? words.s + 1 : "");
	s->prompt_failed = false;
}

/* The words that are typed. False, with a message: they are no parameters. */
static bool split_params(struct kmt_tui_state *s, struct kmt_strv *words)
{
	const char *wrong = NULL;

	if (kmt_shell_split(s->prompt.text, &s->request.arena, words))
		wrong = "A quote is not closed.";
	for (size_t i = 0; !wrong && i < words->n; i++)
		if (!strchr(words->v[i], '='))
			wrong = "A value is missing: NAME=VALUE."; /* the command would take it for a module */
	if (!wrong && !words->n && s->request.kind == KMT_REQUEST_PARAMS)
		wrong = "A value is missing: NAME=VALUE.";
	if (wrong)
		kmt_tui_say(s, "%s", wrong);
	return !wrong;
}

static enum kmt_effect take_params(struct kmt_tui_state *s)
{
	struct kmt_request *r = &s->request;
	const char *value = single_value(s);
	struct kmt_strv words = {0};

	if (value) {
		kmt_vec_push(&words, kmt_arena_printf(&r->arena, "%.*s%s", (int)(value - r->params.v[0]),
					     r->params.v[0], s->prompt.text));
	} else if (!split_params(s, &words)) {
		kmt_vec_free(&words);
		return KMT_EFFECT_NONE;
	}
	kmt_vec_free(&r->params);
	r->params = words;
	s->overlay = KMT_OVERLAY_PLAN;
	s->choice = 0;
	return KMT_EFFECT_PLAN;
}

static enum kmt_effect press(struct kmt_tui_state *s)
{
	enum kmt_button_kind button = kmt_dialog_buttons(s)[s->choice].button;

	switch (button) {
	case KMT_BUTTON_RUN:
		return KMT_EFFECT_RUN;
	case KMT_BUTTON_PARAMS:
		open_params(s);
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
		s->request.save = button == KMT_BUTTON_BOTH;
		s->request.save_only = button == KMT_BUTTON_SAVE;
		return KMT_EFFECT_PLAN;
	default:
		s->overlay = KMT_OVERLAY_NONE;
		return KMT_EFFECT_NONE;
	}
}

enum kmt_effect kmt_act_dialog_key(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int key)
{
	size_t n = count_buttons(s);
	enum kmt_action action = kmt_key_action(key);

	if (key == KMT_KEY_BACKTAB || action == KMT_ACT_LEFT) {
		s->choice = (s->choice + n - 1) % n;
	} else if (key == KMT_KEY_TAB || action == KMT_ACT_RIGHT) {
		s->choice = (s->choice + 1) % n;
	} else if (kmt_state_scroll(s, doc ? doc->lines.n : 0, kmt_dialog_page(s), action) ||
		   kmt_act_find_in_text(s, m, doc, action)) {
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

/* Enter was for the button Run: whoever presses it twice does not cancel. */
enum kmt_effect kmt_act_running_key(struct kmt_tui_state *s, const struct kmt_doc *doc, int key)
{
	enum kmt_action action = kmt_key_action(key);

	if (action == KMT_ACT_REDRAW)
		return KMT_EFFECT_REDRAW;
	if (action == KMT_ACT_SUSPEND)
		return KMT_EFFECT_SUSPEND;
	if (key != KMT_KEY_ESC && key != KMT_KEY_CTRL('c')) {
		kmt_state_scroll(s, doc ? doc->lines.n : 0, kmt_dialog_page(s), action);
		return KMT_EFFECT_NONE;
	}
	s->running.cancelled = true;
	return KMT_EFFECT_CANCEL;
}

enum kmt_effect kmt_act_params_key(struct kmt_tui_state *s, int key)
{
	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c')) {
		s->overlay = KMT_OVERLAY_PLAN;
	} else if (key == KMT_KEY_ENTER) {
		return take_params(s);
	} else {
		kmt_line_key(&s->prompt, key);
	}
	return KMT_EFFECT_NONE;
}

/* Keys on a parameter: another value, the live one for good, none at all. */

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
		kmt_tui_say(s, "The value is too long to be edited here; use kmtool params.");
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
		kmt_tui_say(s, "The kernel does not show its value.");
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
		kmt_tui_say(s, "No configuration line sets this parameter.");
		return KMT_EFFECT_NONE;
	}
	kmt_act_start_request(s, KMT_REQUEST_PARAMS, module);
	add_word(s, &s->request.unset, p->name);
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
		kmt_tui_say(s, "No module is selected.");
		return KMT_EFFECT_NONE;
	}
	if (!p) {
		kmt_state_reset_doc(s);
		s->doc_cursor = 1; /* below the heading */
		s->tab = KMT_TAB_PARAMS;
		s->pane = KMT_PANE_DETAILS;
		kmt_tui_say(s, "Select a parameter, then press the key again.");
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
