/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modprobe: its options, and loading: the steps that the planner comes to, one after the other, with kmod's
 * idea of which errors count.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/model/config.h>
#include <kmt/plan/load.h>

#include "modprobe_priv.h"
#include "tools_priv.h"

bool kmt_modprobe_in_kernel(const struct kmt_modprobe *m, const char *name, bool *builtin)
{
	enum kmt_tool_state state = kmt_tool_state(m->env, name);

	/* A directory without initstate may be of a module that just appears. */
	*builtin = (state == KMT_TOOL_BUILTIN || state == KMT_TOOL_ABSENT) &&
		   kmt_modindex_find_builtin(&m->tree.snap.index, name);
	return *builtin || state == KMT_TOOL_LIVE;
}

int kmt_modprobe_lookup(struct kmt_modprobe *m, const char *name, struct kmt_lookup *out)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r = kmt_lookup_find(&m->tree.snap, name, out, &err);

	if (r < 0 && err.kind != KMT_ERR_USAGE)
		kmt_tool_say(m->env, LOG_ERR, "%s", err.msg);
	/* "alias NAME off" leads to a module "off", which nobody has. */
	if (!r && !out->rows.n && out->off)
		kmt_vec_push(&out->rows, (struct kmt_lookup_match){.name = out->off->value,
						 .alias = out->off->pattern, .stage = KMT_LOOKUP_CONFIG_ALIAS});
	return r;
}

/* The text takes the place of the variable, so that the shell takes quotes in it for quotes. */
static char *expand(const char *command, const char *params)
{
	static const char variable[] = "$CMDLINE_OPTS";
	struct kmt_strbuf out = KMT_STRBUF_INIT;
	const char *at;

	for (; (at = strstr(command, variable)); command = at + strlen(variable)) {
		kmt_strbuf_add(&out, command, (size_t)(at - command));
		kmt_strbuf_addstr(&out, params);
	}
	kmt_strbuf_addstr(&out, command);
	kmt_strbuf_reserve(&out, 1);
	return kmt_strbuf_steal(&out);
}

int kmt_modprobe_command(struct kmt_modprobe *m, const char *kind, const char *line, const char *name,
	const char *params)
{
	kmt_autofree char *command = expand(line, params);
	struct kmt_kernel *kernel = m->env->kernel;
	int status = 0, r;

	if (m->show && !strcmp(kind, "remove"))
		printf("remove %s\n", command);
	if (m->dry_run)
		return 0;
	fflush(stdout); /* what the command prints comes after */
	r = kernel->ops->run(kernel, command, name, params, &status);
	/* One that a signal ended has not failed, to kmod. */
	if (!r && (WIFSIGNALED(status) || !WEXITSTATUS(status)))
		return 0;
	kmt_tool_say(m->env, LOG_ERR, "Error running %s command '%s' for module %s: retcode %d", kind, command, name,
		r ? r : WEXITSTATUS(status));
	return -EINVAL;
}

/* As seen from the host. The caller frees it. */
static char *path_of(const struct kmt_modprobe *m, const struct kmt_step *step)
{
	return m->file && !strcmp(m->file, step->path) ? kmt_strdup(m->file)
						       : kmt_root_outside(&m->tree.root, step->path);
}

static void show_step(const struct kmt_modprobe *m, const struct kmt_step *step)
{
	kmt_autofree char *path = step->kind == KMT_STEP_INSERT ? path_of(m, step) : NULL;
	/* kmod puts a blank behind the options of the configuration, whether others follow or not. */
	const char *end = step->n_parts && step->parts[step->n_parts - 1].origin.file ? " " : "";

	if (!m->show)
		return;
	if (step->kind == KMT_STEP_RUN)
		printf("install %s %s%s\n", step->command, step->params, end);
	else if (step->kind == KMT_STEP_INSERT)
		printf("insmod %s %s%s\n", path, step->params, end);
	else if (step->skip == KMT_SKIP_BUILTIN)
		printf("builtin %s\n", step->module);
}

static int insert_file(struct kmt_modprobe *m, const struct kmt_step *step)
{
	kmt_autofree char *path = path_of(m, step);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : kmt_tool_insert(m->env, step->module, path, fd, step->params, step->flags);
}

static int run_step(struct kmt_modprobe *m, const struct kmt_step *step)
{
	bool builtin;

	if (step->kind != KMT_STEP_RUN && !m->ignore_loaded && kmt_modprobe_in_kernel(m, step->module, &builtin))
		return -EEXIST;
	show_step(m, step);
	if (m->dry_run)
		return 0;
	if (step->kind == KMT_STEP_RUN)
		return kmt_modprobe_command(m, "install", step->command, step->module, step->params);
	if (step->kind == KMT_STEP_INSERT)
		return insert_file(m, step);
	if (step->required)
		kmt_tool_say(m->env, LOG_ERR, "could not find module by name='%s'", step->module);
	return -ENOSYS;
}

