/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/syntax.h>

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/base/strbuf.h>

/* No table comes near; the test that walks the tables would notice. */
#define MAX_OPTS 64

/* What getopt_long(3) wants, made from one or two of our tables. */
struct parser {
	const struct kmt_syntax *syntax;
	unsigned int *seen;
	size_t n;
	int n_own; /* those of the command come first */
	const struct kmt_opt *opt[MAX_OPTS];
	void *base[MAX_OPTS];
	struct option longs[MAX_OPTS + 1];
	char shorts[2 * MAX_OPTS + 3];
};

/* Above every character, so that long options are told from short ones. */
#define LONG_VALUE 256

static void add_table(struct parser *p, const struct kmt_opt *table, void *base)
{
	for (; table && table->long_name && p->n < MAX_OPTS; table++) {
		bool has_value = table->kind != KMT_OPT_FLAG;
		size_t end = strlen(p->shorts);

		p->longs[p->n] = (struct option){
			.name = table->long_name,
			.has_arg = has_value ? required_argument : no_argument,
			.val = LONG_VALUE + (int)p->n,
		};
		if (table->short_name) {
			p->shorts[end++] = table->short_name;
			if (has_value)
				p->shorts[end] = ':';
		}
		p->opt[p->n] = table;
		p->base[p->n] = base;
		p->n++;
	}
}

/* Every usage error points to the help of the command. */
static int usage(const struct parser *p, struct kmt_err *err)
{
	if (err && !err->hint && p->syntax->name)
		kmt_err_hint(err, "'kmtool help %s' lists its options", p->syntax->name);
	else if (err && !err->hint)
		kmt_err_hint(err, "see 'kmtool help'");
	return -EINVAL;
}

static int index_of_value(const struct parser *p, int value)
{
	if (value >= LONG_VALUE && value < LONG_VALUE + (int)p->n)
		return value - LONG_VALUE;
	for (size_t i = 0; i < p->n; i++)
		if (value && p->opt[i]->short_name == value)
			return (int)i;
	return -1;
}

/* "--name" or "-n", as the person wrote it: LONG_FORM tells which. */
static void spell(const struct kmt_opt *opt, bool long_form, struct kmt_strbuf *out)
{
	if (long_form)
		kmt_strbuf_addf(out, "--%s", opt->long_name);
	else
		kmt_strbuf_addf(out, "-%c", opt->short_name);
}

static int set_choice(const struct kmt_opt *opt, const char *value, int *out, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf known = KMT_STRBUF_INIT;

	for (int i = 0; opt->choices[i]; i++) {
		if (!strcmp(opt->choices[i], value)) {
			*out = i;
			return 0;
		}
		kmt_strbuf_item(&known, ", ", "%s", opt->choices[i]);
	}
	return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--%s takes one of %s, not '%s'",
		opt->long_name, kmt_strbuf_str(&known), value);
}

static int set_uint(
	const struct kmt_opt *opt, const char *value, unsigned int *out, struct kmt_err *err)
{
	uint64_t n;

	if (kmt_num_u64(value, 10, &n) || n > UINT_MAX)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"--%s takes a whole number, not '%s'", opt->long_name, value);
	*out = (unsigned int)n;
	return 0;
}

static int store(const struct kmt_opt *opt, void *base, const char *value, struct kmt_err *err)
{
	void *field = (char *)base + opt->offset;

	switch (opt->kind) {
	case KMT_OPT_FLAG:
		*(bool *)field = true;
		return 0;
	case KMT_OPT_STRING:
		*(const char **)field = value;
		return 0;
	case KMT_OPT_UINT:
		return set_uint(opt, value, field, err);
	case KMT_OPT_CHOICE:
		return set_choice(opt, value, field, err);
	case KMT_OPT_LIST:
		kmt_vec_push((struct kmt_strv *)field, value);
		return 0;
	}
	return -EINVAL;
}

