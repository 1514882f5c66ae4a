/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The option parser, and a walk over every table of commands, options and columns. */
#include "unit.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/cmd/opt.h>
#include <kmt/out/rows.h>

struct trial_opts {
	bool flag;
	unsigned int depth;
	const char *text;
	struct kmt_strv words;
	int when;
};

static const char *const whens[] = {"now", "later", NULL};

static const struct kmt_opt trial_table[] = {
	{"flag", 'f', KMT_OPT_FLAG, .help = "x", .offset = offsetof(struct trial_opts, flag)},
	{"depth", 0, KMT_OPT_UINT, "N", .help = "x", .offset = offsetof(struct trial_opts, depth)},
	{"text", 't', KMT_OPT_STRING, "TEXT", .help = "x",
		.offset = offsetof(struct trial_opts, text)},
	{"word", 'w', KMT_OPT_LIST, "WORD", .help = "x",
		.offset = offsetof(struct trial_opts, words)},
	{"when", 0, KMT_OPT_CHOICE, "WHEN", .choices = whens, .help = "x",
		.offset = offsetof(struct trial_opts, when)},
	{0},
};

static const struct kmt_cmd trial = {
	.name = "trial",
	.operands = "NAME...",
	.opts = trial_table,
	.opts_size = sizeof(struct trial_opts),
	.takes = KMT_TAKES_JSON,
};

struct result {
	struct trial_opts opts;
	struct kmt_globals g;
	struct kmt_opt_seen seen;
	struct kmt_err err;
	char **argv;
	int argc, next, r;
};

/* Splits WORDS at blanks and parses them; the first is the command. */
static void parse(struct result *res, char *words)
{
	static char *argv[32];

	*res = (struct result){.argv = argv};
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[res->argc++] = w;
	argv[res->argc] = NULL;
	res->r = kmt_opt_parse(
		&trial, res->argc, argv, &res->g, &res->seen, &res->opts, &res->next, &res->err);
}

static void done(struct result *res)
{
	kmt_opt_free(&trial, &res->opts);
	kmt_err_clear(&res->err);
}

static void test_all_kinds(void **state)
{
	char words[] = "trial one -f --depth=7 two -t x --word a -wb --when later --json -q three";
	struct result res;

	parse(&res, words);
	assert_int_equal(res.r, 0);
	assert_true(res.opts.flag);
	assert_int_equal(res.opts.depth, 7);
	assert_string_equal(res.opts.text, "x");
	assert_int_equal(res.opts.words.n, 2);
	assert_string_equal(res.opts.words.v[0], "a");
	assert_string_equal(res.opts.words.v[1], "b");
	assert_int_equal(res.opts.when, 1);
	assert_true(res.g.json);
	assert_true(res.g.quiet);
	assert_int_equal(res.argc - res.next, 3);
	assert_string_equal(res.argv[res.next], "one");
	assert_string_equal(res.argv[res.next + 2], "three");
	done(&res);
}

static void test_double_dash(void **state)
{
	char words[] = "trial -- --flag -x";
	struct result res;

	parse(&res, words);
	assert_int_equal(res.r, 0);
	assert_false(res.opts.flag);
	assert_int_equal(res.argc - res.next, 2);
	done(&res);
}

static void refused(const char *text, const char *says, const char *hint)
{
	kmt_autofree char *words = kmt_strdup(text);
	struct result res;

	parse(&res, words);
	assert_int_equal(res.r, -EINVAL);
	assert_int_equal(res.err.kind, KMT_ERR_USAGE);
	if (!strstr(res.err.msg, says) || !strstr(res.err.hint, hint))
		fail_msg("%s: '%s' (%s)", text, res.err.msg, res.err.hint);
	done(&res);
}

