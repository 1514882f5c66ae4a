/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/browser.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/sys/file.h>
#include <kmt/sys/paths.h>
#include <kmt/tui/draw.h>
#include <kmt/tui/output.h>

static uint64_t hash_loaded(const struct kmt_browser *b)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (kmt_root_read(b->machine.root, KMT_PATH_PROC_MODULES, 0, &text, NULL))
		return 0;
	return kmt_hash(text.s ? text.s : "", text.len);
}

static void arrange(struct kmt_browser *b)
{
	kmt_model_arrange(&b->model, b->state.view, &b->state.lists[b->state.view].how);
	kmt_tui_settle(&b->state, &b->model);
}

/* A view that is looked at has its rows again at once, so that the bar stays where it is. */
static int read_all(struct kmt_browser *b, struct kmt_err *err)
{
	bool was_read = b->model.views[b->state.view].is_read;
	int r;

	kmt_details_forget(&b->details);
	kmt_doc_free(&b->row_doc.doc);
	b->loaded_hash = hash_loaded(b);
	r = kmt_model_read(&b->model, err);
	if (!r && was_read)
		kmt_model_read_view(&b->model, b->state.view);
	if (!r)
		arrange(b);
	return r;
}

/* Where there is nothing loaded to look at, the first view with rows is of more use. */
static void choose_view(struct kmt_browser *b)
{
	for (int v = 0; v < KMT_VIEW_COUNT; v++) {
		if (!b->model.views[v].rows.n)
			continue;
		b->state.view = (enum kmt_view)v;
		arrange(b);
		return;
	}
}

int kmt_browser_open(struct kmt_browser *b, const struct kmt_machine *machine, int width, int height,
	struct kmt_err *err)
{
	int r;

	*b = (struct kmt_browser){.machine = *machine, .clock = time};
	b->model.root = machine->root;
	b->model.kernel = machine->version;
	kmt_tui_init(&b->state, width, height);
	b->state.readonly = machine->readonly;
	b->state.has_kernel = machine->kernel != NULL;
	r = read_all(b, err);
	if (!r && !b->model.views[KMT_VIEW_LOADED].rows.n)
		choose_view(b);
	return r;
}

void kmt_browser_close(struct kmt_browser *b)
{
	kmt_tui_free(&b->state);
	kmt_plan_view_free(&b->plan);
	kmt_doc_free(&b->result);
	kmt_doc_free(&b->text);
	kmt_history_free(&b->history);
	kmt_strbuf_free(&b->output);
	kmt_strbuf_free(&b->clip);
	kmt_doc_free(&b->row_doc.doc);
	kmt_details_free(&b->details);
	kmt_model_free(&b->model);
}

void kmt_browser_set_prefs(struct kmt_browser *b, const struct kmt_prefs *prefs)
{
	enum kmt_view view = (enum kmt_view)prefs->chosen[KMT_PREF_VIEW];

	b->state.prefs = *prefs;
	if (view == KMT_VIEW_LOADED)
		return;
	kmt_model_read_view(&b->model, view);
	if (!b->model.views[view].rows.n)
		return;
	b->state.view = view;
	arrange(b);
}

static bool is_planning(const struct kmt_browser *b)
{
	enum kmt_overlay overlay = kmt_tui_overlay(&b->state);

	return overlay == KMT_OVERLAY_PLAN || overlay == KMT_OVERLAY_PARAMS;
}

static void make_plan(struct kmt_browser *b)
{
	b->plan_due = false;
	kmt_plan_view_make(&b->plan, &b->machine, &b->state.request, kmt_dialog_width(&b->state));
	b->state.overlay_top = 0;
}

/* As soon as the dialog is seen. */
static void want_plan(struct kmt_browser *b)
{
	kmt_plan_view_free(&b->plan);
	b->plan_due = true;
	b->state.overlay_top = 0;
}

bool kmt_browser_is_urgent(const struct kmt_browser *b)
{
	return b->plan_due;
}

