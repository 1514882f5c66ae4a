/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/help.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/opt.h>
#include <kmt/out/rows.h>
#include <kmt/out/text.h>

#include "cmds_priv.h"

/* Where the text begins, right of names and options. */
#define TEXT_COLUMN 26

/* "  NAME   text", the text wrapped; a NAME that is too long has a line of its own. */
static void put_entry(FILE *out, const char *name, const char *text, unsigned int width)
{
	int at = fprintf(out, "  %s", name);

	if (at + 2 > TEXT_COLUMN) {
		fputc('\n', out);
		at = 0;
	}
	fprintf(out, "%*s", TEXT_COLUMN - at, "");
	kmt_put_wrapped(out, TEXT_COLUMN, TEXT_COLUMN, width, text);
}

static void put_option(FILE *out, const struct kmt_opt *opt, unsigned int width)
{
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;

	if (opt->short_name)
		kmt_strbuf_addf(&name, "-%c, ", opt->short_name);
	else
		kmt_strbuf_addstr(&name, "    ");
	kmt_strbuf_addf(&name, "--%s", opt->long_name);
	if (opt->metavar)
		kmt_strbuf_addf(&name, " %s", opt->metavar);
	put_entry(out, name.s, opt->help, width);
}

void kmt_help_overview(FILE *out, const struct kmt_cmd *const *cmds, unsigned int width)
{
	static const char *const groups[KMT_CMD_GROUPS] = {
		[KMT_CMD_LOOK] = "look",
		[KMT_CMD_JUDGE] = "judge",
		[KMT_CMD_CHANGE] = "change",
		[KMT_CMD_BUILD] = "build",
		[KMT_CMD_OTHER] = "about kmtool",
	};

	fputs("Usage: kmtool [OPTION...] COMMAND [ARGUMENT...]\n\n", out);
	kmt_put_wrapped(out, 0, 0, width, "See, check, load and unload Linux kernel modules.");
	fputs("\nCommands:\n", out);
	for (int group = 0; group < KMT_CMD_GROUPS; group++) {
		fprintf(out, " %s\n", groups[group]);
		for (const struct kmt_cmd *const *c = cmds; *c; c++)
			if (!(*c)->hidden && (int)(*c)->group == group)
				put_entry(out, (*c)->name, (*c)->summary, width);
	}
	fputs("\nOptions of all commands:\n", out);
	for (const struct kmt_opt *o = kmt_global_opts; o->long_name; o++)
		if (!o->group)
			put_option(out, o, width);
	fputs("\nOptions of most commands:\n", out);
	for (const struct kmt_opt *o = kmt_global_opts; o->long_name; o++)
		if (o->group)
			put_option(out, o, width);
	fputs("\n'kmtool help COMMAND' and kmtool-COMMAND(8) tell more.\n", out);
}

/* Whether a verb before LAST has the option, too. */
static bool is_repeated(
	const struct kmt_cmd *cmd, const struct kmt_cmd *const *last, const struct kmt_opt *opt)
{
	for (const struct kmt_cmd *const *v = cmd->verbs; v < last; v++)
		for (const struct kmt_opt *o = (*v)->opts; o && o->long_name; o++)
			if (!strcmp(o->long_name, opt->long_name))
				return true;
	return false;
}

/* Each option of the verbs once. */
static void put_verb_options(FILE *out, const struct kmt_cmd *cmd, unsigned int width)
{
	bool first = true;

	for (const struct kmt_cmd *const *v = cmd->verbs; *v; v++) {
		for (const struct kmt_opt *o = (*v)->opts; o && o->long_name; o++) {
			if (is_repeated(cmd, v, o))
				continue;
			if (first)
				fputs("\nOptions:\n", out);
			first = false;
			put_option(out, o, width);
		}
	}
}