static void test_errors(void **state)
{
	refused("trial --nonsense", "no option '--nonsense'", "kmtool help trial");
	refused("trial --nonsense=5", "no option '--nonsense'", "kmtool help trial");
	refused("trial --fl", "no option '--fl'", "did you mean '--flag'");
	refused("trial --dept 3", "no option '--dept'", "did you mean '--depth'");
	refused("trial --tex=t", "no option '--tex'", "did you mean '--text'");
	refused("trial --wo text", "no option '--wo'", "did you mean '--word'"); /* two fit */
	refused("trial -z", "no option '-z'", "kmtool help trial");
	refused("trial -fz", "no option '-z'", "kmtool help trial");
	refused("trial --flag=1", "--flag takes no value", "kmtool help trial");
	refused("trial --depth", "--depth needs a value: N", "kmtool help trial");
	refused("trial -t", "-t needs a value: TEXT", "kmtool help trial");
	refused("trial --depth x", "whole number", "kmtool help trial");
	refused("trial --depth -1", "whole number", "kmtool help trial");
	refused("trial --depth 4294967296", "whole number", "kmtool help trial");
	refused("trial --when never", "one of now, later, not 'never'", "kmtool help trial");
	refused("trial --dry-run", "does not take --dry-run", "kmtool help trial");
}

static void test_globals(void **state)
{
	char *argv[] = {"kmtool", "--root", "/x", "-q", "trial", "--json", NULL};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_opt_seen seen = {0};
	struct trial_opts opts = {0};
	struct kmt_globals g = {0};
	int next;

	assert_int_equal(kmt_opt_parse_globals(6, argv, &g, &seen, &next, &err), 0);
	assert_int_equal(next, 4);
	assert_string_equal(g.root, "/x");
	assert_true(g.quiet);
	assert_false(g.json); /* behind the command name: not yet */
	/* --root was accepted before the command was known, and is refused now. */
	assert_int_equal(
		kmt_opt_parse(&trial, 2, argv + 4, &g, &seen, &opts, &next, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "does not take --root"));
}

static void test_operands(void **state)
{
	struct kmt_cmd cmd = {.name = "c", .operands = "NAME... [X]"};
	char *words[] = {"w", "v"};

	assert_int_equal(kmt_opt_check_operands(&cmd, 1, words, NULL), 0);
	assert_int_equal(kmt_opt_check_operands(&cmd, 0, words, NULL), -EINVAL);
	assert_int_equal(kmt_opt_check_operands(&cmd, 2, words, NULL), 0);
	cmd.operands = "NAME";
	assert_int_equal(kmt_opt_check_operands(&cmd, 1, words, NULL), 0);
	assert_int_equal(kmt_opt_check_operands(&cmd, 2, words, NULL), -EINVAL);
	cmd.operands = "NAME [X]";
	assert_int_equal(kmt_opt_check_operands(&cmd, 2, words, NULL), 0);
	cmd.operands = "[NAME...]";
	assert_int_equal(kmt_opt_check_operands(&cmd, 0, words, NULL), 0);
	cmd.operands = NULL;
	assert_int_equal(kmt_opt_check_operands(&cmd, 0, words, NULL), 0);
	assert_int_equal(kmt_opt_check_operands(&cmd, 1, words, NULL), -EINVAL);
}

/* From here on: the tables. */

static void check_sentence(const char *where, const char *text)
{
	if (!text || !*text)
		fail_msg("%s: no text", where);
	if (text[strlen(text) - 1] == '.')
		fail_msg("%s: ends in a full stop: %s", where, text);
	if (strchr(text, '\n') || strlen(text) > 90)
		fail_msg("%s: not one line: %s", where, text);
}

static void check_name(const char *where, const char *name)
{
	for (const char *p = name; *p; p++)
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-' &&
			*p != '_')
			fail_msg("%s: bad name '%s'", where, name);
}

static size_t kind_size(enum kmt_opt_kind kind)
{
	switch (kind) {
	case KMT_OPT_FLAG:
		return sizeof(bool);
	case KMT_OPT_STRING:
		return sizeof(const char *);
	case KMT_OPT_UINT:
		return sizeof(unsigned int);
	case KMT_OPT_CHOICE:
		return sizeof(int);
	case KMT_OPT_LIST:
		return sizeof(struct kmt_strv);
	}
	return SIZE_MAX;
}