void kmt_browser_resize(struct kmt_browser *b, int width, int height)
{
	kmt_tui_resize(&b->state, width, height);
	kmt_tui_settle(&b->state, &b->model);
	if (is_planning(b))
		want_plan(b);
}

/* How wide the text of the details is; 0 if they are not shown. */
static int doc_width(const struct kmt_browser *b)
{
	struct kmt_layout l;

	kmt_layout(&b->state, &l);
	return l.details.h > 1 ? l.details.w - 2 : 0; /* beside the mark of the bar and the scroll bar */
}

static const struct kmt_doc *row_doc(struct kmt_browser *b, int width)
{
	const struct kmt_row_doc *d = &b->row_doc;

	if (d->doc.width != width || d->view != b->state.view ||
		strcmp(d->id, b->state.lists[d->view].selected))
		return NULL;
	return &d->doc;
}

static const struct kmt_doc *current_doc(struct kmt_browser *b)
{
	const struct kmt_view_def *def = kmt_views[b->state.view];
	const void *row = kmt_tui_selected(&b->state, &b->model);
	int width = doc_width(b);

	if (!row || !width)
		return NULL;
	return def->details ? row_doc(b, width)
			    : kmt_details_get(&b->details, def->id(row), b->state.tab, width);
}

/* The bar is on a line that there is. */
static void settle_doc(struct kmt_browser *b)
{
	const struct kmt_doc *doc = current_doc(b);

	if (doc && b->state.doc_cursor >= doc->lines.n)
		b->state.doc_cursor = doc->lines.n ? doc->lines.n - 1 : 0;
}

static void make_doc(struct kmt_browser *b, const void *row, int width)
{
	const struct kmt_view_def *def = kmt_views[b->state.view];
	struct kmt_row_doc *d = &b->row_doc;

	if (!def->details) {
		kmt_details_make(&b->details, &b->model, row, b->state.tab, width);
		return;
	}
	kmt_doc_free(&d->doc);
	d->view = b->state.view;
	d->doc.width = width;
	memcpy(d->id, b->state.lists[d->view].selected, sizeof(d->id));
	def->details(&b->model, row, &d->doc);
}

static const size_t *current_counts(struct kmt_browser *b)
{
	const void *row = kmt_tui_selected(&b->state, &b->model);
	const struct kmt_view_def *def = kmt_views[b->state.view];

	return row && !def->details ? kmt_details_counts(&b->details, def->id(row)) : NULL;
}

/* Of an overlay that is a text: made when it opens, and again when the screen has another width. */
static const struct kmt_doc *text_doc(struct kmt_browser *b)
{
	if (b->text_of == kmt_tui_overlay(&b->state) && b->text.width == b->state.width - 4)
		return &b->text;
	kmt_doc_free(&b->text);
	b->text.width = b->state.width - 4;
	b->text_of = kmt_tui_overlay(&b->state);
	if (b->text_of == KMT_OVERLAY_HELP)
		kmt_help_doc(&b->text, b->state.view);
	else if (b->text_of == KMT_OVERLAY_HISTORY)
		kmt_history_doc(&b->history, &b->text);
	else
		kmt_output_doc(kmt_strbuf_str(&b->output), &b->text);
	return &b->text;
}

static const struct kmt_doc *overlay_doc(struct kmt_browser *b)
{
	enum kmt_overlay overlay = kmt_tui_overlay(&b->state);

	if (overlay >= KMT_OVERLAY_HELP && overlay <= KMT_OVERLAY_OUTPUT)
		return text_doc(b);
	b->text_of = KMT_OVERLAY_NONE;
	if (overlay == KMT_OVERLAY_RESULT)
		return &b->result;
	return is_planning(b) || overlay == KMT_OVERLAY_RUNNING ? &b->plan.doc : NULL;
}

/* What the details show, or what lies over them; NULL if it is not there yet. */
static const struct kmt_doc *browser_doc(struct kmt_browser *b)
{
	const struct kmt_doc *over = overlay_doc(b);

	return over ? over : current_doc(b);
}

