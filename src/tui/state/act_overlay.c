/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys while something lies over the panes: a prompt, a menu, a text, the settings. */
#include "act_priv.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* Keys of a text that fills the screen: the help, what was done in this session, what a command prints. */

/* Any key that does nothing here closes it. */
static enum kmt_effect text_key(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	int key, enum kmt_action *then)
{
	enum kmt_action action = kmt_key_action(key);

	if (kmt_state_scroll(s, doc ? doc->lines.n : 0, kmt_overlay_page(s), action))
		return KMT_EFFECT_NONE;
	if (kmt_act_find_in_text(s, m, doc, action))
		return KMT_EFFECT_NONE;
	if (s->overlay == KMT_OVERLAY_HISTORY && key == 's') {
		kmt_line_set(&s->prompt, "kmtool-session.sh");
		s->prompt_failed = false;
		s->overlay = KMT_OVERLAY_SAVE;
		return KMT_EFFECT_NONE;
	}
	if (s->overlay == KMT_OVERLAY_HISTORY && key == 'u')
		return KMT_EFFECT_UNDO;
	if (action == KMT_ACT_REDRAW)
		return KMT_EFFECT_REDRAW;
	if (action == KMT_ACT_SUSPEND)
		return KMT_EFFECT_SUSPEND;
	if (s->overlay == KMT_OVERLAY_OUTPUT && s->command_runs)
		return key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c') ? KMT_EFFECT_STOP : KMT_EFFECT_NONE;
	if (s->overlay == KMT_OVERLAY_OUTPUT && action == KMT_ACT_COMMAND)
		*then = action;
	s->overlay = KMT_OVERLAY_NONE;
	return KMT_EFFECT_NONE;
}

static enum kmt_effect save_key(struct kmt_tui_state *s, int key)
{
	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c'))
		s->overlay = KMT_OVERLAY_HISTORY;
	else if (key == KMT_KEY_ENTER && s->prompt.len)
		return KMT_EFFECT_SAVE;
	else if (kmt_line_key(&s->prompt, key))
		s->prompt_failed = false;
	return KMT_EFFECT_NONE;
}

/* Keys of the menu of actions. */

void kmt_act_open_menu(struct kmt_tui_state *s)
{
	s->overlay = KMT_OVERLAY_MENU;
	s->choice = 0;
}

static void choose(struct kmt_tui_state *s, const struct kmt_menu_item *item, enum kmt_action *then)
{
	if (!item->possible) {
		kmt_tui_say(s, "%s: %s.", item->name, item->reason);
		return;
	}
	s->overlay = KMT_OVERLAY_NONE;
	*then = item->action;
}

/* Moves the bar of a short list of N. False: ACTION does not move. */
static bool move_choice(struct kmt_tui_state *s, enum kmt_action action, size_t n)
{
	switch (action) {
	case KMT_ACT_UP:
		s->choice = s->choice ? s->choice - 1 : n - 1;
		return true;
	case KMT_ACT_DOWN:
		s->choice = (s->choice + 1) % n;
		return true;
	case KMT_ACT_HOME:
	case KMT_ACT_PAGE_UP:
		s->choice = 0;
		return true;
	case KMT_ACT_END:
	case KMT_ACT_PAGE_DOWN:
		s->choice = n - 1;
		return true;
	default:
		return false;
	}
}

/* A letter goes to the next line that begins with it, before it may be a key that moves. */
static bool choose_letter(struct kmt_tui_state *s, int key, size_t n,
	const char *(*title)(const void *, size_t), const void *ctx)
{
	for (size_t i = 1; i <= n; i++) {
		size_t at = (s->choice + i) % n;

		if (key > ' ' && key < 127 && tolower((unsigned char)title(ctx, at)[0]) == tolower(key)) {
			s->choice = at;
			return true;
		}
	}
	return false;
}

static const char *setup_title(const void *ctx, size_t i)
{
	return kmt_pref_defs[i].title;
}

static const char *sort_title(const void *ctx, size_t i)
{
	const struct kmt_tui_state *s = ctx;

	return kmt_view_column(s->view, kmt_views[s->view]->columns[i].name)->header;
}

static bool closes(enum kmt_action action)
{
	return action == KMT_ACT_ESCAPE || action == KMT_ACT_QUIT || action == KMT_ACT_BACK;
}

static enum kmt_effect menu_key(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	int key, enum kmt_action *then)
{
	struct kmt_menu_item items[KMT_MENU_MAX];
	size_t n = kmt_menu_items(s, m, doc, items);
	enum kmt_action action = kmt_key_action(key);

	/* Letters first: they may be keys that move, elsewhere. */
	for (size_t i = 0; i < n; i++)
		if (items[i].letter == key) {
			s->choice = i;
			choose(s, &items[i], then);
			return KMT_EFFECT_NONE;
		}
	if (move_choice(s, action, n))
		return KMT_EFFECT_NONE;
	if (action == KMT_ACT_ENTER)
		choose(s, &items[s->choice], then);
	else if (action == KMT_ACT_REDRAW)
		return KMT_EFFECT_REDRAW;
	else if (action == KMT_ACT_MENU || closes(action))
		s->overlay = KMT_OVERLAY_NONE;
	return KMT_EFFECT_NONE;
}

