/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modprobe: its options, and which of its works they ask for. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <kmt/base/strbuf.h>

#include "modprobe_priv.h"
#include "tools_priv.h"

#define VARIABLE "MODPROBE_OPTIONS"

/* Commands of the configuration that call modprobe again do so with the same configuration and as quietly. */
static void pass_on(const struct kmt_modprobe *m)
{
	const char *before = getenv(VARIABLE);
	kmt_autostrbuf struct kmt_strbuf words = KMT_STRBUF_INIT;

	if (before && *before)
		kmt_strbuf_addstr(&words, before);
	for (size_t i = 0; i < m->opts->places.n; i++)
		kmt_strbuf_item(&words, " ", "-C \"%s\"", m->opts->places.v[i]);
	if (m->env->verbose < 0)
		kmt_strbuf_item(&words, " ", "-q");
	for (int i = 0; i < m->env->verbose; i++)
		kmt_strbuf_item(&words, " ", "-v");
	if (m->env->syslog)
		kmt_strbuf_item(&words, " ", "-s");
	if (words.len)
		setenv(VARIABLE, words.s, 1);
}

static int parse_wait(struct kmt_modprobe *m)
{
	const char *s = m->opts->wait;
	unsigned long n;
	char *end;

	if (!s)
		return 0;
	errno = 0;
	n = strtoul(s, &end, 0);
	if (!*s || *end || errno || n > UINT_MAX) {
		kmt_tool_say(m->env, LOG_ERR, "unexpected wait value '%s'.", s);
		return -EINVAL;
	}
	m->wait_ms = (unsigned int)n;
	return 0;
}

/* Each operand is a module. The first that cannot be had ends the run, without -a. */
static int for_all(struct kmt_modprobe *m, int (*fn)(struct kmt_modprobe *m, const char *name))
{
	int result = 0;

	for (int i = 0; i < m->env->argc && !m->env->ended; i++) {
		int r = fn(m, m->env->argv[i]);

		if (r)
			result = r;
	}
	return result;
}

static int load_bare(struct kmt_modprobe *m, const char *name)
{
	return kmt_modprobe_load(m, name, &(struct kmt_strv){0});
}

/* The first operand is the module, the others are its parameters. */
static int load_with_params(struct kmt_modprobe *m)
{
	const struct kmt_strv params = {.v = (const char **)m->env->argv + 1, .n = (size_t)m->env->argc - 1};

	return kmt_modprobe_load(m, m->env->argv[0], &params);
}

static int act(struct kmt_modprobe *m)
{
	const struct kmt_modprobe_opts *opts = m->opts;

	if (opts->config || opts->modversions || opts->exports)
		return kmt_modprobe_show(m);
	if (opts->remove || opts->holders)
		return for_all(m, kmt_modprobe_remove);
	return opts->all ? for_all(m, load_bare) : load_with_params(m);
}

static int run_modprobe(struct kmt_tool_env *env, const void *options)
{
	const struct kmt_modprobe_opts *opts = options;
	struct kmt_modprobe m = {.env = env, .opts = opts, .complaint = opts->all ? LOG_WARNING : LOG_CRIT,
		.dry_run = opts->dry_run || opts->depends, .ignore_loaded = opts->depends};
	const struct kmt_tool_tree_place place = {opts->root, opts->version, &opts->places};
	int r = parse_wait(&m);

	if (r)
		return r;
	if (!env->argc && !opts->config) {
		kmt_tool_say(env, LOG_ERR, "missing parameters. See -h.");
		return -EINVAL;
	}
	/* Who asks for silence wants the exit status of a dry run, as kmod up to 34 gave it. */
	m.show = opts->depends || env->verbose > 0 || (opts->dry_run && env->verbose == 0);
	pass_on(&m);
	kmt_tool_tree_open(env, &place, &m.tree);
	r = act(&m);
	kmt_tool_tree_close(&m.tree);
	return r;
}

#define FIELD(name) offsetof(struct kmt_modprobe_opts, name)
#define FLAG KMT_TOOL_FLAG

