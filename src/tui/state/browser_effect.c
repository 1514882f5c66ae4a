/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keys and the mouse ask for beyond the state: reading, planning, running, saving. */
#include "act_priv.h"
#include "browser_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/sys/file.h>

/* Plans again what the dialog shows. False, with a message: it is not the same any more. */
bool kmt_browser_still_so(struct kmt_browser *b)
{
	kmt_autofree char *before = kmt_strdup(kmt_strbuf_str(&b->plan.raw));
	enum kmt_run_how how = b->plan.how;

	kmt_browser_make_plan(b);
	if (b->plan.how == how && !strcmp(kmt_strbuf_str(&b->plan.raw), before))
		return true;
	kmt_tui_say(&b->state, "The machine has changed: this is a new plan.");
	b->state.choice = 0;
	return false;
}

static void note_action(struct kmt_browser *b, bool done, const struct kmt_doc *told)
{
	enum kmt_request_kind kind;
	struct kmt_history_entry *last = kmt_history_last(&b->history, &kind);
	kmt_autostrbuf struct kmt_strbuf title = KMT_STRBUF_INIT;

	if (done && b->state.request_undoes && last)
		last->undone = true;
	kmt_request_title(&b->state.request, &title);
	kmt_history_add(&b->history,
		&(struct kmt_history_entry){.when = b->clock(NULL), .done = done, .kind = b->state.request.kind,
			.targets = b->state.request.targets, .undoes = b->state.request_undoes, .title = kmt_strbuf_str(&title),
			.command = kmt_strbuf_str(&b->plan.command)},
		told);
}

static void mark_log(struct kmt_browser *b)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_strbuf_addstr(&text, "--- ");
	kmt_request_title(&b->state.request, &text);
	kmt_strbuf_addstr(&text, " ---");
	kmt_log_mark(&b->model.log, kmt_strbuf_str(&text));
}

/* What was looked at is run, or nothing. */
static enum kmt_effect run(struct kmt_browser *b)
{
	if (b->plan.how == KMT_RUN_NOT)
		kmt_tui_say(&b->state, "This plan cannot be run; see the reason in the plan.");
	if (b->plan.how == KMT_RUN_NOT || !kmt_browser_still_so(b))
		return KMT_EFFECT_NONE;
	mark_log(b);
	if (b->plan.how == KMT_RUN_SUDO)
		return KMT_EFFECT_FOREGROUND;
	b->state.overlay = KMT_OVERLAY_RUNNING;
	b->state.running = (struct kmt_running){0};
	return KMT_EFFECT_RUN;
}

void kmt_browser_words(
	const struct kmt_browser *b, bool complete, struct kmt_arena *arena, struct kmt_strv *out)
{
	const struct kmt_machine *machine = &b->machine;

	if (complete) {
		kmt_vec_push(out, "__complete");
		kmt_vec_push(out, "--");
	}
	if (!machine->root->is_host && kmt_tui_takes_root(b->state.command.v[0])) {
		kmt_vec_push(out, "--root");
		kmt_vec_push(out, machine->root->path);
	}
	if (machine->version && kmt_tui_takes_kernel(b->state.command.v[0])) {
		kmt_vec_push(out, "--kernel");
		kmt_vec_push(out, machine->version);
	}
	if (!complete)
		kmt_vec_push(out, "--color=always");
	for (size_t i = 0; i < b->state.command.n; i++)
		kmt_vec_push(out, kmt_arena_strdup(arena, b->state.command.v[i]));
}

int kmt_browser_output_width(const struct kmt_browser *b)
{
	return b->state.width > 44 ? b->state.width - 4 : 40;
}

void kmt_browser_output(struct kmt_browser *b, const struct kmt_strbuf *text, bool ended, int status)
{
	kmt_strbuf_truncate(&b->output, 0);
	kmt_strbuf_addstr(&b->output, kmt_strbuf_str(text));
	b->text_of = KMT_OVERLAY_NONE;
	b->state.command_runs = !ended;
	if (ended && status)
		kmt_tui_say(&b->state, "Exit status %d. Any key closes.", status);
}

bool kmt_browser_running(struct kmt_browser *b, size_t step, unsigned int seconds)
{
	struct kmt_running *r = &b->state.running;
	bool news = r->step != step || r->seconds != seconds;

	r->step = step;
	r->seconds = seconds;
	return news;
}

#define BRIEF_ROOM 24 /* columns of the status line for what stands before it */

/* What went as planned needs no dialog. */
static void show_result(struct kmt_browser *b, const struct kmt_told *told)
{
	kmt_autostrbuf struct kmt_strbuf brief = KMT_STRBUF_INIT, title = KMT_STRBUF_INIT;
	kmt_autofree char *moved = kmt_strdup(b->state.message);
	const char *separator = *moved ? "; " : "";

	b->state.overlay = KMT_OVERLAY_RESULT;
	b->state.overlay_top = b->state.choice = 0;
	if (!kmt_told_is_plain(told))
		return;
	b->state.overlay = KMT_OVERLAY_NONE;
	kmt_told_brief(told, &brief);
	kmt_request_title(&b->state.request, &title);
	/* Of files it is more telling what they are for. */
	if (b->state.request.kind <= KMT_REQUEST_PARAMS && brief.len &&
		(int)(brief.len + strlen(moved)) < b->state.width - BRIEF_ROOM)
		kmt_tui_say(&b->state, "Done: %s%s%s", kmt_strbuf_str(&brief), separator, moved);
	else
		kmt_tui_say(&b->state, "Done: %.50s (@ shows it)%s%s", kmt_strbuf_str(&title), separator, moved);
	b->state.message_good = true;
}

