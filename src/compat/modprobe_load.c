/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modprobe NAME: the steps that the planner comes to, one after the other, with kmod's idea of which errors
 * count.
 */
#include <errno.h>
#include <fcntl.h>
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
	r = kernel->ops->run(kernel, command, name, params, NULL, &status);
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

int kmt_modprobe_load(struct kmt_modprobe *m, const char *name, const struct kmt_strv *params)
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
