/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searching and filtering: in the list, in the details, and in whatever text lies over them. */
#include "act_priv.h"

#include <stdint.h>
#include <string.h>

/* What is searched. */
struct target {
	struct kmt_tui_state *s;
	struct kmt_model *m;
	const struct kmt_doc *doc; /* NULL: the list */
	bool text; /* DOC is an overlay */
	size_t n, at;
};

static struct target find_target(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc)
{
	struct target t = {.s = s, .m = m};

	t.text = kmt_tui_overlay(s) != KMT_OVERLAY_NONE;
	if (t.text || s->pane == KMT_PANE_DETAILS) {
		t.doc = doc;
		t.n = doc ? doc->lines.n : 0;
		t.at = t.text ? s->text_line : s->doc_cursor;
		return t;
	}
	t.n = m->views[s->view].n_shown;
	t.at = kmt_state_list(s)->cursor;
	return t;
}

static bool line_matches(const struct target *t, size_t i, const struct kmt_find *find)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_doc_text(t->doc, i, &text);
	return kmt_find_in(find, kmt_strbuf_str(&text));
}

static bool matches(const struct target *t, size_t i, const struct kmt_find *find, bool cells)
{
	if (t->doc)
		return line_matches(t, i, find);
	return cells ? kmt_model_cells_match(t->m, t->s->view, i, find)
		     : kmt_model_matches(t->m, t->s->view, i, find);
}

static size_t text_page(const struct kmt_tui_state *s)
{
	enum kmt_overlay overlay = kmt_tui_overlay(s);

	return overlay >= KMT_OVERLAY_PLAN ? kmt_dialog_page(s) : kmt_overlay_page(s);
}

static void go_to(const struct target *t, size_t i)
{
	size_t page = text_page(t->s), last = t->n > page ? t->n - page : 0;

	if (!t->text && t->doc) {
		kmt_state_select_doc(t->s, t->doc, i);
	} else if (!t->text) {
		kmt_state_select(t->s, t->m, i);
	} else {
		t->s->text_line = i;
		if (i < t->s->overlay_top || i >= t->s->overlay_top + page)
			t->s->overlay_top = i < last ? i : last;
	}
}

/* The next match from FROM on, in steps of 1 or -1, once around; SIZE_MAX: there is none. */
static size_t next(const struct target *t, const struct kmt_find *find, size_t from, int step, bool cells)
{
	for (size_t i = 0, at = from; i < t->n; i++) {
		if (at >= t->n)
			at = step > 0 ? 0 : t->n - 1;
		if (matches(t, at, find, cells))
			return at;
		at += (size_t)step;
	}
	return SIZE_MAX;
}

static void count(const struct target *t, const struct kmt_find *find, size_t found)
{
	t->s->match = t->s->matches = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (!matches(t, i, find, false))
			continue;
		t->s->matches++;
		if (i <= found)
			t->s->match++;
	}
}

/* Goes to what is found. A name that somebody sees comes before what the module says. */
static bool find_text(const struct target *t, const char *text, size_t from, int step, bool again)
{
	struct kmt_find find;
	size_t found = SIZE_MAX;

	kmt_find_init(&find, text);
	if (!again)
		found = next(t, &find, from, step, true);
	if (found == SIZE_MAX)
		found = next(t, &find, from, step, false);
	if (found != SIZE_MAX) {
		go_to(t, found);
		count(t, &find, found);
	}
	kmt_find_free(&find);
	return found != SIZE_MAX;
}

static bool says_more(const struct target *t)
{
	return !t->doc && !t->text && kmt_views[t->s->view]->words;
}

static void say_place(struct kmt_tui_state *s)
{
	kmt_tui_say(s, "%zu of %zu: %.100s", s->match, s->matches, s->search);
	s->message_good = true;
}

void kmt_act_find_next(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int step)
{
	struct target t = find_target(s, m, doc);

	if (!*s->search) {
		kmt_tui_say(s, "No previous search.");
		return;
	}
	memcpy(s->marked, s->search, sizeof(s->marked));
	if (find_text(&t, s->search, t.at + (size_t)step, step, true))
		say_place(s);
	else
		kmt_tui_say(s, "No match for '%.100s'.", s->search);
}

static void open_prompt(struct kmt_tui_state *s, struct kmt_model *m, enum kmt_overlay overlay, int recall,
	const char *text)
{
	s->under = overlay == KMT_OVERLAY_SEARCH ? s->overlay : KMT_OVERLAY_NONE;
	s->overlay = overlay;
	s->prompt_failed = false;
	s->match = s->matches = 0;
	s->prompt_from = *kmt_state_list(s);
	m->wants_words |= kmt_views[s->view]->words;
	kmt_line_set(&s->prompt, text);
	kmt_recall_open(&s->recall[recall]);
}

