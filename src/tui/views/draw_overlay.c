/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies over the panes: texts, the menus. */
#include "draw_priv.h"

#include <string.h>

#include <kmt/base/shell.h>

/* The plan dialog, and what came of a plan. */

static bool is_on(const struct kmt_request *r, enum kmt_button_kind button)
{
	switch (button) {
	case KMT_BUTTON_DEPENDENTS:
		return r->dependents;
	case KMT_BUTTON_UNUSED:
		return r->unused_deps;
	case KMT_BUTTON_NOW:
		return !r->save && !r->save_only;
	case KMT_BUTTON_SAVE:
		return r->save_only;
	case KMT_BUTTON_BOTH:
		return r->save && !r->save_only;
	default:
		return false;
	}
}

/* Whether the button is on or off, and says which. */
static bool is_switch(enum kmt_button_kind button)
{
	return button >= KMT_BUTTON_DEPENDENTS;
}

static void draw_buttons(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r, int y)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_button *b = kmt_dialog_buttons(s);
	int x = r.x + 2, limit = r.x + r.w - 1;

	for (size_t i = 0; b[i].label && x < limit; i++) {
		bool now = i == s->choice && s->overlay != KMT_OVERLAY_PARAMS;
		bool dead = b[i].button == KMT_BUTTON_RUN && scene->plan->how == KMT_RUN_NOT;
		const char *mark = is_switch(b[i].button) ? is_on(&s->request, b[i].button) ? "x " : "_ " : "";
		bool as_root = b[i].button == KMT_BUTTON_RUN && scene->plan->how == KMT_RUN_SUDO;
		kmt_autofree char *text = kmt_asprintf(now ? "[ %s%s%s%s ]" : "( %s%s%s%s )", mark,
			as_root ? scene->elevate : "", as_root ? " " : "", b[i].label);
		int end = kmt_canvas_put(c, x, y, limit, dead ? KMT_ROLE_DIM : KMT_ROLE_BUTTON, text);

		kmt_canvas_zone(c, (struct kmt_rect){x, y, end - x, 1}, KMT_ZONE_CHOICE, (int)i);
		if (now)
			kmt_canvas_select(c, x, y, end);
		x = end + 1;
	}
}

static void draw_params(const struct kmt_tui_state *s, struct kmt_canvas *c, struct kmt_rect r, int y)
{
	kmt_autofree char *head = kmt_strndup(s->prompt.text, s->prompt.cursor);
	int x = kmt_canvas_put(c, r.x + 2, y, r.x + r.w - 1, KMT_ROLE_PROMPT,
		kmt_tui_params_label(s));

	c->cursor_x = x + kmt_canvas_measure(c, head);
	if (c->cursor_x > r.x + r.w - 2)
		c->cursor_x = r.x + r.w - 2;
	c->cursor_y = y;
	kmt_canvas_put(c, x, y, r.x + r.w - 1, KMT_ROLE_TEXT, s->prompt.text);
}

/* Which lines of a text of N the frame R shows: in words at its top, and by a scroll bar. */
static void draw_place(const struct kmt_tui_state *s, struct kmt_canvas *c, struct kmt_rect r, size_t page,
	size_t n)
{
	size_t last = s->overlay_top + page;
	kmt_autofree char *text = kmt_asprintf(" %zu-%zu/%zu ", s->overlay_top + 1, last < n ? last : n, n);

	if (n <= page)
		return;
	kmt_canvas_put(c, r.x + r.w - 2 - kmt_canvas_measure(c, text), r.y, r.x + r.w - 1, KMT_ROLE_DIM, text);
	kmt_canvas_scrollbar(c, r.x + r.w - 1, r.y + 1, (int)page, s->overlay_top, page, n);
}

/* "running 2 of 5: insert bridge, 3 s" */
static void draw_running(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r, int y)
{
	static const char *const buttons[] = {"( Esc: Cancel )", "( Esc: Interrupt )"};
	const struct kmt_running *now = &scene->state->running;
	const struct kmt_plan *plan = &scene->plan->plan;
	const char *button = buttons[now->cancelled];
	int limit = r.x + r.w - 2, x = limit - (int)strlen(button);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (now->step && now->step <= plan->steps.n) {
		const struct kmt_step *step = &plan->steps.v[now->step - 1];

		kmt_strbuf_addf(&text, "%s %zu of %zu: %s %s", now->cancelled ? "cancelling after" : "running",
			now->step, plan->steps.n, kmt_step_kind_name(step->kind),
			step->module ? step->module : step->path);
	} else {
		kmt_strbuf_addstr(&text, now->cancelled ? "cancelling" : "starting");
	}
	kmt_strbuf_addf(&text, ", %u s", now->seconds);
	kmt_canvas_put(c, r.x + 2, y, x - 1, KMT_ROLE_PROMPT, kmt_strbuf_str(&text));
	kmt_canvas_put(c, x, y, limit, KMT_ROLE_BUTTON, button);
	kmt_canvas_zone(c, (struct kmt_rect){x, y, limit - x, 1}, KMT_ZONE_KEY, KMT_KEY_ESC);
}