/* Keys of the settings: each change counts at once, and is kept when they are closed. */
static enum kmt_effect setup_key(struct kmt_tui_state *s, int key)
{
	enum kmt_action action = kmt_key_action(key);

	if (choose_letter(s, key, KMT_PREF_COUNT, setup_title, NULL) || move_choice(s, action, KMT_PREF_COUNT))
		return KMT_EFFECT_NONE;
	if (action == KMT_ACT_ENTER || action == KMT_ACT_RIGHT || action == KMT_ACT_LEFT || key == ' ') {
		kmt_prefs_step(&s->prefs, (enum kmt_pref)s->choice, action == KMT_ACT_LEFT ? -1 : 1);
		s->prefs_changed = true;
		return KMT_EFFECT_PREFS;
	}
	if (action != KMT_ACT_SETUP && !closes(action))
		return KMT_EFFECT_NONE;
	s->overlay = KMT_OVERLAY_NONE;
	if (!s->prefs_changed)
		return KMT_EFFECT_NONE;
	s->prefs_changed = false;
	return KMT_EFFECT_KEEP_PREFS;
}

void kmt_act_open_sort(struct kmt_tui_state *s)
{
	const char *now = kmt_sorted_by(s);

	s->overlay = KMT_OVERLAY_SORT;
	s->choice = 0;
	for (size_t i = 0; now && i < kmt_sort_choices(s); i++)
		if (!strcmp(kmt_views[s->view]->columns[i].name, now))
			s->choice = i;
}

enum kmt_effect kmt_act_sort_by(struct kmt_tui_state *s, size_t choice)
{
	struct kmt_arrangement *how = &kmt_state_list(s)->how;
	const char *column = kmt_views[s->view]->columns[choice].name, *now = kmt_sorted_by(s);

	/* Of numbers the largest are of interest, of words the first. */
	if (!now || strcmp(now, column))
		how->descending = kmt_column_is_number(kmt_view_column(s->view, column));
	else
		how->descending = !how->descending;
	how->sort = column;
	kmt_state_keep_order(s);
	return KMT_EFFECT_ARRANGE;
}

static enum kmt_effect sort_key(struct kmt_tui_state *s, int key)
{
	enum kmt_action action = kmt_key_action(key);

	if (choose_letter(s, key, kmt_sort_choices(s), sort_title, s) || move_choice(s, action, kmt_sort_choices(s)))
		return KMT_EFFECT_NONE;
	if (action != KMT_ACT_ENTER && action != KMT_ACT_SORT && !closes(action))
		return KMT_EFFECT_NONE;
	s->overlay = KMT_OVERLAY_NONE;
	return action == KMT_ACT_ENTER ? kmt_act_sort_by(s, s->choice) : KMT_EFFECT_NONE;
}

/* Keys of the list of kernels. */
static enum kmt_effect kernels_key(struct kmt_tui_state *s, const struct kmt_model *m, int key)
{
	const struct kmt_installed *kernel = m->kernels.rows.v[s->choice];
	const char *shown = m->list.snap.version;
	enum kmt_action action = kmt_key_action(key);

	if (move_choice(s, action, m->kernels.rows.n))
		return KMT_EFFECT_NONE;
	if (closes(action) || action == KMT_ACT_KERNELS) {
		s->overlay = KMT_OVERLAY_NONE;
	} else if (action == KMT_ACT_ENTER || key == 'c') {
		if (!kernel->has_tree && (key == 'c' || !kernel->running))
			kmt_tui_say(s, "%s has no module tree.", kernel->version);
		else if (action == KMT_ACT_ENTER)
			return KMT_EFFECT_KERNEL;
		else if (!strcmp(kernel->version, shown))
			kmt_tui_say(s, "%s is shown already: choose another kernel.", shown);
		else
			return kmt_act_show_diff(s, shown, kernel->version);
	}
	return KMT_EFFECT_NONE;
}

enum kmt_effect kmt_act_overlay(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	int key, enum kmt_action *then)
{
	switch (s->overlay) {
	case KMT_OVERLAY_HELP:
	case KMT_OVERLAY_HISTORY:
	case KMT_OVERLAY_OUTPUT:
		return text_key(s, m, doc, key, then);
	case KMT_OVERLAY_SAVE:
		return save_key(s, key);
	case KMT_OVERLAY_COMMAND:
		return kmt_act_command_key(s, m, key, then);
	case KMT_OVERLAY_SEARCH:
		return kmt_act_search_key(s, m, doc, key);
	case KMT_OVERLAY_FILTER:
		return kmt_act_filter_key(s, m, key);
	case KMT_OVERLAY_SORT:
		return sort_key(s, key);
	case KMT_OVERLAY_KERNELS:
		return kernels_key(s, m, key);
	case KMT_OVERLAY_SETUP:
		return setup_key(s, key);
	case KMT_OVERLAY_MENU:
		return menu_key(s, m, doc, key, then);
	case KMT_OVERLAY_VALUE:
		return kmt_act_value_key(s, key);
	case KMT_OVERLAY_PLAN:
	case KMT_OVERLAY_RESULT:
		return kmt_act_dialog_key(s, m, doc, key);
	case KMT_OVERLAY_RUNNING:
		return kmt_act_running_key(s, doc, key);
	case KMT_OVERLAY_PARAMS:
		return kmt_act_params_key(s, key);
	default:
		return KMT_EFFECT_NONE;
	}
}
