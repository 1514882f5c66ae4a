/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/browser.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/sys/paths.h>
#include <kmt/tui/draw.h>
#include <kmt/tui/output.h>
#include "browser_priv.h"

uint64_t kmt_browser_hash(const struct kmt_browser *b)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (kmt_root_read(b->machine.root, KMT_PATH_PROC_MODULES, 0, &text, NULL))
		return 0;
	return kmt_hash(text.s ? text.s : "", text.len);
}

void kmt_browser_arrange(struct kmt_browser *b)
{
	struct kmt_arrangement *how = &b->state.lists[b->state.view].how;

	how->folded = &b->state.folded;
	how->pins = kmt_views[b->state.view]->words ? &b->state.prefs.pins : NULL;
	kmt_model_arrange(&b->model, b->state.view, how);
	kmt_tui_settle(&b->state, &b->model);
}

/* A view that is looked at has its rows again at once, so that the bar stays where it is. */
static int read_all(struct kmt_browser *b, struct kmt_err *err)
{
	bool was_read = b->model.views[b->state.view].is_read;
	int r;

	kmt_details_forget(&b->details);
	kmt_doc_free(&b->row_doc.doc);
	b->loaded_hash = kmt_browser_hash(b);
	b->model.now = b->clock(NULL);
	r = kmt_model_read(&b->model, err);
	if (!r && was_read)
		kmt_model_read_view(&b->model, b->state.view);
	if (!r)
		kmt_browser_arrange(b);
	return r;
}

/* Where there is nothing loaded to look at, the first view with rows is of more use. */
static void choose_view(struct kmt_browser *b)
{
	for (int v = 0; v < KMT_VIEW_COUNT; v++) {
		if (!b->model.views[v].rows.n)
			continue;
		b->state.view = (enum kmt_view)v;
		kmt_browser_arrange(b);
		return;
	}
}

int kmt_browser_show_kernel(struct kmt_browser *b, const char *version, struct kmt_err *err)
{
	const char *before = b->machine.version;
	char *now = version ? kmt_strdup(version) : NULL;
	int r;

	b->machine.version = b->model.kernel = now;
	r = read_all(b, err);
	if (r) {
		b->machine.version = b->model.kernel = before;
		free(now);
		return r;
	}
	free(b->kernel);
	b->kernel = now;
	/* Tags were about modules of the other one. */
	kmt_tags_free(&b->state.tags);
	if (!b->model.views[b->state.view].rows.n)
		choose_view(b);
	return 0;
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
	b->state.elevate = kmt_plan_view_elevate(machine);
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
	free(b->kernel);
}

void kmt_browser_set_prefs(struct kmt_browser *b, struct kmt_prefs *prefs)
{
	enum kmt_view view = (enum kmt_view)prefs->chosen[KMT_PREF_VIEW];

	b->state.prefs = *prefs;
	prefs->pins = (struct kmt_tags){0};
	for (int v = 0; v < KMT_VIEW_COUNT; v++) {
		struct kmt_arrangement *how = &b->state.lists[v].how;

		how->sort = prefs->order[v].column;
		how->descending = prefs->order[v].descending;
		how->tree = prefs->tree && kmt_view_has_tree((enum kmt_view)v);
		b->state.lists[v].selected[0] = '\0';
		b->state.lists[v].cursor = 0;
	}
	kmt_browser_arrange(b);
	if (view == KMT_VIEW_LOADED)
		return;
	kmt_model_read_view(&b->model, view);
	if (!b->model.views[view].rows.n)
		return;
	b->state.view = view;
	kmt_browser_arrange(b);
}

/* The column of VIEW that NAME is; NULL: none. */
static const char *find_column(enum kmt_view view, const char *name)
{
	for (const struct kmt_view_column *c = kmt_views[view]->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return c->name;
	return NULL;
}

static int bad_column(enum kmt_view view, const char *name, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;

	for (const struct kmt_view_column *c = kmt_views[view]->columns; c->name; c++)
		kmt_strbuf_item(&names, ", ", "%s", c->name);
	return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "the view has no column '%s', only %s", name,
		kmt_strbuf_str(&names));
}

