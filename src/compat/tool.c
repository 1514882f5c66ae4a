/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a tool: what getopt_long(3) takes, kmod takes; and what -h and -V print. */
#include "tool_priv.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>

/* No table comes near; the test that walks the tables would notice. */
#define MAX_OPTS 64
/* Above every character, so that long options are told from short ones. */
#define LONG_VALUE 256

/* What getopt_long(3) wants, made from a table. */
struct parser {
	size_t n, n_longs;
	const struct kmt_tool_opt *opt[MAX_OPTS];
	struct option longs[MAX_OPTS + 1];
	char shorts[2 * MAX_OPTS + 1];
};

static bool has_value(const struct kmt_tool_opt *opt)
{
	return opt->kind == KMT_TOOL_STRING || opt->kind == KMT_TOOL_LIST;
}

static void add_table(struct parser *p, const struct kmt_tool_opt *table)
{
	char *end = p->shorts;

	for (; table->kind != KMT_TOOL_END && p->n < MAX_OPTS; table++) {
		if (table->long_name)
			p->longs[p->n_longs++] = (struct option){
				.name = table->long_name,
				.has_arg = has_value(table) ? required_argument : no_argument,
				.val = LONG_VALUE + (int)p->n,
			};
		if (table->short_name)
			*end++ = table->short_name;
		if (table->short_name && has_value(table))
			*end++ = ':';
		p->opt[p->n++] = table;
	}
}

static const struct kmt_tool_opt *opt_of(const struct parser *p, int value)
{
	if (value >= LONG_VALUE)
		return p->opt[value - LONG_VALUE];
	for (size_t i = 0; i < p->n; i++)
		if (p->opt[i]->short_name == value)
			return p->opt[i];
	return NULL;
}

static void store(const struct kmt_tool_opt *opt, void *base, const char *value)
{
	void *field = (char *)base + opt->offset;

	switch (opt->kind) {
	case KMT_TOOL_FLAG:
		*(bool *)field = true;
		break;
	case KMT_TOOL_COUNT:
		++*(int *)field;
		break;
	case KMT_TOOL_NUMBER:
		*(int *)field = opt->number;
		break;
	case KMT_TOOL_WORD:
		*(const char **)field = opt->word;
		break;
	case KMT_TOOL_STRING:
		*(const char **)field = value;
		break;
	case KMT_TOOL_LIST:
		kmt_vec_push((struct kmt_strv *)field, value);
		break;
	case KMT_TOOL_END:
		break;
	}
}

/* Messages go where the options say, those about the options too. */
static void begin_messages(struct kmt_tool_env *env)
{
	env->level = env->tool->level + env->verbose;
	if (env->level < LOG_EMERG)
		env->level = LOG_EMERG;
	if (env->syslog)
		openlog(env->prog, LOG_CONS, LOG_DAEMON);
}