static void put_options(FILE *out, const struct kmt_cmd *cmd, unsigned int width)
{
	if (cmd->verbs)
		put_verb_options(out, cmd, width);
	if (cmd->opts) {
		fputs("\nOptions:\n", out);
		for (const struct kmt_opt *o = cmd->opts; o->long_name; o++)
			put_option(out, o, width);
	}
	fputs("\nCommon options:\n", out);
	for (const struct kmt_opt *o = kmt_global_opts; o->long_name; o++)
		if (kmt_opt_applies(cmd, o))
			put_option(out, o, width);
}

static void put_columns(FILE *out, const struct kmt_column *columns, unsigned int width)
{
	fputs("\nColumns (* printed unless --output says otherwise):\n", out);
	for (; columns->name; columns++) {
		kmt_autofree char *name =
			kmt_asprintf("%c %s", columns->by_default ? '*' : ' ', columns->name);

		put_entry(out, name, columns->help, width);
	}
}

static void put_usage(FILE *out, const struct kmt_cmd *cmd)
{
	const struct kmt_cmd *const alone[] = {cmd, NULL};

	for (const struct kmt_cmd *const *c = cmd->verbs ? cmd->verbs : alone; *c; c++)
		fprintf(out, "%s kmtool %s [OPTION...]%s%s\n",
			c == cmd->verbs || !cmd->verbs ? "Usage:" : "      ", (*c)->name,
			(*c)->operands ? " " : "", (*c)->operands ? (*c)->operands : "");
	fputc('\n', out);
}

static void put_verbs(FILE *out, const struct kmt_cmd *cmd, unsigned int width)
{
	fprintf(out, "\nVerbs (without one: %s):\n", kmt_cmd_verb_name(cmd->verbs[0]));
	for (const struct kmt_cmd *const *v = cmd->verbs; *v; v++)
		put_entry(out, kmt_cmd_verb_name(*v), (*v)->summary, width);
}

void kmt_help_print(FILE *out, const struct kmt_cmd *cmd, unsigned int width)
{
	put_usage(out, cmd);
	kmt_put_wrapped(out, 0, 0, width, cmd->summary);
	if (cmd->verbs)
		put_verbs(out, cmd, width);
	put_options(out, cmd, width);
	if (cmd->columns)
		put_columns(out, cmd->columns, width);
	if (cmd->examples) {
		fputs("\nExamples:\n", out);
		for (const char *const *e = cmd->examples; e[0] && e[1]; e += 2)
			fprintf(out, "  %s\n      %s\n", e[0], e[1]);
	}
	if (!cmd->hidden && !cmd->in_main_page)
		fprintf(out, "\nMore in the manual page: kmtool-%.*s(8).\n",
			(int)strcspn(cmd->name, " "), cmd->name);
}

static int run_help(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	const struct kmt_cmd *cmd = NULL;

	if (env->argc) {
		cmd = kmt_cmd_find(env->cmds, env->argv[0]);
		if (!cmd)
			return kmt_cmd_unknown(env->cmds, env->argv[0], err);
	}
	if (env->argc > (cmd && cmd->verbs ? 2 : 1))
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "'kmtool help' takes one command name");
	if (env->argc == 2) {
		const struct kmt_cmd *verb = kmt_cmd_verb(cmd, env->argv[1]);

		if (!verb)
			return kmt_cmd_unknown_verb(cmd, env->argv[1], err);
		cmd = verb;
	}
	if (cmd)
		kmt_help_print(stdout, cmd, kmt_style_text_width(&env->style));
	else
		kmt_help_overview(stdout, env->cmds, kmt_style_text_width(&env->style));
	return 0;
}

const struct kmt_cmd kmt_cmd_help = {
	.name = "help",
	.group = KMT_CMD_OTHER,
	.summary = "List the commands, or describe one of them",
	.operands = "[COMMAND [VERB]]",
	.complete = KMT_COMPLETE_COMMAND,
	.in_main_page = true,
	.run = run_help,
};