static const struct kmt_tool_opt modprobe_opts[] = {
	{FLAG, "all", 'a', .help = "load (or remove) every module that is named", .offset = FIELD(all)},
	{FLAG, "remove", 'r', .help = "remove modules instead of loading them", .offset = FIELD(remove)},
	{FLAG, "remove-holders", .help = "with -r: also remove the modules that use it", .offset = FIELD(holders)},
	{FLAG, "remove-dependencies", .instead = "remove-holders", .offset = FIELD(holders)},
	{KMT_TOOL_STRING, "wait", 'w', .metavar = "MSEC", .offset = FIELD(wait),
		.help = "with -r: wait up to MSEC for the module to become unused"},
	{FLAG, "first-time", .help = "fail if there is nothing to do", .offset = FIELD(first_time)},
	{FLAG, "ignore-install", 'i', .offset = FIELD(ignore_commands),
		.help = "ignore install and remove lines, and soft dependencies, of the module itself"},
	{FLAG, "ignore-remove", 'i', .help = "the same", .offset = FIELD(ignore_commands)},
	{FLAG, "use-blacklist", 'b', .help = "obey blacklist lines for names too, not only for aliases",
		.offset = FIELD(use_blacklist)},
	{FLAG, "force", 'f', .help = "like --force-modversion and --force-vermagic; dangerous",
		.offset = FIELD(force)},
	{FLAG, "force-modversion", .help = "ignore the versions of symbols", .offset = FIELD(force_modversion)},
	{FLAG, "force-vermagic", .help = "ignore the version magic", .offset = FIELD(force_vermagic)},
	{FLAG, "show-depends", 'D', .help = "print what is loaded, with dependencies, and load nothing",
		.offset = FIELD(depends)},
	{FLAG, "show-alias", 'R', .help = "print which modules answer to the name", .offset = FIELD(resolve)},
	{FLAG, "resolve-alias", .instead = "show-alias", .offset = FIELD(resolve)},
	{FLAG, "show-config", 'c', .help = "print the configuration and the indexes of aliases",
		.offset = FIELD(config)},
	{FLAG, "showconfig", .instead = "show-config", .offset = FIELD(config)},
	{FLAG, "show-modversions", .help = "print the symbols that a module needs, with their versions",
		.offset = FIELD(modversions)},
	{FLAG, "dump-modversions", .instead = "show-modversions", .offset = FIELD(modversions)},
	{FLAG, "show-exports", .help = "print the symbols that a module exports, with their versions",
		.offset = FIELD(exports)},
	{FLAG, "dry-run", 'n', .help = "print what would be done, and do nothing", .offset = FIELD(dry_run)},
	{FLAG, "show", .instead = "dry-run", .offset = FIELD(dry_run)},
	{KMT_TOOL_LIST, "config", 'C', .metavar = "PATH", .offset = FIELD(places),
		.help = "read the configuration from PATH, a file or directory; may be repeated"},
	{KMT_TOOL_STRING, "dirname", 'd', .metavar = "DIR", .offset = FIELD(root),
		.help = "the root directory of the module tree"},
	{KMT_TOOL_STRING, "set-version", 'S', .metavar = "VERSION", .offset = FIELD(version),
		.help = "use the module tree of this kernel"},
	KMT_TOOL_OPT_SYSLOG,
	KMT_TOOL_OPT_QUIET,
	KMT_TOOL_OPT_VERBOSE,
	KMT_TOOL_OPT_VERSION,
	KMT_TOOL_OPT_HELP,
	{0},
};

const struct kmt_tool kmt_tool_modprobe = {
	.name = "modprobe",
	.summary = "Load and remove modules with what they need",
	.usage = "[options] modulename [name=value ...]\n"
		 "[options] -a modulename ...\n"
		 "[options] -r modulename ...\n"
		 "[options] -c\n"
		 "[options] --show-modversions modulename|filename",
	.opts = modprobe_opts,
	.opts_size = sizeof(struct kmt_modprobe_opts),
	.level = LOG_WARNING,
	.env_options = VARIABLE,
	.run = run_modprobe,
};