static void check_option(const char *where, const struct kmt_opt *o, size_t size)
{
	kmt_autofree char *at = kmt_asprintf("%s --%s", where, o->long_name);

	check_name(at, o->long_name);
	check_sentence(at, o->help);
	if (o->short_name && !isalnum((unsigned char)o->short_name))
		fail_msg("%s: short name", at);
	if ((o->kind == KMT_OPT_FLAG) != !o->metavar)
		fail_msg("%s: a value name is for options with a value", at);
	if (o->kind == KMT_OPT_CHOICE ? !o->choices : o->choices && o->kind != KMT_OPT_LIST)
		fail_msg("%s: choices are for choices, and lists of them", at);
	if (o->choices && o->complete != KMT_COMPLETE_CHOICE)
		fail_msg("%s: choices complete as choices", at);
	if (o->offset + kind_size(o->kind) > size)
		fail_msg("%s: outside of the options struct", at);
}

static void check_pair(const char *where, const struct kmt_opt *a, const struct kmt_opt *b)
{
	if (!strcmp(a->long_name, b->long_name))
		fail_msg("%s: --%s twice", where, a->long_name);
	if (a->short_name && a->short_name == b->short_name)
		fail_msg("%s: -%c twice", where, a->short_name);
}

static void check_overlap(const char *where, const struct kmt_opt *a, const struct kmt_opt *b)
{
	if (a->offset < b->offset + kind_size(b->kind) &&
		b->offset < a->offset + kind_size(a->kind))
		fail_msg("%s: --%s and --%s share a field", where, a->long_name, b->long_name);
}

/* Options of one table against each other, and against the global ones if they are not those. */
static void check_options(const char *where, const struct kmt_opt *table, size_t size)
{
	for (const struct kmt_opt *o = table; o && o->long_name; o++) {
		check_option(where, o, size);
		for (const struct kmt_opt *p = table; p < o; p++) {
			check_pair(where, p, o);
			check_overlap(where, p, o);
		}
		for (const struct kmt_opt *g = kmt_global_opts;
			table != kmt_global_opts && g->long_name; g++)
			check_pair(where, g, o);
	}
}

static void test_global_table(void **state)
{
	unsigned int n = 0;

	check_options("kmtool", kmt_global_opts, sizeof(struct kmt_globals));
	while (kmt_global_opts[n].long_name)
		n++;
	assert_true(n < 32); /* kmt_opt_seen is a bit each */
}

static void check_columns(const char *where, const struct kmt_column *columns)
{
	bool any = false;

	for (const struct kmt_column *c = columns; c->name; c++) {
		kmt_autofree char *at = kmt_asprintf("%s column %s", where, c->name);

		check_name(at, c->name);
		check_sentence(at, c->help);
		assert_non_null(c->header);
		assert_non_null(c->get);
		any = any || c->by_default;
		for (const struct kmt_column *d = columns; d < c; d++)
			if (!strcmp(c->name, d->name))
				fail_msg("%s: twice", at);
	}
	assert_true(any);
}

static void check_command(const struct kmt_cmd *cmd);

/* "COMMAND VERB", each found by its name; the command takes what they take, and does nothing itself. */
static void check_verbs(const struct kmt_cmd *cmd)
{
	unsigned int takes = 0;

	assert_null(cmd->run);
	assert_null(cmd->opts);
	assert_null(cmd->columns);
	for (const struct kmt_cmd *const *v = cmd->verbs; *v; v++) {
		const char *verb = kmt_cmd_verb_name(*v);

		assert_ptr_equal(kmt_cmd_verb(cmd, verb), *v);
		assert_int_equal(strlen(cmd->name) + 1 + strlen(verb), strlen((*v)->name));
		assert_memory_equal(cmd->name, (*v)->name, strlen(cmd->name));
		assert_null((*v)->verbs);
		takes |= (*v)->takes;
		check_command(*v);
	}
	assert_int_equal(takes, cmd->takes);
	assert_null(kmt_cmd_verb(cmd, "nonsense"));
}

