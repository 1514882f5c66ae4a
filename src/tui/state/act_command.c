/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typed behind ':': the words of the command line, a view, or a module to go to. */
#include "act_priv.h"

#include <string.h>

/* What is typed, taken apart. */
struct typed {
	const char *verb;
	struct kmt_request request;
	struct kmt_tags targets;
	const char *wrong; /* NULL: nothing is */
};

static const struct {
	const char *verb;
	enum kmt_request_kind kind;
	bool params, many;
} verbs[] = {
	{"load", KMT_REQUEST_LOAD, .params = true, .many = true},
	{"unload", KMT_REQUEST_UNLOAD, .many = true},
	{"reload", KMT_REQUEST_RELOAD, .params = true},
	{"block", KMT_REQUEST_BLOCK, .many = true},
	{"unblock", KMT_REQUEST_UNBLOCK, .many = true},
};

static void take_word(struct typed *t, const char *word, bool params)
{
	struct kmt_request *r = &t->request;
	size_t len = strlen(r->params);

	if (!strcmp(word, "--dependents") && (r->kind == KMT_REQUEST_UNLOAD || r->kind == KMT_REQUEST_RELOAD))
		r->dependents = true;
	else if (!strcmp(word, "--unused-deps") && r->kind == KMT_REQUEST_UNLOAD)
		r->unused_deps = true;
	else if (*word == '-')
		t->wrong = "no such option here";
	else if (strchr(word, '=') && params)
		snprintf(r->params + len, sizeof(r->params) - len, "%s%s", len ? " " : "", word);
	else
		kmt_tags_add(&t->targets, word);
}

/* The rest of the line: parameters may be quoted, and have blanks then. */
static void take_words(struct typed *t, char *rest, bool params)
{
	while (*rest && !t->wrong) {
		bool quoted = false;
		char *word = rest + strspn(rest, " ");
		size_t n = 0;

		for (; word[n] && (quoted || word[n] != ' '); n++)
			if (word[n] == '"')
				quoted = !quoted;
		rest = word + n + (word[n] == ' ');
		word[n] = '\0';
		if (n)
			take_word(t, word, params);
	}
}

static enum kmt_effect plan(struct kmt_tui_state *s, struct typed *t, bool many)
{
	if (!t->wrong && !t->targets.names.n)
		t->wrong = "which module?";
	if (!t->wrong && t->targets.names.n > 1 && !many)
		t->wrong = "one module at a time";
	if (!t->wrong && strlen(t->targets.names.v[0]) >= sizeof(t->request.target))
		t->wrong = "the name is too long";
	if (t->wrong)
		return KMT_EFFECT_NONE;
	s->request = t->request;
	snprintf(s->request.target, sizeof(s->request.target), "%s", t->targets.names.v[0]);
	kmt_tags_copy(&s->targets, &t->targets);
	s->request.targets = t->targets.names.n > 1 ? &s->targets : NULL;
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}

/* A view by its title, or a module. */
static enum kmt_effect go(struct kmt_tui_state *s, struct kmt_model *m, struct typed *t)
{
	for (int v = 0; v < KMT_VIEW_COUNT; v++)
		if (!strcasecmp(kmt_views[v].title, t->verb)) {
			s->overlay = KMT_OVERLAY_NONE;
			return kmt_act(s, m, NULL, (enum kmt_action)(KMT_ACT_VIEW_LOADED + v));
		}
	if (!kmt_tui_goto(s, m, t->verb)) {
		t->wrong = "no such command, view or module";
		return KMT_EFFECT_NONE;
	}
	s->overlay = KMT_OVERLAY_NONE;
	return KMT_EFFECT_ARRANGE;
}

static enum kmt_effect obey(struct kmt_tui_state *s, struct kmt_model *m, struct typed *t, char *line)
{
	char *rest = line + strcspn(line, " ");

	if (*rest)
		*rest++ = '\0';
	t->verb = line;
	if (!strcmp(line, "q") || !strcmp(line, "quit"))
		return KMT_EFFECT_QUIT;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i].verb, line)) {
			t->request.kind = verbs[i].kind;
			take_words(t, rest, verbs[i].params);
			return plan(s, t, verbs[i].many);
		}
	return go(s, m, t);
}

enum kmt_effect kmt_act_command_key(struct kmt_tui_state *s, struct kmt_model *m, int key)
{
	struct typed t = {0};
	char line[KMT_LINE_MAX];
	enum kmt_effect effect;

	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c') || (key == KMT_KEY_ENTER && !s->prompt.len)) {
		s->overlay = KMT_OVERLAY_NONE;
		return KMT_EFFECT_NONE;
	}
	if (key != KMT_KEY_ENTER) {
		if (kmt_line_key(&s->prompt, key))
			s->prompt_failed = false;
		return KMT_EFFECT_NONE;
	}
	memcpy(line, s->prompt.text, sizeof(line));
	effect = obey(s, m, &t, line + strspn(line, " "));
	s->prompt_failed = t.wrong != NULL;
	s->prompt_why = t.wrong;
	kmt_tags_free(&t.targets);
	return effect;
}
