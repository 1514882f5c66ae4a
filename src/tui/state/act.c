/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keys of the two panes do: one function for each entry of the table of keys. */
#include "act_priv.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/plan/block.h>

/* Keys that mark modules. */

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
	kmt_tui_say(s, "Tagged with its dependents: %zu module%s.", found.names.n, found.names.n == 1 ? "" : "s");
	kmt_tags_free(&found);
}

static enum kmt_effect act_tag(struct kmt_tui_state *s, struct kmt_model *m, enum kmt_action action)
{
	const char *name = kmt_tui_selected_module(s, m);

	if (!name) {
		kmt_tui_say(s, "No module is selected.");
		return KMT_EFFECT_NONE;
	}
	if (action == KMT_ACT_TAG) {
		kmt_tags_toggle(&s->tags, name);
		kmt_state_select(s, m, kmt_state_list(s)->cursor + 1);
	} else {
		tag_dependents(s, m, name);
	}
	return KMT_EFFECT_NONE;
}

struct call {
	struct kmt_tui_state *s;
	struct kmt_model *m;
	const struct kmt_doc *doc;
	enum kmt_action action;
};

static enum kmt_effect move(const struct call *c)
{
	return kmt_act_move(c->s, c->m, c->doc, c->action);
}

static enum kmt_effect sideways(const struct call *c)
{
	return kmt_act_sideways(c->s, c->m, c->action);
}

/* Hides what is below the row of a group, or shows it. False: the bar is on another row. */
static bool open_group(const struct call *c)
{
	const char *group = kmt_views[c->s->view]->group;

	if (c->s->pane != KMT_PANE_LIST || !group || strcmp(kmt_state_list(c->s)->selected, group) != 0)
		return false;
	kmt_tags_toggle(&c->s->folded, group);
	return true;
}

/* What is searched for may be in a group; of the kernel log it is in the view of it. */
static void show_all(const struct call *c)
{
	const char *group = kmt_views[c->s->view]->group;
	bool folded = c->s->pane == KMT_PANE_LIST && group && kmt_tags_has(&c->s->folded, group);

	if (folded)
		kmt_tags_toggle(&c->s->folded, group);
	else if (c->s->pane == KMT_PANE_STRIP)
		kmt_state_open_strip(c->s, c->m);
	else
		return;
	kmt_model_arrange(c->m, c->s->view, &kmt_state_list(c->s)->how);
	kmt_tui_settle(c->s, c->m);
}

static enum kmt_effect show_view(const struct call *c)
{
	c->s->view = (enum kmt_view)(c->action - KMT_ACT_VIEW_LOADED + KMT_VIEW_LOADED);
	c->s->pane = KMT_PANE_LIST;
	c->s->list_skip = 0;
	kmt_state_reset_doc(c->s);
	return KMT_EFFECT_ARRANGE;
}

static enum kmt_effect show_tab(const struct call *c)
{
	int step = c->action == KMT_ACT_TAB_NEXT ? 1 : KMT_TAB_COUNT - 1;

	if (kmt_views[c->s->view]->details)
		return KMT_EFFECT_NONE;
	c->s->tab = (enum kmt_tab)(((int)c->s->tab + step) % KMT_TAB_COUNT);
	kmt_state_reset_doc(c->s);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect next_pane(const struct call *c)
{
	int step = c->action == KMT_ACT_PREVIOUS_PANE ? -1 : 1;
	struct kmt_layout l;
	int panes;

	kmt_layout(c->s, &l);
	panes = l.log.h ? KMT_PANE_COUNT : KMT_PANE_STRIP;
	c->s->pane = (enum kmt_pane)(((int)c->s->pane + step + panes) % panes);
	c->s->strip_selected[0] = '\0';
	c->s->strip_skip = 0;
	return KMT_EFFECT_NONE;
}

/* The module that the line below the bar leads to; NULL: none. */
static const char *link_of(const struct call *c)
{
	if (c->s->pane == KMT_PANE_LIST)
		return kmt_tui_selected_module(c->s, c->m);
	return c->doc && c->s->doc_cursor < c->doc->lines.n ? c->doc->lines.v[c->s->doc_cursor].link : NULL;
}

/* A line that leads to no module: to a tab, or to a line of the configuration. */
static enum kmt_effect follow(const struct call *c)
{
	const struct kmt_doc_line *line =
		c->doc && c->s->doc_cursor < c->doc->lines.n ? &c->doc->lines.v[c->s->doc_cursor] : NULL;

