/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `kmtool __complete -- WORD...`: what the last WORD could become, for the completion stubs of the
 * shells. One candidate a line: the text, a tab, a description. A line ":files" or ":dirs" asks the
 * shell for file names. Says nothing when something is wrong: it runs at every Tab.
 */
#include "complete_priv.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/cmd/opt.h>

#include "cmds_priv.h"

void kmt_complete_offer(
	const struct kmt_completion *c, const char *candidate, const char *description)
{
	kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;

	if (strncmp(candidate, c->word, strlen(c->word)) != 0)
		return;
	kmt_strbuf_addstr(&line, c->prefix);
	kmt_escape_text(&line, candidate, strlen(candidate));
	if (description && *description) {
		kmt_strbuf_addc(&line, '\t');
		kmt_escape_text(&line, description, strlen(description));
	}
	kmt_strbuf_addc(&line, '\n');
	fwrite(line.s, 1, line.len, stdout);
}

static const struct kmt_opt *find_long(const struct kmt_opt *table, const char *name, size_t len)
{
	for (; table && table->long_name; table++)
		if (strlen(table->long_name) == len && !memcmp(table->long_name, name, len))
			return table;
	return NULL;
}

static const struct kmt_opt *find_short(const struct kmt_opt *table, char name)
{
	for (; table && table->long_name; table++)
		if (table->short_name == name)
			return table;
	return NULL;
}

static const struct kmt_opt *long_option(
	const struct kmt_completion *c, const char *name, size_t len)
{
	const struct kmt_opt *opt = c->cmd ? find_long(c->cmd->opts, name, len) : NULL;

	return opt ? opt : find_long(kmt_global_opts, name, len);
}

static const struct kmt_opt *short_option(const struct kmt_completion *c, char name)
{
	const struct kmt_opt *opt = c->cmd ? find_short(c->cmd->opts, name) : NULL;

	return opt ? opt : find_short(kmt_global_opts, name);
}

/* Values that decide which machine the candidates come from. */
static void remember(struct kmt_completion *c, const struct kmt_opt *opt, const char *value)
{
	if (!strcmp(opt->long_name, "root"))
		c->root = value;
	else if (!strcmp(opt->long_name, "kernel"))
		c->kernel = value;
}

/* An option word: returns the option whose value is the next word, or NULL. */
static const struct kmt_opt *take_option(struct kmt_completion *c, const char *word)
{
	const struct kmt_opt *opt;
	size_t len;

	if (word[1] == '-') {
		len = strcspn(word + 2, "=");
		opt = long_option(c, word + 2, len);
		if (!opt || opt->kind == KMT_OPT_FLAG)
			return NULL;
		if (!word[2 + len])
			return opt;
		remember(c, opt, word + 3 + len);
		return NULL;
	}
	for (word++; *word; word++) {
		opt = short_option(c, *word);
		if (!opt || opt->kind == KMT_OPT_FLAG)
			continue;
		if (!word[1])
			return opt;
		remember(c, opt, word + 1);
		return NULL;
	}
	return NULL;
}

/* Goes through the words before the last. False: there is no such command, so nothing fits. */
static bool read_words(struct kmt_completion *c, int n, char **words)
{
	for (int i = 0; i < n; i++) {
		const char *word = words[i];

		if (c->wants) {
			remember(c, c->wants, word);
			c->wants = NULL;
		} else if (c->only_operands || word[0] != '-' || !word[1]) {
			if (!c->cmd)
				c->cmd = kmt_cmd_find(word);
			else if (c->cmd->verbs)
				c->cmd = kmt_cmd_verb(c->cmd, word);
			else
				kmt_vec_push(&c->operands, word);
			if (!c->cmd)
				return false;
		} else if (!strcmp(word, "--")) {
			c->only_operands = true;
		} else {
			c->wants = take_option(c, word);
		}
	}
	return true;
}

static void offer_option(struct kmt_completion *c, const struct kmt_opt *opt)
{
	kmt_autofree char *text = kmt_asprintf("--%s", opt->long_name);

	kmt_complete_offer(c, text, opt->help);
}

static void offer_options(struct kmt_completion *c)
{
	for (const struct kmt_opt *o = c->cmd ? c->cmd->opts : NULL; o && o->long_name; o++)
		offer_option(c, o);
	for (const struct kmt_opt *o = kmt_global_opts; o->long_name; o++)
		if (!c->cmd || kmt_opt_applies(c->cmd, o))
			offer_option(c, o);
}

static void offer_commands(struct kmt_completion *c)
{
	for (const struct kmt_cmd *const *cmd = kmt_cmds; *cmd; cmd++)
		if (!(*cmd)->hidden)
			kmt_complete_offer(c, (*cmd)->name, (*cmd)->summary);
}

char *kmt_complete_list(struct kmt_completion *c, size_t done)
{
	const char *comma = strrchr(c->word, ',');
	char *prefix;

	if (comma)
		done = (size_t)(comma - c->word) + 1;
	prefix = kmt_asprintf("%s%.*s", c->prefix, (int)done, c->word);
	c->prefix = prefix;
	c->word += done;
	return prefix;
}

static void offer_choices(struct kmt_completion *c)
{
	char *prefix = c->wants->kind == KMT_OPT_LIST ? kmt_complete_list(c, 0) : NULL;

	for (const char *const *choice = c->wants->choices; choice && *choice; choice++)
		kmt_complete_offer(c, *choice, NULL);
	c->prefix = "";
	free(prefix);
}

static void offer_verbs(struct kmt_completion *c)
{
	for (const struct kmt_cmd *const *verb = c->cmd->verbs; *verb; verb++)
		kmt_complete_offer(c, kmt_cmd_verb_name(*verb), (*verb)->summary);
}

static void offer_value(struct kmt_completion *c)
{
	if (c->wants->complete == KMT_COMPLETE_CHOICE)
		offer_choices(c);
	else
		kmt_complete_class(c, c->wants->complete);
}

static void offer(struct kmt_completion *c)
{
	kmt_autofree char *prefix = NULL;

	if (c->wants) {
		offer_value(c);
	} else if (!c->only_operands && !strncmp(c->word, "--", 2) && strchr(c->word, '=')) {
		size_t len = strcspn(c->word, "=");

		c->wants = long_option(c, c->word + 2, len - 2);
		prefix = kmt_strndup(c->word, len + 1);
		c->prefix = prefix;
		c->word += len + 1;
		if (c->wants)
			offer_value(c);
	} else if (!c->only_operands && *c->word == '-') {
		offer_options(c);
	} else if (!c->cmd) {
		offer_commands(c);
	} else if (c->cmd->verbs) {
		offer_verbs(c);
	} else if (c->cmd->complete == KMT_COMPLETE_COMMAND) {
		if (!c->operands.n)
			offer_commands(c);
	} else {
		kmt_complete_class(c, c->cmd->complete);
	}
}

static int run_complete(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	struct kmt_completion c = {.prefix = "", .word = "", .root = env->g.root};

	if (env->argc)
		c.word = env->argv[env->argc - 1];
	if (read_words(&c, env->argc - 1, env->argv))
		offer(&c);
	kmt_vec_free(&c.operands);
	return 0;
}

const struct kmt_cmd kmt_cmd_complete = {
	.name = "__complete",
	.summary = "Print what the last word could become, for shell completion",
	.operands = "[WORD...]",
	.takes = KMT_TAKES_ROOT | KMT_TAKES_KERNEL,
	.hidden = true,
	.run = run_complete,
};
