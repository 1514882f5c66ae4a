/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typed behind ':': a command as on the command line, a view, or a module to go to. */
#include "act_priv.h"

#include <string.h>

#include <kmt/base/shell.h>

/* Commands that only print, once those that change something are taken for requests. */
#define NEEDS_MODULE 1u /* without an operand it is about the one below the bar */
#define NO_KERNEL 2u	/* it has no --kernel */
#define NO_ROOT 4u
static const struct {
	const char *name;
	unsigned int flags;
} printing[] = {
	{"autoload", 0}, {"check", NEEDS_MODULE}, {"config", 0}, {"deps", NEEDS_MODULE}, {"devices", 0},
	{"diff", NO_KERNEL}, {"help", NO_KERNEL | NO_ROOT}, {"info", NEEDS_MODULE}, {"kernels", NO_KERNEL},
	{"list", 0}, {"log", NO_KERNEL}, {"needs", 0}, {"params", NEEDS_MODULE}, {"provides", 0}, {"search", 0},
	{"status", 0}, {"symbols", NEEDS_MODULE}, {"users", NEEDS_MODULE | NO_KERNEL},
	{"version", NO_KERNEL | NO_ROOT}, {"why", NEEDS_MODULE},
};

static const char *const changing[] = {"block", "load", "reload", "unblock", "unload", "quit"};

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

static bool go_to_view(struct kmt_tui_state *s, const char *title, enum kmt_action *then)
{
	int view = 0;

	while (view < KMT_VIEW_COUNT && strcasecmp(kmt_view_titles[view], title) != 0)
		view++;
	if (view == KMT_VIEW_COUNT)
		return false;
	s->overlay = KMT_OVERLAY_NONE;
	*then = (enum kmt_action)(KMT_ACT_VIEW_LOADED + view);
	return true;
}

static enum kmt_effect go_to_module(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_strv *words)
{
	if (words->n > 1 || !kmt_tui_goto(s, m, words->v[0]))
		return refuse(s, "unknown command, view or module");
	s->overlay = KMT_OVERLAY_NONE;
	return KMT_EFFECT_ARRANGE;
}

static void start_command(struct kmt_tui_state *s)
{
	kmt_vec_free(&s->command);
	kmt_arena_free(&s->command_arena);
}

static void add_word(struct kmt_tui_state *s, const char *word)
{
	kmt_vec_push(&s->command, kmt_arena_strdup(&s->command_arena, word));
}

static enum kmt_effect show(struct kmt_tui_state *s)
{
	s->overlay = KMT_OVERLAY_OUTPUT;
	s->overlay_top = 0;
	s->command_runs = true;
	return KMT_EFFECT_SHOW;
}

enum kmt_effect kmt_act_show(struct kmt_tui_state *s, struct kmt_model *m, const char *command)
{
	const char *module = kmt_tui_selected_module(s, m);

	if (!module) {
		s->overlay = KMT_OVERLAY_NONE;
		kmt_tui_say(s, "No module is selected.");
		return KMT_EFFECT_NONE;
	}
	start_command(s);
	add_word(s, command);
	add_word(s, module);
	return show(s);
}

enum kmt_effect kmt_act_show_diff(struct kmt_tui_state *s, const char *a, const char *b)
{
	start_command(s);
	add_word(s, "diff");
	add_word(s, a);
	add_word(s, b);
	return show(s);
}

/* Values are set by a request; without any, the command lists them. */
static bool is_request(enum kmt_request_kind kind, const struct kmt_strv *words)
{
	if (kind != KMT_REQUEST_PARAMS)
		return kind < KMT_REQUEST_COUNT;
	for (size_t i = 1; i < words->n; i++)
		if (strchr(words->v[i], '=') || !strcmp(words->v[i], "--unset"))
			return true;
	return false;
}

/* The place of a command among those that print; their number: it is none of them. */
static size_t find_printing(const char *name)
{
	size_t i = 0;

	while (i < KMT_ARRAY_SIZE(printing) && strcmp(printing[i].name, name) != 0)
		i++;
	return i;
}

static bool has_flag(const char *command, unsigned int flag)
{
	size_t i = find_printing(command);

	return i < KMT_ARRAY_SIZE(printing) && (printing[i].flags & flag);
}

bool kmt_tui_takes_kernel(const char *command)
{
	return !has_flag(command, NO_KERNEL);
}

bool kmt_tui_takes_root(const char *command)
{
	return !has_flag(command, NO_ROOT);
}

static enum kmt_effect print(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_strv *words)
{
	if (words->n == 1 && has_flag(words->v[0], NEEDS_MODULE))
		return kmt_act_show(s, m, words->v[0]);
	start_command(s);
	for (size_t i = 0; i < words->n; i++)
		add_word(s, words->v[i]);
	return show(s);
}

static enum kmt_effect obey(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_strv *words, enum kmt_action *then)
{
	size_t used;
	enum kmt_request_kind kind = kmt_request_kind_of_words(words, &used);
	const struct kmt_strv args = {.v = words->v + used, .n = words->n - used};