static const char *plan_title(const struct kmt_scene *scene)
{
	switch (kmt_tui_overlay(scene->state)) {
	case KMT_OVERLAY_RESULT:
		return kmt_outcome_title(scene->verdict);
	case KMT_OVERLAY_RUNNING:
		return "Running";
	default:
		return "Plan";
	}
}

void kmt_draw_plan(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_doc *doc = scene->overlay_doc;
	struct kmt_rect r = kmt_dialog_rect(s, doc && doc->lines.n ? doc->lines.n : 1);
	kmt_autostrbuf struct kmt_strbuf title = KMT_STRBUF_INIT;
	int bottom = r.y + r.h - 2;

	kmt_strbuf_addf(&title, " %s: ", plan_title(scene));
	kmt_request_title(&s->request, &title);
	kmt_strbuf_addc(&title, ' ');
	kmt_canvas_frame(c, r, KMT_ROLE_FOCUS);
	kmt_canvas_put(c, r.x + 2, r.y, r.x + r.w - 1, KMT_ROLE_TAB, kmt_strbuf_str(&title));
	if (!doc || !doc->lines.n)
		kmt_canvas_put(c, r.x + 2, r.y + 1, r.x + r.w - 2, KMT_ROLE_DIM, "planning ...");
	for (int i = 0; doc && i < r.h - 4 && s->overlay_top + (size_t)i < doc->lines.n; i++) {
		kmt_doc_draw(doc, s->overlay_top + (size_t)i, c, r.x + 2, r.y + 1 + i, r.x + r.w - 2, 0);
		kmt_find_mark(&scene->search, c, r.x + 2, r.y + 1 + i, r.x + r.w - 2);
	}
	if (doc)
		draw_place(s, c, r, (size_t)r.h - 4, doc->lines.n);
	if (s->overlay == KMT_OVERLAY_PARAMS)
		draw_params(s, c, r, bottom);
	else if (s->overlay == KMT_OVERLAY_RUNNING)
		draw_running(scene, c, r, bottom);
	else
		draw_buttons(scene, c, r, bottom);
}

/* What stands below a text that fills the screen. */
static char *text_hint(const struct kmt_tui_state *s, enum kmt_overlay overlay, bool scrolls)
{
	if (*s->message)
		return kmt_strdup(s->message);
	if (overlay == KMT_OVERLAY_OUTPUT && s->command_runs)
		return kmt_strdup("running ... Esc ends it.");
	return kmt_asprintf("%s%s closes.",
		overlay == KMT_OVERLAY_HISTORY ? "u takes the last back, s saves a script. " : "",
		scrolls ? "Arrows and PgDn scroll, / searches, any other key" : "Any key");
}

static void add_title(const struct kmt_tui_state *s, enum kmt_overlay overlay, struct kmt_strbuf *out)
{
	if (overlay == KMT_OVERLAY_HELP)
		kmt_strbuf_addstr(out, " Keys of kmtool browse ");
	else if (overlay == KMT_OVERLAY_HISTORY)
		kmt_strbuf_addstr(out, " Done in this session ");
	else {
		kmt_strbuf_addstr(out, " kmtool");
		for (size_t i = 0; i < s->command.n; i++)
			kmt_shell_add(out, s->command.v[i]);
		kmt_strbuf_addc(out, ' ');
	}
}