/* Parses ARGV, which is permuted. Stops at -h and at -V. -EINVAL, said as getopt_long(3) says it. */
static int parse(struct kmt_tool_env *env, int argc, char **argv, void *opts)
{
	struct parser p = {0};
	KMT_VEC(const struct kmt_tool_opt *) deprecated = {0};
	int value = 0;

	add_table(&p, env->tool->opts);
	optind = 0; /* glibc and musl: forget an earlier argv */
	while (!env->help && !env->version && (value = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1) {
		const struct kmt_tool_opt *opt = opt_of(&p, value);

		if (!opt)
			break;
		store(opt, opt->in_env ? (void *)env : opts, optarg);
		if (opt->instead && value >= LONG_VALUE)
			kmt_vec_push(&deprecated, opt);
	}
	begin_messages(env);
	for (size_t i = 0; i < deprecated.n; i++)
		kmt_tool_say(env, LOG_WARNING, "--%s is deprecated, use --%s", deprecated.v[i]->long_name,
			deprecated.v[i]->instead);
	kmt_vec_free(&deprecated);
	env->argc = argc - optind;
	env->argv = argv + optind;
	return value == '?' ? -EINVAL : 0;
}

static void free_opts(const struct kmt_tool *tool, void *opts)
{
	for (const struct kmt_tool_opt *o = tool->opts; o->kind != KMT_TOOL_END; o++) {
		void *field = (char *)opts + o->offset;

		if (o->kind == KMT_TOOL_LIST)
			kmt_vec_free((struct kmt_strv *)field);
	}
}

/* Where the help of an option begins. */
#define HELP_COLUMN 28

static void print_option(const struct kmt_tool_opt *opt)
{
	kmt_autostrbuf struct kmt_strbuf left = KMT_STRBUF_INIT;

	if (!opt->help)
		return;
	if (opt->short_name)
		kmt_strbuf_addf(&left, "-%c", opt->short_name);
	if (opt->long_name)
		kmt_strbuf_addf(&left, "%s--%s", opt->short_name ? ", " : "    ", opt->long_name);
	if (opt->metavar)
		kmt_strbuf_addf(&left, "%c%s", opt->long_name ? '=' : ' ', opt->metavar);
	printf("\t%-*s%s%s\n", HELP_COLUMN, left.s, left.len >= HELP_COLUMN ? "  " : "", opt->help);
}

static void print_help(const struct kmt_tool_env *env)
{
	const struct kmt_tool *tool = env->tool;
	const char *line = tool->usage;

	printf("%s - %s\nUsage:\n", tool->name, tool->summary);
	for (;;) {
		size_t n = strcspn(line, "\n");

		printf("\t%s%s %.*s\n", tool->of_kmod ? "kmod " : "", tool->name, (int)n, line);
		if (!line[n])
			break;
		line += n + 1;
	}
	fputs("\nOptions:\n", stdout);
	for (const struct kmt_tool_opt *o = tool->opts; o->kind != KMT_TOOL_END; o++)
		print_option(o);
}

/* Scripts ask for the version of kmod: this is the one whose behaviour the tools have. */
#define KMOD_VERSION "34"
#ifdef HAVE_ZSTD
#define ZSTD "+ZSTD"
#else
#define ZSTD "-ZSTD"
#endif
#ifdef HAVE_LZMA
#define XZ "+XZ"
#else
#define XZ "-XZ"
#endif
#ifdef HAVE_ZLIB
#define ZLIB "+ZLIB"
#else
#define ZLIB "-ZLIB"
#endif
#ifdef HAVE_CRYPTO
#define CRYPTO "+OPENSSL"
#else
#define CRYPTO "-OPENSSL"
#endif

void kmt_tool_version(void)
{
	puts("kmod version " KMOD_VERSION "\n" ZSTD " " XZ " " ZLIB " " CRYPTO "\n" PACKAGE_STRING);
}

/* One word from *P to *OUT: a blank ends it, but not between quotes. Both are moved on. */
static void take_word(const char **p, char **out)
{
	char quote = '\0';

	for (; **p && (quote || !isspace((unsigned char)**p)); ++*p) {
		if (quote ? **p == quote : **p == '\'' || **p == '"')
			quote = quote ? '\0' : **p;
		else
			*(*out)++ = **p;
	}
	*(*out)++ = '\0';
}

/* The words of S. Strings live in *BUFFER, which the caller frees. */
static void split_words(const char *s, char **buffer, struct kmt_strv *out)
{
	char *to = kmt_alloc(strlen(s) + 1);

	*buffer = to;
	for (;;) {
		s += strspn(s, " \t\n\v\f\r");
		if (!*s)
			return;
		kmt_vec_push(out, to);
		take_word(&s, &to);
	}
}

/* ARGV[0], the words of the tool's variable, then the rest of ARGV: NULL-terminated. */
static void collect_words(
	const struct kmt_tool *tool, int argc, char **argv, char **buffer, struct kmt_strv *out)
{
	const char *more = tool->env_options ? getenv(tool->env_options) : NULL;

	kmt_vec_push(out, argv[0]);
	if (more)
		split_words(more, buffer, out);
	for (int i = 1; i < argc; i++)
		kmt_vec_push(out, argv[i]);
	kmt_vec_push(out, NULL);
}

int kmt_tool_run(struct kmt_tool_env *env, int argc, char **argv)
{
	kmt_autofree void *opts = kmt_alloc(env->tool->opts_size + 1);
	kmt_autofree char *buffer = NULL;
	struct kmt_strv words = {0};
	int r;

	collect_words(env->tool, argc, argv, &buffer, &words);
	r = parse(env, (int)words.n - 1, (char **)words.v, opts);
	if (!r && env->help)
		print_help(env);
	else if (!r && env->version)
		kmt_tool_version();
	else if (!r)
		r = env->tool->run(env, opts);
	free_opts(env->tool, opts);
	kmt_vec_free(&words);
	return r;
}