	if (!strcmp(words->v[0], "q") || !strcmp(words->v[0], "quit"))
		return KMT_EFFECT_QUIT;
	/* Some are commands, too: what they print without an operand is the view. */
	if (words->n == 1 && go_to_view(s, words->v[0], then))
		return KMT_EFFECT_NONE;
	if (is_request(kind, words))
		return plan(s, kind, &args);
	if (find_printing(words->v[0]) < KMT_ARRAY_SIZE(printing))
		return print(s, m, words);
	return go_to_module(s, m, words);
}

static enum kmt_effect enter(struct kmt_tui_state *s, struct kmt_model *m, enum kmt_action *then)
{
	enum kmt_effect effect = KMT_EFFECT_NONE;
	struct kmt_arena arena = {0};
	struct kmt_strv words = {0};

	s->prompt_failed = false;
	kmt_recall_add(&s->recall[KMT_RECALL_COMMAND], s->prompt.text);
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

/* Completion. */

/* Where the last word begins. */
static size_t last_word(const struct kmt_tui_state *s)
{
	const char *blank = strrchr(s->prompt.text, ' ');

	return blank ? (size_t)(blank + 1 - s->prompt.text) : 0;
}

static void add_candidate(struct kmt_strbuf *out, const char *word, const char *name)
{
	if (!strncasecmp(name, word, strlen(word)))
		kmt_strbuf_addf(out, "%s\n", name);
}

/* The first word: a command, a view; a module if it is none of them. */
static void complete_first(struct kmt_tui_state *s, struct kmt_model *m)
{
	kmt_autostrbuf struct kmt_strbuf found = KMT_STRBUF_INIT;
	struct kmt_strv names = {0};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(changing); i++)
		add_candidate(&found, s->prompt.text, changing[i]);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(printing); i++)
		add_candidate(&found, s->prompt.text, printing[i].name);
	if (!found.len && m->list.snap.has_tree)
		kmt_modindex_names(&m->list.snap.index, &names);
	for (size_t i = 0; i < names.n; i++)
		add_candidate(&found, s->prompt.text, names.v[i]);
	kmt_vec_free(&names);
	kmt_tui_complete(s, kmt_strbuf_str(&found));
}

static enum kmt_effect complete(struct kmt_tui_state *s, struct kmt_model *m)
{
	kmt_autofree char *before = kmt_strndup(s->prompt.text, last_word(s));
	struct kmt_strv words = {0};
	bool split;

	if (s->prompt.cursor < s->prompt.len)
		return KMT_EFFECT_NONE;
	if (!last_word(s)) {
		complete_first(s, m);
		return KMT_EFFECT_NONE;
	}
	start_command(s);
	split = !kmt_shell_split(before, &s->command_arena, &words);
	for (size_t i = 0; split && i < words.n; i++)
		kmt_vec_push(&s->command, words.v[i]);
	add_word(s, s->prompt.text + last_word(s));
	kmt_vec_free(&words);
	return split ? KMT_EFFECT_COMPLETE : KMT_EFFECT_NONE;
}

void kmt_tui_complete(struct kmt_tui_state *s, const char *candidates)
{
	kmt_autostrbuf struct kmt_strbuf common = KMT_STRBUF_INIT, all = KMT_STRBUF_INIT, line = KMT_STRBUF_INIT;
	size_t n = 0, at = last_word(s);

	for (size_t len; *candidates; candidates += len + (candidates[len] == '\n')) {
		size_t same = 0;

		len = strcspn(candidates, "\n");
		/* ":files" is for a shell. */
		if (*candidates == ':' || !len)
			continue;
		kmt_strbuf_item(&all, " ", "%.*s", (int)strcspn(candidates, "\t\n"), candidates);
		if (!n++)
			kmt_strbuf_add(&common, candidates, strcspn(candidates, "\t\n"));
		while (same < common.len && common.s[same] == candidates[same])
			same++;
		kmt_strbuf_truncate(&common, same);
	}
	s->prompt_failed = false;
	snprintf(s->prompt_why, sizeof(s->prompt_why), "%.*s", (int)sizeof(s->prompt_why) - 1,
		n > 1 ? kmt_strbuf_str(&all) : "");
	if (common.len < s->prompt.len - at || at + common.len + 1 >= sizeof(s->prompt.text))
		return;
	kmt_strbuf_add(&line, s->prompt.text, at);
	kmt_strbuf_add(&line, common.s, common.len);
	if (n == 1 && common.len && common.s[common.len - 1] != '=')
		kmt_strbuf_addc(&line, ' ');
	kmt_line_set(&s->prompt, kmt_strbuf_str(&line));
}

enum kmt_effect kmt_act_command_key(
	struct kmt_tui_state *s, struct kmt_model *m, int key, enum kmt_action *then)
{
	if (key == KMT_KEY_ESC || key == KMT_KEY_CTRL('c') || (key == KMT_KEY_ENTER && !s->prompt.len)) {
		s->overlay = KMT_OVERLAY_NONE;
		return KMT_EFFECT_NONE;
	}
	if (key == KMT_KEY_ENTER)
		return enter(s, m, then);
	if (key == KMT_KEY_TAB)
		return complete(s, m);
	if (kmt_recall_key(&s->recall[KMT_RECALL_COMMAND], &s->prompt, key) || kmt_line_key(&s->prompt, key)) {
		s->prompt_failed = false;
		s->prompt_why[0] = '\0';
	}
	return KMT_EFFECT_NONE;
}