	if (line && line->tab) {
		kmt_state_remember(c->s);
		c->s->tab = (enum kmt_tab)(line->tab - 1);
		kmt_state_reset_doc(c->s);
	} else if (line && line->origin.file && c->s->view != KMT_VIEW_CONFIG) {
		c->s->edit_line = line->origin.line;
		if (snprintf(c->s->edit_file, sizeof(c->s->edit_file), "%s", line->origin.file) <
			(int)sizeof(c->s->edit_file))
			return KMT_EFFECT_GOTO_LINE;
	} else {
		kmt_tui_say(c->s, "This line leads nowhere.");
	}
	return KMT_EFFECT_NONE;
}

static enum kmt_effect enter(const struct call *c)
{
	const char *link = link_of(c);

	if (open_group(c))
		return KMT_EFFECT_ARRANGE;
	if (c->s->pane == KMT_PANE_STRIP) {
		kmt_state_open_strip(c->s, c->m);
		return KMT_EFFECT_ARRANGE;
	}
	/* A module's own line, or one that leads nowhere: there are only its details to go to. */
	if (c->s->pane == KMT_PANE_LIST && (!kmt_views[c->s->view]->details || !link))
		return next_pane(c);
	if (kmt_act_line_param(c->s, c->doc))
		return kmt_act_param(c->s, c->m, c->doc, KMT_ACT_PARAM_EDIT);
	if (!link)
		return follow(c);
	if (!kmt_tui_goto(c->s, c->m, link)) {
		kmt_tui_say(c->s, "No such module: %.100s", link);
		return KMT_EFFECT_NONE;
	}
	return KMT_EFFECT_ARRANGE;
}

static enum kmt_effect back(const struct call *c)
{
	if (kmt_state_back(c->s))
		return KMT_EFFECT_ARRANGE;
	kmt_tui_say(c->s, "There is nothing to go back to.");
	return KMT_EFFECT_NONE;
}

static enum kmt_effect resize_panes(const struct call *c)
{
	struct kmt_layout before, after;
	int step = c->action == KMT_ACT_GROW ? 1 : -1, *split, was;
	bool same;