void kmt_draw_text(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_doc *doc = scene->overlay_doc;
	enum kmt_overlay overlay = kmt_tui_overlay(s);
	size_t page = kmt_overlay_page(s);
	kmt_autofree char *hint = text_hint(s, overlay, doc->lines.n > page);
	kmt_autostrbuf struct kmt_strbuf title = KMT_STRBUF_INIT;

	add_title(s, overlay, &title);
	kmt_canvas_frame(c, (struct kmt_rect){0, 0, s->width, s->height}, KMT_ROLE_FOCUS);
	kmt_canvas_put(c, 2, 0, s->width - 1, KMT_ROLE_TAB, kmt_strbuf_str(&title));
	for (size_t i = 0; i < page && s->overlay_top + i < doc->lines.n; i++) {
		kmt_doc_draw(doc, s->overlay_top + i, c, 2, 1 + (int)i, s->width - 2, 0);
		kmt_find_mark(&scene->search, c, 2, 1 + (int)i, s->width - 2);
	}
	draw_place(s, c, (struct kmt_rect){0, 0, s->width, s->height}, page, doc->lines.n);
	kmt_canvas_put(c, 2, s->height - 2, s->width - 2, *s->message ? KMT_ROLE_PROMPT : KMT_ROLE_DIM, hint);
}

/* The line of a menu, which has CHOICE, can be pointed at, and may have the bar. */
static void mark_choice(struct kmt_canvas *c, struct kmt_rect menu, int at, int choice, bool bar)
{
	struct kmt_rect line = {menu.x + 1, menu.y + 1 + at, menu.w - 2, 1};

	kmt_canvas_zone(c, line, KMT_ZONE_CHOICE, choice);
	if (!bar)
		return;
	kmt_canvas_put(c, line.x, line.y, line.x + line.w, KMT_ROLE_NAME, ">");
	kmt_canvas_select(c, line.x, line.y, line.x + line.w);
}

#define SORT_WIDTH 34

void kmt_draw_sort(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_arrangement *how = &s->lists[s->view].how;
	const char *sort = kmt_sorted_by(s);
	int n = (int)kmt_sort_choices(s);
	struct kmt_rect r = {(s->width - SORT_WIDTH) / 2, (s->height - n - 2) / 2, SORT_WIDTH, n + 2};

	kmt_canvas_frame(c, r, KMT_ROLE_FOCUS);
	kmt_canvas_put(c, r.x + 2, r.y, r.x + r.w - 1, KMT_ROLE_TAB, " Sort by ");
	for (int i = 0; i < n; i++) {
		const char *name = kmt_views[s->view]->columns[i].name;
		bool now = sort && !strcmp(sort, name);
		int y = r.y + 1 + i, limit = r.x + r.w - 1;

		kmt_canvas_put(c, r.x + 2, y, limit, KMT_ROLE_NAME, kmt_view_column(s->view, name)->header);
		if (now)
			kmt_canvas_put(c, r.x + 12, y, limit, KMT_ROLE_DIM,
				how->descending ? "now; descending" : "now; ascending");
		mark_choice(c, r, i, i, (size_t)i == s->choice);
	}
}

#define KERNELS_WIDTH 76
#define KERNELS_FACTS 36 /* where what is known of a kernel begins */

static void draw_kernel(const struct kmt_scene *scene, const struct kmt_installed *kernel,
	struct kmt_canvas *c, struct kmt_rect r, int y)
{
	bool shown = !strcmp(kernel->version, scene->model->list.snap.version);
	kmt_autostrbuf struct kmt_strbuf facts = KMT_STRBUF_INIT;

	if (kernel->running)
		kmt_strbuf_item(&facts, ", ", "running");
	if (shown)
		kmt_strbuf_item(&facts, ", ", "shown");
	if (!kernel->has_tree)
		kmt_strbuf_item(&facts, ", ", "no module tree");
	kmt_canvas_put(c, r.x + 2, y, r.x + KERNELS_FACTS - 1, kernel->has_tree ? KMT_ROLE_NAME : KMT_ROLE_DIM,
		kernel->version);
	kmt_canvas_put(c, r.x + KERNELS_FACTS, y, r.x + r.w - 1, KMT_ROLE_DIM, kmt_strbuf_str(&facts));
}

