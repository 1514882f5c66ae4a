/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keys and the mouse ask for beyond the state: reading, planning, running, saving. */
#include "browser_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/sys/file.h>

/* A bar that is on another row now, without a key, must not go unnoticed. */
static void say_if_moved(struct kmt_browser *b, const char *before)
{
	if (*before && strcmp(before, b->state.lists[b->state.view].selected))
		kmt_tui_say(&b->state, "%.80s is not in this list any more.", before);
}

void kmt_browser_rescan(struct kmt_browser *b)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	char before[KMT_ROW_ID_MAX];

	memcpy(before, b->state.lists[b->state.view].selected, sizeof(before));
	if (kmt_browser_read_all(b, &err))
		kmt_tui_say(&b->state, "%s", err.msg);
	else
		say_if_moved(b, before);
}

void kmt_browser_forget_gone(struct kmt_browser *b)
{
	char before[KMT_ROW_ID_MAX];

	memcpy(before, b->state.lists[b->state.view].selected, sizeof(before));
	kmt_model_reread_view(&b->model, KMT_VIEW_LOADED);
	if (b->state.view != KMT_VIEW_LOADED)
		return;
	kmt_browser_arrange(b);
	say_if_moved(b, before);
}

bool kmt_browser_is_still_so(struct kmt_browser *b)
{
	kmt_autofree char *before = kmt_strdup(kmt_strbuf_str(&b->plan.raw));
	enum kmt_run_how how = b->plan.how;

	kmt_browser_make_plan(b);
	if (b->plan.how == how && !strcmp(kmt_strbuf_str(&b->plan.raw), before))
		return true;
	kmt_tui_say(&b->state, "The machine has changed: this is another plan than before.");
	b->state.choice = 0;
	return false;
}

static void note_action(struct kmt_browser *b, bool done, const struct kmt_doc *told)
{
	kmt_autostrbuf struct kmt_strbuf title = KMT_STRBUF_INIT;

	kmt_request_title(&b->state.request, &title);
	kmt_history_add(&b->history,
		&(struct kmt_history_entry){.when = b->clock(NULL), .done = done, .title = kmt_strbuf_str(&title),
			.command = kmt_strbuf_str(&b->plan.command)},
		told);
}

/* What was looked at is run, or nothing. */
static enum kmt_effect run(struct kmt_browser *b)
{
	if (b->plan.how == KMT_RUN_NOT)
		kmt_tui_say(&b->state, "This cannot be run: the plan says why.");
	if (b->plan.how == KMT_RUN_NOT || !kmt_browser_is_still_so(b))
		return KMT_EFFECT_NONE;
	if (b->plan.how == KMT_RUN_SUDO)
		return KMT_EFFECT_FOREGROUND;
	kmt_doc_free(&b->result);
	b->result.width = kmt_dialog_width(&b->state);
	b->verdict = kmt_plan_view_run(&b->plan, &b->machine, &b->state.request, &b->result);
	note_action(b, b->verdict == KMT_OUTCOME_DONE, &b->result);
	if (b->verdict == KMT_OUTCOME_DONE && b->state.request_of_tags)
		kmt_tags_free(&b->state.tags);
	b->state.overlay = KMT_OVERLAY_RESULT;
	b->state.overlay_top = b->state.choice = 0;
	kmt_browser_rescan(b);
	return KMT_EFFECT_NONE;
}

void kmt_browser_ran(struct kmt_browser *b, int status)
{
	note_action(b, !status, NULL);
	if (!status && b->state.request_of_tags)
		kmt_tags_free(&b->state.tags);
	b->state.overlay = KMT_OVERLAY_NONE;
	kmt_browser_rescan(b);
	if (status)
		kmt_tui_say(&b->state, "The command ended with status %d.", status);
}