	kmt_layout(c->s, &before);
	split = before.side_by_side ? &c->s->prefs.width : &c->s->prefs.split;
	was = *split;
	/* On another screen it may be far beyond the limit of this one. */
	do {
		*split += step;
		kmt_layout(c->s, &after);
		same = before.list.h == after.list.h && before.list.w == after.list.w;
	} while (same && abs(*split) < KMT_PREF_SPLIT_MAX);
	/* At its limit, further keys must not have to be undone one by one. */
	if (same)
		*split = was;
	else
		c->s->prefs_changed = true;
	kmt_tui_settle(c->s, c->m);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect zoom(const struct call *c)
{
	c->s->zoom = !c->s->zoom;
	kmt_tui_settle(c->s, c->m);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect show_text(const struct call *c)
{
	c->s->overlay = c->action == KMT_ACT_HELP ? KMT_OVERLAY_HELP : KMT_OVERLAY_HISTORY;
	c->s->overlay_top = 0;
	return KMT_EFFECT_NONE;
}

static enum kmt_effect prompt(const struct call *c)
{
	if (c->action == KMT_ACT_SEARCH || c->s->pane == KMT_PANE_STRIP)
		show_all(c);
	if (c->action == KMT_ACT_SEARCH)
		kmt_act_open_search(c->s, c->m);
	else
		kmt_act_open_filter(c->s, c->m);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect find_next(const struct call *c)
{
	show_all(c);
	kmt_act_find_next(c->s, c->m, c->doc, c->action == KMT_ACT_FIND_NEXT ? 1 : -1);
	return KMT_EFFECT_NONE;
}

/* The log of one module, from wherever it is; in the log, of the one that the line names. */
static enum kmt_effect about(const struct call *c)
{
	struct kmt_tui_state *s = c->s;
	char *now = s->lists[KMT_VIEW_LOG].how.about;
	const char *module = kmt_tui_selected_module(s, c->m);

	if (s->view == KMT_VIEW_LOG && *now) {
		*now = '\0';
		return KMT_EFFECT_ARRANGE;
	}
	if (!module) {
		kmt_tui_say(s, "This line names no module.");
		return KMT_EFFECT_NONE;
	}
	snprintf(now, KMT_NAME_MAX, "%s", module);
	if (s->view == KMT_VIEW_LOG)
		return KMT_EFFECT_ARRANGE;
	kmt_tui_goto_row(s, KMT_VIEW_LOG, "");
	return KMT_EFFECT_ARRANGE;
}

#define WARNINGS 5 /* levels up to warnings, and up to errors */
#define ERRORS 4

static enum kmt_effect level(const struct call *c)
{
	unsigned char *levels = &c->s->lists[KMT_VIEW_LOG].how.levels;

	if (c->s->view != KMT_VIEW_LOG) {
		kmt_tui_say(c->s, "Only the kernel log has levels.");
		return KMT_EFFECT_NONE;
	}
	*levels = !*levels ? WARNINGS : *levels == WARNINGS ? ERRORS : 0;
	return KMT_EFFECT_ARRANGE;
}

static enum kmt_effect strip(const struct call *c)
{
	struct kmt_layout l;

	kmt_layout(c->s, &l);
	c->s->strip = l.log.h ? KMT_STRIP_OFF : KMT_STRIP_ON;
	kmt_layout(c->s, &l);
	if (c->s->strip == KMT_STRIP_ON && !l.log.h)
		kmt_tui_say(c->s, "There is no room for the kernel log here.");
	kmt_tui_settle(c->s, c->m);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect sort(const struct call *c)
{
	kmt_act_open_sort(c->s);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect tag(const struct call *c)
{
	return act_tag(c->s, c->m, c->action);
}

/* Of what a plan would be about: only then the key lets it in again. */
static bool all_blocked(const struct call *c)
{
	const struct kmt_snapshot *snap = &c->m->list.snap;
	const struct kmt_tags *tags = &c->s->tags;
	const char *module = kmt_tui_selected_module(c->s, c->m);

	for (size_t i = 0; i < tags->names.n; i++)
		if (!kmt_block_is_there(snap, tags->names.v[i]))
			return false;
	return tags->names.n || (module && kmt_block_is_there(snap, module));
}

static enum kmt_effect plan(const struct call *c)
{
	static const enum kmt_request_kind kinds[KMT_ACT_COUNT] = {
		[KMT_ACT_LOAD] = KMT_REQUEST_LOAD,
		[KMT_ACT_UNLOAD] = KMT_REQUEST_UNLOAD,
		[KMT_ACT_RELOAD] = KMT_REQUEST_RELOAD,
		[KMT_ACT_BLOCK] = KMT_REQUEST_BLOCK,
	};
	bool unblock = c->action == KMT_ACT_BLOCK && all_blocked(c);

	return kmt_act_open_plan(c->s, c->m, unblock ? KMT_REQUEST_UNBLOCK : kinds[c->action]);
}

static enum kmt_effect menu(const struct call *c)
{
	kmt_act_open_menu(c->s);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect param(const struct call *c)
{
	return kmt_act_param(c->s, c->m, c->doc, c->action);
}

static enum kmt_effect invert(const struct call *c)
{
	kmt_state_list(c->s)->how.descending = !kmt_state_list(c->s)->how.descending;
	kmt_state_keep_order(c->s);
	return KMT_EFFECT_ARRANGE;
}

static enum kmt_effect tree(const struct call *c)
{
	if (kmt_view_has_tree(c->s->view)) {
		kmt_state_list(c->s)->how.tree = !kmt_state_list(c->s)->how.tree;
		kmt_state_keep_order(c->s);
		return KMT_EFFECT_ARRANGE;
	}
	kmt_tui_say(c->s, "Only the list of loaded modules has a tree.");
	return KMT_EFFECT_NONE;
}

static enum kmt_effect pin(const struct call *c)
{
	const char *module = kmt_tui_selected_module(c->s, c->m);
	struct kmt_tags *pins = &c->s->prefs.pins;

	if (!module) {
		kmt_tui_say(c->s, "No module is selected.");
		return KMT_EFFECT_NONE;
	}
	kmt_tags_toggle(pins, module);
	c->s->prefs_changed = true;
	kmt_tui_say(c->s, kmt_tags_has(pins, module) ? "Pinned: %.60s" : "No longer pinned: %.60s", module);
	c->s->message_good = true;
	return KMT_EFFECT_ARRANGE;
}

static enum kmt_effect edit(const struct call *c)
{
	const struct kmt_origin *origin = kmt_act_origin(c->s, c->m, c->doc);
	struct kmt_tui_state *s = c->s;

	if (!origin || !origin->file || !origin->line)
		kmt_tui_say(s, "This line does not come from a configuration file.");
	else if (s->readonly)
		kmt_tui_say(s, "Read-only: files cannot be edited.");
	else if (snprintf(s->edit_file, sizeof(s->edit_file), "%s", origin->file) < (int)sizeof(s->edit_file)) {
		s->edit_line = origin->line;
		return KMT_EFFECT_EDIT;
	}
	return KMT_EFFECT_NONE;
}

static enum kmt_effect escape(const struct call *c)
{
	struct kmt_arrangement *how = &kmt_state_list(c->s)->how;

	c->s->marked[0] = '\0';
	if (c->s->pane != KMT_PANE_LIST) {
		c->s->pane = KMT_PANE_LIST;
	} else if (c->s->zoom) {
		c->s->zoom = false;
	} else if (*how->filter || how->levels || *how->about) {
		how->filter[0] = how->about[0] = '\0';
		how->levels = 0;
		return KMT_EFFECT_ARRANGE;
	} else {
		kmt_tags_free(&c->s->tags);
	}
	kmt_tui_settle(c->s, c->m);
	return KMT_EFFECT_NONE;
}

/* The file is typed, or taken as it stands. */
static enum kmt_effect command(const struct call *c)
{
	static const char *const begun[KMT_ACT_COUNT] = {[KMT_ACT_COMMAND] = "",
		[KMT_ACT_BACKUP] = "config backup modules.backup",
		[KMT_ACT_RESTORE] = "config restore-backup modules.backup"};

	c->s->overlay = KMT_OVERLAY_COMMAND;
	kmt_recall_open(&c->s->recall[KMT_RECALL_COMMAND]);
	c->s->prompt_why[0] = '\0';
	c->s->prompt_failed = false;
	kmt_line_set(&c->s->prompt, begun[c->action]);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect ask(const struct call *c)
{
	static const char *const commands[KMT_ACT_COUNT] = {
		[KMT_ACT_WHY] = "why", [KMT_ACT_CHECK] = "check", [KMT_ACT_USERS] = "users"};

	return kmt_act_show(c->s, c->m, commands[c->action]);
}

static enum kmt_effect config(const struct call *c)
{
	return kmt_act_config(c->s, c->m, c->doc, c->action);
}

static enum kmt_effect setup(const struct call *c)
{
	c->s->overlay = KMT_OVERLAY_SETUP;
	c->s->choice = 0;
	return KMT_EFFECT_NONE;
}

static enum kmt_effect pause_updates(const struct call *c)
{
	c->s->paused = !c->s->paused;
	return c->s->paused ? KMT_EFFECT_NONE : KMT_EFFECT_RESCAN;
}

static enum kmt_effect to_owner(const struct call *c)
{
	static const enum kmt_effect effects[KMT_ACT_COUNT] = {
		[KMT_ACT_COPY] = KMT_EFFECT_COPY,
		[KMT_ACT_KERNELS] = KMT_EFFECT_KERNELS,
		[KMT_ACT_RESCAN] = KMT_EFFECT_RESCAN,
		[KMT_ACT_REDRAW] = KMT_EFFECT_REDRAW,
		[KMT_ACT_SUSPEND] = KMT_EFFECT_SUSPEND,
		[KMT_ACT_QUIT] = KMT_EFFECT_QUIT,
	};

	return effects[c->action];
}

static enum kmt_effect (*const actions[KMT_ACT_COUNT])(const struct call *) = {
	[KMT_ACT_UP] = move,
	[KMT_ACT_DOWN] = move,
	[KMT_ACT_PAGE_UP] = move,
	[KMT_ACT_PAGE_DOWN] = move,
	[KMT_ACT_HOME] = move,
	[KMT_ACT_END] = move,
	[KMT_ACT_LEFT] = sideways,
	[KMT_ACT_RIGHT] = sideways,
	[KMT_ACT_NEXT_PANE] = next_pane,
	[KMT_ACT_PREVIOUS_PANE] = next_pane,
	[KMT_ACT_VIEW_LOADED] = show_view,
	[KMT_ACT_VIEW_AVAILABLE] = show_view,
	[KMT_ACT_VIEW_BUILTIN] = show_view,
	[KMT_ACT_VIEW_CONFIG] = show_view,
	[KMT_ACT_VIEW_LOG] = show_view,
	[KMT_ACT_VIEW_DEVICES] = show_view,
	[KMT_ACT_TAB_PREVIOUS] = show_tab,
	[KMT_ACT_TAB_NEXT] = show_tab,
	[KMT_ACT_ENTER] = enter,
	[KMT_ACT_BACK] = back,
	[KMT_ACT_SEARCH] = prompt,
	[KMT_ACT_FIND_NEXT] = find_next,
	[KMT_ACT_FIND_PREVIOUS] = find_next,
	[KMT_ACT_FILTER] = prompt,
	[KMT_ACT_ABOUT] = about,
	[KMT_ACT_LEVEL] = level,
	[KMT_ACT_STRIP] = strip,
	[KMT_ACT_SORT] = sort,
	[KMT_ACT_INVERT] = invert,
	[KMT_ACT_TAG] = tag,
	[KMT_ACT_TAG_DEPENDENTS] = tag,
	[KMT_ACT_TREE] = tree,
	[KMT_ACT_PIN] = pin,
	[KMT_ACT_LOAD] = plan,
	[KMT_ACT_UNLOAD] = plan,
	[KMT_ACT_RELOAD] = plan,
	[KMT_ACT_BLOCK] = plan,
	[KMT_ACT_PARAM_EDIT] = param,
	[KMT_ACT_PARAM_KEEP] = param,
	[KMT_ACT_PARAM_DROP] = param,
	[KMT_ACT_LINE_OFF] = config,
	[KMT_ACT_LINE_ADD] = config,
	[KMT_ACT_AUTOLOAD] = config,
	[KMT_ACT_REVERT] = config,
	[KMT_ACT_BACKUP] = command,
	[KMT_ACT_RESTORE] = command,
	[KMT_ACT_WHY] = ask,
	[KMT_ACT_CHECK] = ask,
	[KMT_ACT_USERS] = ask,
	[KMT_ACT_MENU] = menu,
	[KMT_ACT_COMMAND] = command,
	[KMT_ACT_EDIT] = edit,
	[KMT_ACT_SETUP] = setup,
	[KMT_ACT_COPY] = to_owner,
	[KMT_ACT_HISTORY] = show_text,
	[KMT_ACT_KERNELS] = to_owner,
	[KMT_ACT_ZOOM] = zoom,
	[KMT_ACT_GROW] = resize_panes,
	[KMT_ACT_SHRINK] = resize_panes,
	[KMT_ACT_HELP] = show_text,
	[KMT_ACT_PAUSE] = pause_updates,
	[KMT_ACT_RESCAN] = to_owner,
	[KMT_ACT_REDRAW] = to_owner,
	[KMT_ACT_SUSPEND] = to_owner,
	[KMT_ACT_ESCAPE] = escape,
	[KMT_ACT_QUIT] = to_owner,
};

enum kmt_effect kmt_act(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action)
{
	const struct call c = {s, m, doc, action};

	return actions[action] ? actions[action](&c) : KMT_EFFECT_NONE;
}

enum kmt_effect kmt_tui_key(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int key)
{
	enum kmt_action action = KMT_ACT_NONE;
	enum kmt_effect effect = KMT_EFFECT_NONE;

	s->message[0] = '\0';
	if (s->overlay)
		effect = kmt_act_overlay(s, m, doc, key, &action);
	else
		action = kmt_key_action(key);
	return action ? kmt_act(s, m, doc, action) : effect;
}