int kmt_browser_start(struct kmt_browser *b, const struct kmt_start *start, struct kmt_err *err)
{
	bool descending = start->sort && *start->sort == '-';
	const char *column = start->sort ? start->sort + descending : NULL;
	int view = start->view ? start->view - 1 : (int)b->state.view;
	struct kmt_arrangement *how;

	if (column && !find_column((enum kmt_view)view, column))
		return bad_column((enum kmt_view)view, column, err);
	if (start->filter && strlen(start->filter) >= KMT_FILTER_MAX)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "the filter is too long");
	b->state.view = (enum kmt_view)view;
	how = &b->state.lists[view].how;
	if (column) {
		how->sort = find_column((enum kmt_view)view, column);
		how->descending = descending;
	}
	if (start->filter)
		snprintf(how->filter, sizeof(how->filter), "%s", start->filter);
	/* The bar begins at the top of that. */
	if (column || start->filter)
		b->state.lists[view].selected[0] = '\0';
	b->state.lists[view].cursor = 0;
	kmt_model_read_view(&b->model, b->state.view);
	kmt_browser_arrange(b);
	return 0;
}

bool kmt_browser_is_planning(const struct kmt_browser *b)
{
	enum kmt_overlay overlay = kmt_tui_overlay(&b->state);

	return overlay == KMT_OVERLAY_PLAN || overlay == KMT_OVERLAY_PARAMS;
}

void kmt_browser_make_plan(struct kmt_browser *b)
{
	b->plan_due = false;
	kmt_plan_view_make(&b->plan, &b->machine, &b->state.request, kmt_dialog_width(&b->state));
	b->state.overlay_top = 0;
}

/* As soon as the dialog is seen. */
void kmt_browser_want_plan(struct kmt_browser *b)
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
	if (kmt_browser_is_planning(b))
		kmt_browser_want_plan(b);
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
void kmt_browser_settle_doc(struct kmt_browser *b)
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
	return kmt_browser_is_planning(b) || overlay == KMT_OVERLAY_RUNNING ? &b->plan.doc : NULL;
}

/* What the details show, or what lies over them; NULL if it is not there yet. */
const struct kmt_doc *kmt_browser_doc(struct kmt_browser *b)
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
			kmt_browser_arrange(b);
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
		kmt_browser_arrange(b);
	if (b->model.words.done)
		kmt_tui_found_more(&b->state, &b->model);
	return true;
}

bool kmt_browser_idle(struct kmt_browser *b)
{
	const void *row = kmt_tui_selected(&b->state, &b->model);
	int width = doc_width(b);

	if (b->plan_due) {
		kmt_browser_make_plan(b);
		return true;
	}
	if (!row || !width || current_doc(b))
		return read_words(b) || read_view(b) || kmt_model_prepare(&b->model, b->state.view);
	make_doc(b, row, width);
	kmt_browser_settle_doc(b);
	return true;
}

/* Takes what there is again for views that grow, as the log does. True if there was something. */
bool kmt_browser_update(struct kmt_browser *b)
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
			kmt_browser_arrange(b);
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
	struct kmt_tui_state *s = &b->state;
	kmt_autofree char *done = s->message_good && *s->message ? kmt_strdup(s->message) : NULL;

	if (!*before || !strcmp(before, s->lists[s->view].selected))
		return;
	/* What was done is still news. */
	kmt_tui_say(s, "%.70s%s%.40s is no longer in this list.", done ? done : "", done ? "; " : "", before);
	s->message_good = done != NULL;
}

/* What is not recent any more goes out of sight. */
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

void kmt_browser_rescan(struct kmt_browser *b)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	char before[KMT_ROW_ID_MAX];

	memcpy(before, b->state.lists[b->state.view].selected, sizeof(before));
	if (read_all(b, &err))
		kmt_tui_say(&b->state, "%s", err.msg);
	else
		say_if_moved(b, before);
}

void kmt_browser_draw(struct kmt_browser *b, struct kmt_canvas *c)
{
	struct kmt_scene scene = {
		.state = &b->state, .model = &b->model, .doc = current_doc(b),
		.counts = current_counts(b), .plan = &b->plan,
		.overlay_doc = overlay_doc(b), .verdict = b->verdict, .readonly = b->machine.readonly,
		.elevate = kmt_plan_view_elevate(&b->machine)};

	if (c->width != b->state.width || c->height != b->state.height)
		kmt_canvas_resize(c, b->state.width, b->state.height);
	kmt_find_init(&scene.search, b->state.marked);
	kmt_find_init(&scene.filter, b->state.lists[b->state.view].how.filter);
	kmt_draw(&scene, c);
	kmt_find_free(&scene.search);
	kmt_find_free(&scene.filter);
}