/* Reads the rows of one view that has none yet, first of the one that is shown. False if all have. */
static bool read_view(struct kmt_browser *b)
{
	for (int i = 0; i < KMT_VIEW_COUNT; i++) {
		enum kmt_view view = (enum kmt_view)(((int)b->state.view + i) % KMT_VIEW_COUNT);

		if (b->model.views[view].is_read)
			continue;
		kmt_model_read_view(&b->model, view);
		if (!i)
			arrange(b);
		return b->model.views[view].is_read;
	}
	return false;
}

/* A piece of what modules say of themselves; what is looked for may be in it. */
static bool read_words(struct kmt_browser *b)
{
	if (!kmt_model_read_words(&b->model))
		return false;
	if (b->model.words.done && *b->state.lists[b->state.view].how.filter)
		arrange(b);
	if (b->model.words.done)
		kmt_tui_found_more(&b->state, &b->model);
	return true;
}

bool kmt_browser_idle(struct kmt_browser *b)
{
	const void *row = kmt_tui_selected(&b->state, &b->model);
	int width = doc_width(b);

	if (b->plan_due) {
		make_plan(b);
		return true;
	}
	if (!row || !width || current_doc(b))
		return read_words(b) || read_view(b) || kmt_model_prepare(&b->model, b->state.view);
	make_doc(b, row, width);
	settle_doc(b);
	return true;
}

/* Takes what there is again for views that grow, as the log does. True if there was something. */
static bool browser_update(struct kmt_browser *b)
{
	bool any = false;

	if (b->state.paused)
		return false;
	for (int view = 0; view < KMT_VIEW_COUNT; view++) {
		struct kmt_model_view *v = &b->model.views[view];

		if (!v->is_read || !kmt_views[view]->update || !kmt_views[view]->update(&b->model, v))
			continue;
		any = true;
		/* What was shown may not be there any more. */
		kmt_model_rows_changed(&b->model, (enum kmt_view)view);
		if (view == (int)b->state.view)
			arrange(b);
	}
	return any;
}

int kmt_browser_fd(const struct kmt_browser *b)
{
	return b->state.paused ? -1 : kmt_log_fd(&b->model.log);
}

/* A bar that is on another row now, without a key, must not go unnoticed. */
static void say_if_moved(struct kmt_browser *b, const char *before)
{
	if (*before && strcmp(before, b->state.lists[b->state.view].selected))
		kmt_tui_say(&b->state, "%.80s is no longer in this list.", before);
}

/* What is not recent any more goes out of sight. */
static void forget_gone(struct kmt_browser *b)
{
	char before[KMT_ROW_ID_MAX];

	memcpy(before, b->state.lists[b->state.view].selected, sizeof(before));
	kmt_model_reread_view(&b->model, KMT_VIEW_LOADED);
	if (b->state.view != KMT_VIEW_LOADED)
		return;
	arrange(b);
	say_if_moved(b, before);
}

static void rescan(struct kmt_browser *b)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	char before[KMT_ROW_ID_MAX];

	memcpy(before, b->state.lists[b->state.view].selected, sizeof(before));
	if (read_all(b, &err))
		kmt_tui_say(&b->state, "%s", err.msg);
	else
		say_if_moved(b, before);
}

bool kmt_browser_tick(struct kmt_browser *b)
{
	bool changed;

	if (b->state.paused)
		return false;
	changed = browser_update(b);
	if (kmt_recent_tick(&b->model.recent)) {
		forget_gone(b);
		changed = true;
	}
	if (hash_loaded(b) == b->loaded_hash)
		return changed;
	kmt_browser_reread(b);
	return true;
}