void kmt_browser_done(struct kmt_browser *b, const struct kmt_told *told)
{
	kmt_doc_free(&b->result);
	b->result.width = kmt_dialog_width(&b->state);
	b->verdict = told->verdict;
	kmt_told_doc(told, &b->result);
	note_action(b, b->verdict == KMT_OUTCOME_DONE, &b->result);
	if (b->verdict == KMT_OUTCOME_DONE && b->state.request_of_tags)
		kmt_tags_free(&b->state.tags);
	kmt_browser_rescan(b);
	show_result(b, told);
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
			err.errnum == EEXIST ? "the file exists already" : "it cannot be written");
		return;
	}
	b->state.overlay = KMT_OVERLAY_NONE;
	kmt_tui_say(&b->state, "Saved: run it with sh %.80s", b->state.prompt.text);
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
	const struct kmt_log *log = &b->model.log;
	size_t line, top;

	kmt_tui_strip(s, &b->model, &line, &top);
	if (kmt_browser_is_planning(b))
		kmt_strbuf_addstr(out, kmt_strbuf_str(&b->plan.command));
	else if (s->overlay == KMT_OVERLAY_RESULT && doc)
		for (size_t i = 0; i < doc->lines.n; i++) {
			kmt_strbuf_addstr(out, i ? "\n" : "");
			add_line(doc, i, out);
		}
	else if (s->pane == KMT_PANE_DETAILS && doc && s->doc_cursor < doc->lines.n)
		add_line(doc, s->doc_cursor, out);
	else if (s->pane == KMT_PANE_STRIP && line < log->rows.n)
		kmt_escape_text(out, log->rows.v[line]->record.text, strlen(log->rows.v[line]->record.text));
	else if (row)
		kmt_escape_text(out, kmt_views[s->view]->id(row), strlen(kmt_views[s->view]->id(row)));
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
		kmt_tui_say(&b->state, "This terminal does not support clipboard copy.");
}

/* The row of the view of configuration that is the line edit_line of edit_file. */
static void go_to_line(struct kmt_browser *b)
{
	const struct kmt_view_def *def = kmt_views[KMT_VIEW_CONFIG];
	const struct kmt_model_view *v = &b->model.views[KMT_VIEW_CONFIG];

	kmt_model_read_view(&b->model, KMT_VIEW_CONFIG);
	for (size_t i = 0; i < v->rows.n; i++) {
		const struct kmt_origin *origin = def->origin(v->rows.v[i]);

		if (strcmp(origin->file, b->state.edit_file) || origin->line != b->state.edit_line)
			continue;
		kmt_tui_goto_row(&b->state, KMT_VIEW_CONFIG, def->id(v->rows.v[i]));
		kmt_browser_arrange(b);
		return;
	}
	kmt_tui_say(&b->state, "The configuration has no such line.");
}

/* With the bar on the one that is shown. */
static void list_kernels(struct kmt_browser *b)
{
	struct kmt_tui_state *s = &b->state;
	const struct kmt_kernels *k = &b->model.kernels;

	kmt_model_find_kernels(&b->model);
	if (!k->rows.n) {
		kmt_tui_say(s, "No kernel is installed here.");
		return;
	}
	s->overlay = KMT_OVERLAY_KERNELS;
	s->choice = 0;
	for (size_t i = 0; i < k->rows.n; i++)
		if (!strcmp(k->rows.v[i]->version, b->model.list.snap.version))
			s->choice = i;
}

static enum kmt_effect show_kernel(struct kmt_browser *b)
{
	const struct kmt_installed *kernel = b->model.kernels.rows.v[b->state.choice];
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	b->state.overlay = KMT_OVERLAY_NONE;
	if (kmt_browser_show_kernel(b, kernel->running ? NULL : kernel->version, &err)) {
		kmt_tui_say(&b->state, "%s", err.msg);
		return KMT_EFFECT_NONE;
	}
	if (!kernel->running)
		kmt_tui_say(&b->state, "%.60s is not the running kernel; K switches back.", kernel->version);
	return KMT_EFFECT_KERNEL;
}

static void undo(struct kmt_browser *b)
{
	enum kmt_request_kind kind;
	const struct kmt_history_entry *last = kmt_history_last(&b->history, &kind);
	struct kmt_tui_state *s = &b->state;

	if (!last) {
		kmt_tui_say(s, "The last action cannot be taken back.");
		return;
	}
	kmt_act_start_request(s, kind, NULL);
	for (size_t i = 0; kind != KMT_REQUEST_UNDO && i < last->targets.n; i++)
		kmt_vec_push(&s->request.targets, kmt_arena_strdup(&s->request.arena, last->targets.v[i]));
	s->request_undoes = true;
	kmt_act_show_plan(s);
	kmt_browser_want_plan(b);
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
	case KMT_EFFECT_GOTO_LINE:
		go_to_line(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_KERNELS:
		list_kernels(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_KERNEL:
		return show_kernel(b);
	case KMT_EFFECT_UNDO:
		undo(b);
		return KMT_EFFECT_NONE;
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
	enum kmt_effect effect = carry_out(b, kmt_tui_key(&b->state, &b->model, doc_of_input(b), key));

	kmt_browser_settle_doc(b);
	return effect;
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
		kmt_browser_still_so(b);
}

bool kmt_browser_tick(struct kmt_browser *b)
{
	bool changed;

	if (b->state.paused)
		return false;
	changed = kmt_browser_update(b);
	if (kmt_recent_tick(&b->model.recent)) {
		kmt_browser_forget_gone(b);
		changed = true;
	}
	if (kmt_browser_hash(b) == b->loaded_hash)
		return changed;
	kmt_browser_reread(b);
	return true;
}