static bool applies(const struct kmt_syntax *syntax, const struct kmt_opt *opt)
{
	return !opt->group || (syntax->takes & opt->group);
}

/* The long option that was most likely meant; NULL if none is near. */
static const char *near_option(const struct parser *p, const char *name)
{
	unsigned int best = 3;
	const char *found = NULL;

	for (size_t i = 0; i < p->n; i++) {
		unsigned int d = kmt_name_distance(name, p->opt[i]->long_name);

		if (p->syntax->name && !applies(p->syntax, p->opt[i]))
			continue;
		if (!strncmp(name, p->opt[i]->long_name, strlen(name)))
			d = 0; /* an abbreviation */
		if (d < best) {
			best = d;
			found = p->opt[i]->long_name;
		}
	}
	return found;
}

static int unknown_long(const struct parser *p, const char *word, struct kmt_err *err)
{
	kmt_autofree char *name = kmt_strndup(word + 2, strcspn(word + 2, "="));
	const char *near = near_option(p, name);

	if (p->syntax->name)
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' has no option '--%s'",
			p->syntax->name, name);
	else
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "no global option '--%s'", name);
	if (near)
		kmt_err_hint(err, "did you mean '--%s'?", near);
	else if (!p->syntax->name)
		kmt_err_hint(err, "options of a command come after its name; see 'kmtool help'");
	return usage(p, err);
}

/* getopt_long(3) answered '?': WORD is where it stopped, VALUE its optopt. */
static int refuse(const struct parser *p, const char *word, int value, struct kmt_err *err)
{
	int i = index_of_value(p, value);

	if (i >= 0 && value >= LONG_VALUE) {
		kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "--%s takes no value", p->opt[i]->long_name);
		return usage(p, err);
	}
	if (!value)
		return unknown_long(p, word, err);
	if (p->syntax->name)
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' has no option '-%c'",
			p->syntax->name, value);
	else
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "no global option '-%c'", value);
	if (!p->syntax->name)
		kmt_err_hint(err, "options of a command come after its name; see 'kmtool help'");
	return usage(p, err);
}

static int missing_value(const struct parser *p, int value, struct kmt_err *err)
{
	int i = index_of_value(p, value);
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;

	if (i < 0)
		return -EINVAL;
	spell(p->opt[i], value >= LONG_VALUE, &name);
	kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s needs a value: %s", name.s, p->opt[i]->metavar);
	return usage(p, err);
}

static int take(struct parser *p, int value, char **argv, struct kmt_err *err)
{
	int i = index_of_value(p, value);
	const struct kmt_opt *opt;

	if (i < 0)
		return -EINVAL;
	opt = p->opt[i];
	if (value >= LONG_VALUE) {
		/* The value may be a word of its own, after the option. */
		const char *word = argv[optind - (optarg && optarg == argv[optind - 1] ? 2 : 1)];
		size_t len = strcspn(word + 2, "=");

		if (len != strlen(opt->long_name))
			return unknown_long(p, word, err);
	}
	if (p->seen && p->n_own <= i)
		*p->seen |= 1u << (i - p->n_own);
	return store(opt, p->base[i], optarg, err) ? usage(p, err) : 0;
}

static int parse(struct parser *p, int argc, char **argv, int *next, struct kmt_err *err)
{
	int value, r = 0;

	opterr = 0;
	optind = 0; /* glibc and musl: forget an earlier argv */
	while (!r && (value = getopt_long(argc, argv, p->shorts, p->longs, NULL)) != -1) {
		if (value == '?')
			r = refuse(p, argv[optind - 1], optopt, err);
		else if (value == ':')
			r = missing_value(p, optopt, err);
		else
			r = take(p, value, argv, err);
	}
	*next = optind;
	return r;
}