/* Errors of soft dependencies do not count, nor that a dependency is there already. */
static int run_steps(struct kmt_modprobe *m, const struct kmt_plan *plan, const char *target)
{
	for (size_t i = 0; i < plan->steps.n; i++) {
		const struct kmt_step *step = &plan->steps.v[i];
		int r = run_step(m, step);

		if (r == -EEXIST && !(m->opts->first_time && !strcmp(step->module, target)))
			r = 0;
		if (r < 0 && step->required)
			return r;
	}
	return 0;
}

static bool is_blacklisted(const struct kmt_modprobe *m, const struct kmt_lookup_match *match)
{
	struct kmt_origin origin;

	return (match->alias || m->opts->use_blacklist) &&
	       kmt_config_blacklisted(&m->tree.snap, match->name, &origin);
}

static int load_match(
	struct kmt_modprobe *m, const struct kmt_lookup_match *match, const struct kmt_strv *params)
{
	const struct kmt_modprobe_opts *opts = m->opts;
	const struct kmt_load_request req = {.params = *params, .skip_param_check = true,
		.ignore_commands = opts->ignore_commands,
		.insert_flags = (opts->force || opts->force_modversion ? KMT_INSERT_IGNORE_MODVERSIONS : 0) |
				(opts->force || opts->force_vermagic ? KMT_INSERT_IGNORE_VERMAGIC : 0)};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_plan plan;
	bool builtin;
	int r;

	if (!m->ignore_loaded && kmt_modprobe_in_kernel(m, match->name, &builtin))
		return opts->first_time ? -EEXIST : 0;
	if (is_blacklisted(m, match))
		return 0;
	r = kmt_plan_probe(&m->tree.snap, match, &req, &plan, &err);
	if (r < 0) {
		kmt_tool_say(m->env, LOG_ERR, "%s", err.msg);
		return r;
	}
	r = run_steps(m, &plan, match->name);
	kmt_plan_free(&plan);
	return r;
}

static int load_one(
	struct kmt_modprobe *m, const struct kmt_lookup_match *match, const struct kmt_strv *params)
{
	int r;

	if (m->opts->resolve) {
		puts(match->name);
		return 0;
	}
	r = load_match(m, match, params);
	if (r == -EEXIST)
		kmt_tool_say(m->env, LOG_ERR, "could not insert '%s': Module already in kernel", match->name);
	else if (r == -ENOENT)
		kmt_tool_say(m->env, LOG_ERR,
			"could not insert '%s': Unknown symbol in module, or unknown parameter (see dmesg)",
			match->name);
	else if (r < 0)
		kmt_tool_say(m->env, LOG_ERR, "could not insert '%s': %s", match->name, strerror(-r));
	return r;
}

/* A file: what it needs and its options are those of the installed module of its name. */
static int load_file(struct kmt_modprobe *m, const char *path, const struct kmt_strv *params)
{
	kmt_autofree char *full = realpath(path, NULL);
	struct kmt_module file = {.path = full};
	const struct kmt_module *known;
	char name[KMT_NAME_MAX];
	int r;

	if (!full || kmt_name_from_path(full, name, sizeof(name)) < 0)
		return -ENOENT;
	known = kmt_modindex_find(&m->tree.snap.index, name);
	m->file = full;
	file.name = name;
	file.deps = known ? known->deps : NULL;
	file.n_deps = known ? known->n_deps : 0;
	r = load_one(m, &(struct kmt_lookup_match){.name = name, .module = &file, .stage = KMT_LOOKUP_NAME}, params);
	m->file = NULL;
	return r;
}

static bool is_file(const char *arg)
{
	return *arg == '/' || !strncmp(arg, "./", 2);
}

static int load(struct kmt_modprobe *m, const char *name, const struct kmt_strv *params)
{
	struct kmt_lookup found = {0};
	int r;

	if (is_file(name) && !access(name, F_OK))
		return load_file(m, name, params);
	r = kmt_modprobe_lookup(m, name, &found);
	if (r < 0 || !found.rows.n) {
		kmt_tool_say(m->env, m->complaint, "Module %s not found in directory %s", name, m->tree.dir);
		r = -ENOENT;
	}
	for (size_t i = 0; i < found.rows.n; i++)
		r = load_one(m, &found.rows.v[i], params);
	kmt_lookup_free(&found);
	return r;
}

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
	return load(m, name, &(struct kmt_strv){0});
}

/* The first operand is the module, the others are its parameters. */
static int load_with_params(struct kmt_modprobe *m)
{
	const struct kmt_strv params = {.v = (const char **)m->env->argv + 1, .n = (size_t)m->env->argc - 1};

	return load(m, m->env->argv[0], &params);
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
