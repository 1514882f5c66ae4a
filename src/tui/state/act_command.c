/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typed behind ':': a command as on the command line, a view, or a module to go to. */
#include "act_priv.h"

#include <string.h>

#include <kmt/base/shell.h>

static enum kmt_effect refuse(struct kmt_tui_state *s, const char *why)
{
	s->prompt_failed = true;
	snprintf(s->prompt_why, sizeof(s->prompt_why), "%s", why);
	return KMT_EFFECT_NONE;
}

static enum kmt_effect plan(struct kmt_tui_state *s, enum kmt_request_kind kind, const struct kmt_strv *args)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	kmt_act_start_request(s, kind, NULL);
	if (kmt_request_parse(&s->request, args, &err))
		return refuse(s, err.msg);
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}

/* A view by its title, or a module. */
static enum kmt_effect go(
	struct kmt_tui_state *s, struct kmt_model *m, const char *where, enum kmt_action *then)
{
	for (int v = 0; v < KMT_VIEW_COUNT; v++)
		if (!strcasecmp(kmt_views[v].title, where)) {
			s->overlay = KMT_OVERLAY_NONE;
			*then = (enum kmt_action)(KMT_ACT_VIEW_LOADED + v);
			return KMT_EFFECT_NONE;
		}
	if (!kmt_tui_goto(s, m, where))
		return refuse(s, "no such command, view or module");
	s->overlay = KMT_OVERLAY_NONE;
	return KMT_EFFECT_ARRANGE;
}

static enum kmt_effect obey(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_strv *words, enum kmt_action *then)
{
	const struct kmt_strv args = {.v = words->v + 1, .n = words->n - 1};
	enum kmt_request_kind kind = kmt_request_kind_of(words->v[0]);

	if (!strcmp(words->v[0], "q") || !strcmp(words->v[0], "quit"))
		return KMT_EFFECT_QUIT;
	return kind < KMT_REQUEST_COUNT ? plan(s, kind, &args) : go(s, m, words->v[0], then);
}

enum kmt_effect kmt_act_command_key(
	struct kmt_tui_state *s, struct kmt_model *m, int key, enum kmt_action *then)
{
	enum kmt_effect effect = KMT_EFFECT_NONE;
	struct kmt_arena arena = {0};
	struct kmt_strv words = {0};

	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c') || (key == KMT_KEY_ENTER && !s->prompt.len)) {
		s->overlay = KMT_OVERLAY_NONE;
		return KMT_EFFECT_NONE;
	}
	if (key != KMT_KEY_ENTER) {
		if (kmt_line_key(&s->prompt, key))
			s->prompt_failed = false;
		return KMT_EFFECT_NONE;
	}
	s->prompt_failed = false;
	if (kmt_shell_split(s->prompt.text, &arena, &words))
		effect = refuse(s, "a quote is not closed");
	else if (words.n)
		effect = obey(s, m, &words, then);
	else
		s->overlay = KMT_OVERLAY_NONE;
	kmt_vec_free(&words);
	kmt_arena_free(&arena);
	return effect;
}