static void save(struct kmt_browser *b)
{
	kmt_autostrbuf struct kmt_strbuf script = KMT_STRBUF_INIT;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	kmt_history_script(&b->history, &script);
	if (kmt_file_new(b->state.prompt.text, script.s, script.len, &err)) {
		b->state.prompt_failed = true;
		snprintf(b->state.prompt_why, sizeof(b->state.prompt_why), "%s",
			err.errnum == EEXIST ? "it is there already" : "it cannot be written");
		return;
	}
	b->state.overlay = KMT_OVERLAY_NONE;
	kmt_tui_say(&b->state, "Saved: sh %.80s does it again.", b->state.prompt.text);
}

/* What is pasted into a shell must not hold what a terminal obeys. */
static void add_line(const struct kmt_doc *doc, size_t i, struct kmt_strbuf *out)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_doc_text(doc, i, &text);
	kmt_escape_text(out, kmt_strbuf_str(&text), text.len);
}

/* The text that the keys are about. */
static void find_text(struct kmt_browser *b, struct kmt_strbuf *out)
{
	const struct kmt_tui_state *s = &b->state;
	const struct kmt_doc *doc = kmt_browser_doc(b);
	const void *row = kmt_tui_selected(s, &b->model);

	if (kmt_browser_is_planning(b))
		kmt_strbuf_addstr(out, kmt_strbuf_str(&b->plan.command));
	else if (s->overlay == KMT_OVERLAY_RESULT && doc)
		for (size_t i = 0; i < doc->lines.n; i++) {
			kmt_strbuf_addstr(out, i ? "\n" : "");
			add_line(doc, i, out);
		}
	else if (s->pane == KMT_PANE_DETAILS && doc && s->doc_cursor < doc->lines.n)
		add_line(doc, s->doc_cursor, out);
	else if (row)
		kmt_escape_text(out, kmt_views[s->view].id(row), strlen(kmt_views[s->view].id(row)));
}

static enum kmt_effect copy(struct kmt_browser *b)
{
	kmt_strbuf_truncate(&b->clip, 0);
	find_text(b, &b->clip);
	if (b->clip.len)
		return KMT_EFFECT_COPY;
	kmt_tui_say(&b->state, "There is nothing to copy here.");
	return KMT_EFFECT_NONE;
}

void kmt_browser_copied(struct kmt_browser *b, bool taken)
{
	if (taken)
		kmt_tui_say(&b->state, "Copied: %.100s", kmt_strbuf_str(&b->clip));
	else
		kmt_tui_say(&b->state, "This terminal takes nothing for the clipboard.");
}

static enum kmt_effect carry_out(struct kmt_browser *b, enum kmt_effect effect)
{
	switch (effect) {
	case KMT_EFFECT_ARRANGE:
		kmt_browser_arrange(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_RESCAN:
		kmt_browser_rescan(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_PLAN:
		kmt_browser_want_plan(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_RUN:
		return run(b);
	case KMT_EFFECT_SAVE:
		save(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_COPY:
		return copy(b);
	default:
		return effect;
	}
}

/* What somebody does is about what is there: a plan that they did not wait for comes first. */
static const struct kmt_doc *doc_of_input(struct kmt_browser *b)
{
	if (b->plan_due)
		kmt_browser_make_plan(b);
	return kmt_browser_doc(b);
}

enum kmt_effect kmt_browser_key(struct kmt_browser *b, int key)
{
	return carry_out(b, kmt_tui_key(&b->state, &b->model, doc_of_input(b), key));
}

enum kmt_effect kmt_browser_mouse(struct kmt_browser *b, enum kmt_mouse mouse, struct kmt_zone zone)
{
	return carry_out(b, kmt_tui_mouse(&b->state, &b->model, doc_of_input(b), mouse, &zone));
}

void kmt_browser_reread(struct kmt_browser *b)
{
	if (b->state.paused)
		return;
	kmt_browser_rescan(b);
	if (kmt_browser_is_planning(b) && !b->plan_due)
		kmt_browser_is_still_so(b);
}