void kmt_act_open_search(struct kmt_tui_state *s, struct kmt_model *m)
{
	open_prompt(s, m, KMT_OVERLAY_SEARCH, KMT_RECALL_SEARCH, "");
	s->prompt_line = s->doc_cursor;
	s->text_line = s->overlay_top;
	s->prompt_top = s->overlay_top;
}

void kmt_act_open_filter(struct kmt_tui_state *s, struct kmt_model *m)
{
	open_prompt(s, m, KMT_OVERLAY_FILTER, KMT_RECALL_FILTER, kmt_state_list(s)->how.filter);
	s->pane = KMT_PANE_LIST;
}

bool kmt_act_find_in_text(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action)
{
	if (action == KMT_ACT_SEARCH)
		kmt_act_open_search(s, m);
	else if (action == KMT_ACT_FIND_NEXT || action == KMT_ACT_FIND_PREVIOUS)
		kmt_act_find_next(s, m, doc, action == KMT_ACT_FIND_NEXT ? 1 : -1);
	else
		return false;
	return true;
}

/* Back to where the prompt was opened. */
static void go_back(struct kmt_tui_state *s, const struct kmt_doc *doc)
{
	*kmt_state_list(s) = s->prompt_from;
	s->overlay_top = s->prompt_top;
	if (s->pane == KMT_PANE_DETAILS && !s->under)
		kmt_state_select_doc(s, doc, s->prompt_line);
}

static void close_prompt(struct kmt_tui_state *s, struct kmt_model *m)
{
	s->overlay = s->under;
	s->under = KMT_OVERLAY_NONE;
	kmt_tui_settle(s, m);
}

/* Each letter looks from where the search began, so that deleting one goes back. */
static void look(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc)
{
	struct target t = find_target(s, m, doc);
	size_t from = t.text ? s->prompt_top : t.doc ? s->prompt_line : s->prompt_from.cursor;

	memcpy(s->marked, s->prompt.text, sizeof(s->marked));
	s->prompt_failed = s->prompt.len && !find_text(&t, s->prompt.text, from, 1, false);
}

void kmt_tui_found_more(struct kmt_tui_state *s, struct kmt_model *m)
{
	if (s->overlay == KMT_OVERLAY_SEARCH && s->prompt.len && find_target(s, m, NULL).n)
		look(s, m, NULL);
}

/* What nothing shows may be in what modules say. */
static void accept(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc)
{
	struct target t = find_target(s, m, doc);

	if (s->prompt_failed && says_more(&t)) {
		while (kmt_model_read_words(m))
			;
		look(s, m, doc);
	}
	if (s->prompt_failed)
		go_back(s, doc);
	if (!s->prompt.len)
		return;
	memcpy(s->search, s->prompt.text, sizeof(s->search));
	kmt_recall_add(&s->recall[KMT_RECALL_SEARCH], s->search);
	if (s->prompt_failed)
		kmt_tui_say(s, "No match for '%.100s'.", s->search);
	else
		say_place(s);
}

enum kmt_effect kmt_act_search_key(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int key)
{
	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c')) {
		go_back(s, doc);
		s->marked[0] = '\0';
		close_prompt(s, m);
	} else if (key == KMT_KEY_ENTER) {
		accept(s, m, doc);
		close_prompt(s, m);
	} else if (kmt_recall_key(&s->recall[KMT_RECALL_SEARCH], &s->prompt, key) || kmt_line_key(&s->prompt, key)) {
		look(s, m, doc);
	}
	return KMT_EFFECT_NONE;
}

enum kmt_effect kmt_act_filter_key(struct kmt_tui_state *s, struct kmt_model *m, int key)
{
	struct kmt_arrangement *how = &kmt_state_list(s)->how;

	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c')) {
		*kmt_state_list(s) = s->prompt_from;
		close_prompt(s, m);
		return KMT_EFFECT_ARRANGE;
	}
	if (key == KMT_KEY_ENTER) {
		kmt_recall_add(&s->recall[KMT_RECALL_FILTER], how->filter);
		close_prompt(s, m);
		return KMT_EFFECT_NONE;
	}
	if (!kmt_recall_key(&s->recall[KMT_RECALL_FILTER], &s->prompt, key) && !kmt_line_key(&s->prompt, key))
		return KMT_EFFECT_NONE;
	/* A filter that is too long would be another one. */
	if (s->prompt.len >= sizeof(how->filter))
		kmt_line_set(&s->prompt, how->filter);
	snprintf(how->filter, sizeof(how->filter), "%.*s", KMT_FILTER_MAX - 1, s->prompt.text);
	return KMT_EFFECT_ARRANGE;
}
