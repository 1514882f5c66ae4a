/* SPDX-License-Identifier: GPL-2.0-or-later */
/* insmod: inserts one file as it is, without its dependencies and without configuration. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>

#include "kernel_priv.h"
#include "tools_priv.h"

struct insmod_opts {
	bool force, force_vermagic, force_modversion;
};

/* What the kernel means by these errors of an insertion. */
static const char *meaning(int error)
{
	switch (error) {
	case ENOEXEC:
		return "Invalid module format";
	case ENOENT:
		return "Unknown symbol in module";
	case ESRCH:
		return "Module has wrong symbol version";
	case EINVAL:
		return "Invalid parameters";
	default:
		return strerror(error);
	}
}

/* The parameter string of N words: a value with a blank in it is put between quotes, if it is not yet. */
static char *join_params(int n, char **words)
{
	struct kmt_strbuf out = KMT_STRBUF_INIT;

	for (int i = 0; i < n; i++) {
		const char *value = strchr(words[i], '=');

		if (i)
			kmt_strbuf_addc(&out, ' ');
		if (value && value[1] != '"' && value[1] != '\'' && strchr(value, ' '))
			kmt_strbuf_addf(&out, "%.*s=\"%s\"", (int)(value - words[i]), words[i], value + 1);
		else
			kmt_strbuf_addstr(&out, words[i]);
	}
	kmt_strbuf_reserve(&out, 1);
	return kmt_strbuf_steal(&out);
}

static int run_insmod(struct kmt_tool_env *env, const void *options)
{
	const struct insmod_opts *opts = options;
	const char *path = env->argc ? env->argv[0] : NULL;
	kmt_autofree char *params = NULL;
	char name[KMT_NAME_MAX];
	int fd, r;

	if (!path) {
		kmt_tool_say(env, LOG_ERR, "missing filename.");
		return -EINVAL;
	}
	if (!strcmp(path, "-")) {
		kmt_tool_say(env, LOG_ERR, "this tool does not support loading from stdin!");
		return -EINVAL;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	r = fd < 0 ? -errno : kmt_name_from_path(path, name, sizeof(name));
	if (r < 0) {
		if (fd >= 0)
			close(fd);
		kmt_tool_say(env, LOG_ERR, "could not load module %s: %s", path, strerror(-r));
		return r;
	}
	params = join_params(env->argc - 1, env->argv + 1);
	r = kmt_tool_insert(env, name, path, fd, params,
		(opts->force || opts->force_modversion ? KMT_INSERT_IGNORE_MODVERSIONS : 0) |
			(opts->force || opts->force_vermagic ? KMT_INSERT_IGNORE_VERMAGIC : 0));
	if (r)
		kmt_tool_say(env, LOG_ERR, "could not insert module %s: %s", path, meaning(-r));
	return r;
}

static const struct kmt_tool_opt insmod_opts[] = {
	{KMT_TOOL_FLAG, "force", 'f', .help = "like --force-modversion and --force-vermagic; dangerous",
		.offset = offsetof(struct insmod_opts, force)},
	{KMT_TOOL_FLAG, "force-modversion", .help = "ignore the versions of symbols",
		.offset = offsetof(struct insmod_opts, force_modversion)},
	{KMT_TOOL_FLAG, "force-vermagic", .help = "ignore the version magic",
		.offset = offsetof(struct insmod_opts, force_vermagic)},
	KMT_TOOL_OPT_SYSLOG,
	KMT_TOOL_OPT_VERBOSE,
	KMT_TOOL_OPT_VERSION,
	KMT_TOOL_OPT_HELP,
	{0},
};

const struct kmt_tool kmt_tool_insmod = {
	.name = "insmod",
	.summary = "Insert one module file",
	.usage = "[options] filename [name=value ...]",
	.opts = insmod_opts,
	.opts_size = sizeof(struct insmod_opts),
	.level = LOG_ERR,
	.run = run_insmod,
};