static void check_command(const struct kmt_cmd *cmd)
{
	check_name(cmd->name, kmt_cmd_verb_name(cmd));
	check_sentence(cmd->name, cmd->summary);
	if (cmd->verbs) {
		check_verbs(cmd);
		return;
	}
	assert_non_null(cmd->run);
	check_options(cmd->name, cmd->opts, cmd->opts_size);
	if (!!(cmd->takes & KMT_TAKES_TABLE) != !!cmd->columns)
		fail_msg("%s: columns and the options for tables go together", cmd->name);
	if (cmd->columns)
		check_columns(cmd->name, cmd->columns);
	if (!cmd->hidden && !cmd->in_main_page && !cmd->examples)
		fail_msg("%s: no example", cmd->name);
	for (size_t i = 0; cmd->examples && cmd->examples[i]; i++)
		if (i % 2)
			check_sentence(cmd->name, cmd->examples[i]);
		else if (!strstr(cmd->examples[i], "kmtool ") || !cmd->examples[i + 1])
			fail_msg("%s: example '%s'", cmd->name, cmd->examples[i]);
}

static void test_command_table(void **state)
{
	for (size_t i = 0; kmt_cmds[i]; i++) {
		check_command(kmt_cmds[i]);
		assert_ptr_equal(
			kmt_cmd_find(kmt_cmds, kmt_cmds[i]->name), kmt_cmds[i]); /* so it is unique */
	}
	assert_null(kmt_cmd_find(kmt_cmds, "nonsense"));
}

static void test_words(void **state)
{
	static const char *const choices[] = {"one", "two", "three", NULL};
	static const char *const bad[] = {"", "on", "one,", ",one", "one,,two", "one two"};
	unsigned int bits;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(bad); i++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		struct kmt_strv given = {0};

		kmt_vec_push(&given, bad[i]);
		assert_int_equal(kmt_opt_words("x", &given, choices, &bits, &err), -EINVAL);
		assert_int_equal(err.kind, KMT_ERR_USAGE);
		kmt_vec_free(&given);
	}
	for (int twice = 0; twice < 2; twice++) {
		struct kmt_strv given = {0};

		kmt_vec_push(&given, "three");
		if (twice)
			kmt_vec_push(&given, "one,three");
		assert_int_equal(kmt_opt_words("x", &given, choices, &bits, NULL), 0);
		assert_int_equal(bits, twice ? 5 : 4);
		kmt_vec_free(&given);
	}
}

static void test_exit_statuses(void **state)
{
	struct kmt_err err = {.kind = KMT_ERR_NONE};

	assert_int_equal(kmt_exit_status(&err), 0);
	err.kind = KMT_ERR_FAILED;
	assert_int_equal(kmt_exit_status(&err), 1);
	err.kind = KMT_ERR_USAGE;
	assert_int_equal(kmt_exit_status(&err), 2);
	err.kind = KMT_ERR_PARTLY;
	assert_int_equal(kmt_exit_status(&err), 3);
	err.kind = KMT_ERR_NOT_FOUND;
	assert_int_equal(kmt_exit_status(&err), 4);
	err.kind = KMT_ERR_REFUSED;
	assert_int_equal(kmt_exit_status(&err), 5);
	err.signo = 2;
	assert_int_equal(kmt_exit_status(&err), 130);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_double_dash),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_globals),
		cmocka_unit_test(test_operands),
		cmocka_unit_test(test_global_table),
		cmocka_unit_test(test_command_table),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_exit_statuses),
	};

	return cmocka_run_group_tests_name("opt", tests, NULL, NULL);
}