/* More than the screen has room for are scrolled, so that the bar is in sight. */
void kmt_draw_kernels(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_kernels *k = &scene->model->kernels;
	int n = (int)k->rows.n, page = n < s->height - 5 ? n : s->height - 5;
	int width = s->width - 2 < KERNELS_WIDTH ? s->width - 2 : KERNELS_WIDTH;
	int first = (int)s->choice < page ? 0 : (int)s->choice - page + 1;
	struct kmt_rect r = {(s->width - width) / 2, (s->height - page - 3) / 2, width, page + 3};

	kmt_canvas_frame(c, r, KMT_ROLE_FOCUS);
	kmt_canvas_put(c, r.x + 2, r.y, r.x + r.w - 1, KMT_ROLE_TAB, " Kernels ");
	for (int i = 0; i < page; i++) {
		draw_kernel(scene, k->rows.v[first + i], c, r, r.y + 1 + i);
		mark_choice(c, r, i, first + i, first + i == (int)s->choice);
	}
	if (n > page)
		kmt_canvas_scrollbar(c, r.x + r.w - 1, r.y + 1, page, (size_t)first, (size_t)page, (size_t)n);
	kmt_canvas_put(c, r.x + 2, r.y + r.h - 2, r.x + r.w - 1, KMT_ROLE_DIM,
		"Enter shows its modules, c compares it with the one shown, Esc closes.");
}

#define MENU_WIDTH 76
#define MENU_REASON 24 /* where reasons begin */

static void draw_item(const struct kmt_menu_item *item, struct kmt_canvas *c, int x, int y, int limit)
{
	char letter[KMT_KEY_NAME];

	kmt_key_name(item->letter, letter);
	kmt_canvas_put(c, x + 2, y, limit, item->possible ? KMT_ROLE_NAME : KMT_ROLE_DIM, letter);
	kmt_canvas_put(c, x + 5, y, limit, item->possible ? KMT_ROLE_TEXT : KMT_ROLE_DIM, item->name);
	kmt_canvas_put(c, x + MENU_REASON, y, limit, item->possible ? KMT_ROLE_WARN : KMT_ROLE_DIM,
		item->reason);
}

/* Reasons are seen whole where the screen is wide enough. */
static int menu_width(const struct kmt_canvas *c, const struct kmt_menu_item *items, int n)
{
	int width = MENU_WIDTH;

	for (int i = 0; i < n; i++)
		if (MENU_REASON + kmt_canvas_measure(c, items[i].reason) + 2 > width)
			width = MENU_REASON + kmt_canvas_measure(c, items[i].reason) + 2;
	return c->width - 2 < width ? c->width - 2 : width;
}

void kmt_draw_menu(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	const char *module = kmt_tui_selected_module(s, scene->model);
	struct kmt_menu_item items[KMT_MENU_MAX];
	int n = (int)kmt_menu_items(s, scene->model, scene->doc, items);
	int width = menu_width(c, items, n);
	struct kmt_rect r = {(s->width - width) / 2, (s->height - n - 2) / 2, width, n + 2};
	kmt_autofree char *title = kmt_asprintf(" %s ", module ? module : "no module");

	kmt_canvas_frame(c, r, KMT_ROLE_FOCUS);
	kmt_canvas_put(c, r.x + 2, r.y, r.x + r.w - 1, KMT_ROLE_TAB, title);
	for (int i = 0; i < n; i++) {
		int y = r.y + 1 + i, limit = r.x + r.w - 1;

		draw_item(&items[i], c, r.x, y, limit);
		mark_choice(c, r, i, i, (size_t)i == s->choice);
	}
}

#define SETUP_WIDTH 76
#define SETUP_VALUE 14 /* where values begin, and what is said of them */
#define SETUP_HELP 30

void kmt_draw_setup(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	int width = s->width - 2 < SETUP_WIDTH ? s->width - 2 : SETUP_WIDTH;
	struct kmt_rect r = {
		(s->width - width) / 2, (s->height - KMT_PREF_COUNT - 2) / 2, width, KMT_PREF_COUNT + 2};

	kmt_canvas_frame(c, r, KMT_ROLE_FOCUS);
	kmt_canvas_put(c, r.x + 2, r.y, r.x + r.w - 1, KMT_ROLE_TAB, " Setup ");
	for (int i = 0; i < KMT_PREF_COUNT; i++) {
		const struct kmt_pref_def *def = &kmt_pref_defs[i];
		int y = r.y + 1 + i, limit = r.x + r.w - 1;

		kmt_canvas_put(c, r.x + 2, y, limit, KMT_ROLE_LABEL, def->title);
		kmt_canvas_put(c, r.x + SETUP_VALUE, y, limit, KMT_ROLE_NAME, def->values[s->prefs.chosen[i]]);
		kmt_canvas_put(c, r.x + SETUP_HELP, y, limit, KMT_ROLE_DIM, def->help);
		mark_choice(c, r, i, i, (size_t)i == s->choice);
	}
}