int kmt_syntax_parse(const struct kmt_syntax *syntax, int argc, char **argv, void *opts, void *shared,
	unsigned int *seen, int *next, struct kmt_err *err)
{
	/* Before the command's name, the first operand ends the options. */
	struct parser p = {.syntax = syntax, .seen = seen, .shorts = ":"};

	if (!syntax->name)
		strcpy(p.shorts, "+:");
	add_table(&p, syntax->opts, opts);
	p.n_own = (int)p.n;
	add_table(&p, syntax->shared, shared);
	return parse(&p, argc, argv, next, err);
}

int kmt_syntax_check_shared(const struct kmt_syntax *syntax, unsigned int seen, struct kmt_err *err)
{
	const struct parser p = {.syntax = syntax};

	for (unsigned int i = 0; syntax->shared[i].long_name; i++) {
		if (!(seen & (1u << i)) || applies(syntax, &syntax->shared[i]))
			continue;
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' does not take --%s", syntax->name,
			syntax->shared[i].long_name);
		return usage(&p, err);
	}
	return 0;
}

/* How many operands there may be: as many as words, or any number where one has "...". */
static int most_operands(const char *operands)
{
	int n = 1;

	if (strstr(operands, "..."))
		return INT_MAX;
	for (; *operands; operands++)
		n += *operands == ' ';
	return n;
}

int kmt_syntax_check_operands(const struct kmt_syntax *syntax, int n, char **operands, struct kmt_err *err)
{
	const struct parser p = {.syntax = syntax};

	if (!syntax->operands && n) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"'kmtool %s' takes no operand, but got '%s'", syntax->name, operands[0]);
		return usage(&p, err);
	}
	if (syntax->operands && *syntax->operands != '[' && !n) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' needs %.*s", syntax->name,
			(int)strcspn(syntax->operands, " ."), syntax->operands);
		kmt_err_hint(err, "usage: kmtool %s %s", syntax->name, syntax->operands);
		return usage(&p, err);
	}
	if (syntax->operands && n > most_operands(syntax->operands)) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' does not take another operand: '%s'",
			syntax->name, operands[most_operands(syntax->operands)]);
		kmt_err_hint(err, "usage: kmtool %s %s", syntax->name, syntax->operands);
		return usage(&p, err);
	}
	return 0;
}

void kmt_syntax_free(const struct kmt_opt *table, void *opts)
{
	for (const struct kmt_opt *o = table; o && o->long_name; o++) {
		void *field = (char *)opts + o->offset;

		if (o->kind == KMT_OPT_LIST)
			kmt_vec_free((struct kmt_strv *)field);
	}
}

static void add_words(
	const struct kmt_opt *opt, const void *base, struct kmt_arena *arena, struct kmt_strv *out)
{
	const void *field = (const char *)base + opt->offset;
	const struct kmt_strv one = {.v = (const char **)field, .n = 1},
			      *list = opt->kind == KMT_OPT_LIST ? field : &one;
	const char *name = kmt_arena_printf(arena, "--%s", opt->long_name);

	switch (opt->kind) {
	case KMT_OPT_FLAG:
		if (*(const bool *)field)
			kmt_vec_push(out, name);
		break;
	case KMT_OPT_UINT:
		if (*(const unsigned int *)field) {
			kmt_vec_push(out, name);
			kmt_vec_push(out, kmt_arena_printf(arena, "%u", *(const unsigned int *)field));
		}
		break;
	case KMT_OPT_CHOICE:
		if (*(const int *)field) {
			kmt_vec_push(out, name);
			kmt_vec_push(out, opt->choices[*(const int *)field]);
		}
		break;
	case KMT_OPT_STRING:
	case KMT_OPT_LIST:
		for (size_t i = 0; i < list->n && list->v[i]; i++) {
			kmt_vec_push(out, name);
			kmt_vec_push(out, list->v[i]);
		}
		break;
	}
}

void kmt_syntax_words(
	const struct kmt_opt *table, const void *opts, struct kmt_arena *arena, struct kmt_strv *out)
{
	for (const struct kmt_opt *o = table; o && o->long_name; o++)
		add_words(o, opts, arena, out);
}