void kmt_browser_draw(struct kmt_browser *b, struct kmt_canvas *c)
{
	struct kmt_scene scene = {
		.state = &b->state, .model = &b->model, .doc = current_doc(b),
		.counts = current_counts(b), .plan = &b->plan,
		.overlay_doc = overlay_doc(b), .verdict = b->verdict, .readonly = b->machine.readonly};

	if (c->width != b->state.width || c->height != b->state.height)
		kmt_canvas_resize(c, b->state.width, b->state.height);
	kmt_find_init(&scene.search, b->state.marked);
	kmt_find_init(&scene.filter, b->state.lists[b->state.view].how.filter);
	kmt_draw(&scene, c);
	kmt_find_free(&scene.search);
	kmt_find_free(&scene.filter);
}

/* What keys and the mouse ask for beyond the state: reading, planning, running, saving. */

/* Plans again what the dialog shows. False, with a message: it is not the same any more. */
static bool is_still_so(struct kmt_browser *b)
{
	kmt_autofree char *before = kmt_strdup(kmt_strbuf_str(&b->plan.raw));
	enum kmt_run_how how = b->plan.how;

	make_plan(b);
	if (b->plan.how == how && !strcmp(kmt_strbuf_str(&b->plan.raw), before))
		return true;
	kmt_tui_say(&b->state, "The machine has changed: this is a new plan.");
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
	if (b->plan.how == KMT_RUN_NOT || !is_still_so(b))
		return KMT_EFFECT_NONE;
	mark_log(b);
	if (b->plan.how == KMT_RUN_SUDO)
		return KMT_EFFECT_FOREGROUND;
	b->state.overlay = KMT_OVERLAY_RUNNING;
	b->state.running = (struct kmt_running){0};
	return KMT_EFFECT_RUN;
}

void kmt_browser_words(const struct kmt_browser *b, bool complete, struct kmt_arena *arena, struct kmt_strv *out)
{
	const struct kmt_machine *machine = &b->machine;

	if (complete) {
		kmt_vec_push(out, "__complete");
		kmt_vec_push(out, "--");
	}
	if (!machine->root->is_host) {
		kmt_vec_push(out, "--root");
		kmt_vec_push(out, machine->root->path);
	}
	if (machine->version) {
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
	if (brief.len && (int)(brief.len + strlen(moved)) < b->state.width - BRIEF_ROOM)
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
	rescan(b);
	show_result(b, told);
}

void kmt_browser_ran(struct kmt_browser *b, int status)
{
	note_action(b, !status, NULL);
	if (!status && b->state.request_of_tags)
		kmt_tags_free(&b->state.tags);
	b->state.overlay = KMT_OVERLAY_NONE;
	rescan(b);
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
	const struct kmt_doc *doc = browser_doc(b);
	const void *row = kmt_tui_selected(s, &b->model);

	if (is_planning(b))
		kmt_strbuf_addstr(out, kmt_strbuf_str(&b->plan.command));
	else if (s->overlay == KMT_OVERLAY_RESULT && doc)
		for (size_t i = 0; i < doc->lines.n; i++) {
			kmt_strbuf_addstr(out, i ? "\n" : "");
			add_line(doc, i, out);
		}
	else if (s->pane == KMT_PANE_DETAILS && doc && s->doc_cursor < doc->lines.n)
		add_line(doc, s->doc_cursor, out);
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
		arrange(b);
		return;
	}
	kmt_tui_say(&b->state, "The configuration has no such line.");
}

static enum kmt_effect carry_out(struct kmt_browser *b, enum kmt_effect effect)
{
	switch (effect) {
	case KMT_EFFECT_ARRANGE:
		arrange(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_RESCAN:
		rescan(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_PLAN:
		want_plan(b);
		return KMT_EFFECT_NONE;
	case KMT_EFFECT_RUN:
		return run(b);
	case KMT_EFFECT_GOTO_LINE:
		go_to_line(b);
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
		make_plan(b);
	return browser_doc(b);
}

enum kmt_effect kmt_browser_key(struct kmt_browser *b, int key)
{
	enum kmt_effect effect = carry_out(b, kmt_tui_key(&b->state, &b->model, doc_of_input(b), key));

	settle_doc(b);
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
	rescan(b);
	if (is_planning(b) && !b->plan_due)
		is_still_so(b);
}
