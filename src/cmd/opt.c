/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/opt.h>

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
	const struct kmt_cmd *cmd; /* NULL before the command name */
	struct kmt_opt_seen *seen;
	size_t n;
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
	if (err && !err->hint && p->cmd)
		kmt_err_hint(err, "'kmtool help %s' lists its options", p->cmd->name);
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

/* The long option that was most likely meant; NULL if none is near. */
static const char *near_option(const struct parser *p, const char *name)
{
	unsigned int best = 3;
	const char *found = NULL;

	for (size_t i = 0; i < p->n; i++) {
		unsigned int d = kmt_name_distance(name, p->opt[i]->long_name);

		if (p->cmd && !kmt_opt_applies(p->cmd, p->opt[i]))
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

	if (p->cmd)
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' has no option '--%s'",
			p->cmd->name, name);
	else
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "no global option '--%s'", name);
	if (near)
		kmt_err_hint(err, "did you mean '--%s'?", near);
	else if (!p->cmd)
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
	if (p->cmd)
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' has no option '-%c'",
			p->cmd->name, value);
	else
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "no global option '-%c'", value);
	if (!p->cmd)
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
	for (unsigned int g = 0; p->seen && kmt_global_opts[g].long_name; g++)
		if (opt == &kmt_global_opts[g])
			p->seen->bits |= 1u << g;
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

int kmt_opt_parse_globals(int argc, char **argv, struct kmt_globals *g, struct kmt_opt_seen *seen,
	int *next, struct kmt_err *err)
{
	struct parser p = {.seen = seen, .shorts = "+:"};

	add_table(&p, kmt_global_opts, g);
	return parse(&p, argc, argv, next, err);
}

bool kmt_opt_applies(const struct kmt_cmd *cmd, const struct kmt_opt *global)
{
	return !global->group || (cmd->takes & global->group);
}

static int check_globals(const struct parser *p, const struct kmt_cmd *cmd, struct kmt_err *err)
{
	for (unsigned int i = 0; kmt_global_opts[i].long_name; i++) {
		if (!(p->seen->bits & (1u << i)) || kmt_opt_applies(cmd, &kmt_global_opts[i]))
			continue;
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' does not take --%s", cmd->name,
			kmt_global_opts[i].long_name);
		return usage(p, err);
	}
	return 0;
}

int kmt_opt_parse(const struct kmt_cmd *cmd, int argc, char **argv, struct kmt_globals *g,
	struct kmt_opt_seen *seen, void *opts, int *next, struct kmt_err *err)
{
	struct parser p = {.cmd = cmd, .seen = seen, .shorts = ":"};
	int r;

	add_table(&p, cmd->opts, opts);
	add_table(&p, kmt_global_opts, g);
	r = parse(&p, argc, argv, next, err);
	return r ? r : check_globals(&p, cmd, err);
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

int kmt_opt_check_operands(const struct kmt_cmd *cmd, int n, char **operands, struct kmt_err *err)
{
	struct parser p = {.cmd = cmd};

	if (!cmd->operands && n) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"'kmtool %s' takes no operand, but got '%s'", cmd->name, operands[0]);
		return usage(&p, err);
	}
	if (cmd->operands && *cmd->operands != '[' && !n) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' needs %.*s", cmd->name,
			(int)strcspn(cmd->operands, " ."), cmd->operands);
		kmt_err_hint(err, "usage: kmtool %s %s", cmd->name, cmd->operands);
		return usage(&p, err);
	}
	if (cmd->operands && n > most_operands(cmd->operands)) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' does not take another operand: '%s'",
			cmd->name, operands[most_operands(cmd->operands)]);
		kmt_err_hint(err, "usage: kmtool %s %s", cmd->name, cmd->operands);
		return usage(&p, err);
	}
	return 0;
}

void kmt_opt_free(const struct kmt_cmd *cmd, void *opts)
{
	for (const struct kmt_opt *o = cmd->opts; o && o->long_name; o++) {
		void *field = (char *)opts + o->offset;

		if (o->kind == KMT_OPT_LIST)
			kmt_vec_free((struct kmt_strv *)field);
	}
}
