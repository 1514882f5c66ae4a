/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rmmod: removes modules by their own names, and nothing else. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>

#include "kernel_priv.h"
#include "tools_priv.h"

struct rmmod_opts {
	bool force;
};

/* A file stands for the module in it. Named without a directory it need not be there: a name ends at its
 * first dot. */
static int name_of(const char *arg, char *out, size_t size)
{
	return strchr(arg, '/') && access(arg, F_OK) < 0 ? -ENOENT : kmt_name_from_path(arg, out, size);
}

static bool is_held(struct kmt_tool_env *env, const char *name)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_strv holders = {0};
	bool held;

	kmt_tool_holders(env, name, &holders);
	for (size_t i = 0; i < holders.n; i++)
		kmt_strbuf_addf(&list, " %s", holders.v[i]);
	held = holders.n;
	kmt_root_list_free(&holders);
	if (held)
		kmt_tool_say(env, LOG_ERR, "Module %s is in use by:%s", name, list.s);
	return held;
}

static int check(struct kmt_tool_env *env, const char *name)
{
	enum kmt_tool_state state = kmt_tool_state(env, name);
	int64_t refs;

	if (state == KMT_TOOL_BUILTIN || state == KMT_TOOL_ABSENT) {
		kmt_tool_say(env, LOG_ERR, state == KMT_TOOL_BUILTIN ? "Module %s is builtin."
								     : "Module %s is not currently loaded", name);
		return -ENOENT;
	}
	if (is_held(env, name))
		return -EBUSY;
	refs = kmt_tool_refs(env, name);
	if (refs == -ENOENT)
		kmt_tool_say(env, LOG_ERR, "Module unloading is not supported");
	else if (refs > 0)
		kmt_tool_say(env, LOG_ERR, "Module %s is in use", name);
	return refs > 0 ? -EBUSY : (int)refs;
}

static int remove_one(struct kmt_tool_env *env, const char *arg, bool force)
{
	char name[KMT_NAME_MAX];
	int r;

	if (name_of(arg, name, sizeof(name))) {
		kmt_tool_say(env, LOG_ERR, "Module %s is not currently loaded", arg);
		return -ENOENT;
	}
	r = force ? 0 : check(env, name);
	if (r)
		return r;
	r = kmt_tool_remove(env, name, force);
	if (r)
		kmt_tool_say(env, LOG_ERR, "could not remove module %s: %s", arg, strerror(-r));
	return r;
}

static int run_rmmod(struct kmt_tool_env *env, const void *options)
{
	const struct rmmod_opts *opts = options;
	int failed = 0;

	if (!env->argc) {
		kmt_tool_say(env, LOG_ERR, "missing module name.");
		return -EINVAL;
	}
	for (int i = 0; i < env->argc; i++)
		failed |= remove_one(env, env->argv[i], opts->force);
	return failed;
}

static const struct kmt_tool_opt rmmod_opts[] = {
	{KMT_TOOL_FLAG, "force", 'f', .help = "unload a module that is in use; dangerous",
		.offset = offsetof(struct rmmod_opts, force)},
	KMT_TOOL_OPT_SYSLOG,
	KMT_TOOL_OPT_VERBOSE,
	KMT_TOOL_OPT_VERSION,
	KMT_TOOL_OPT_HELP,
	{0},
};

const struct kmt_tool kmt_tool_rmmod = {
	.name = "rmmod",
	.summary = "Remove modules by name",
	.usage = "[options] modulename ...",
	.opts = rmmod_opts,
	.opts_size = sizeof(struct rmmod_opts),
	.level = LOG_ERR,
	.run = run_rmmod,
};
