/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lsmod and "kmod list": /proc/modules, read once, so that no module is gone while its line is printed. */
#include "tools_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/strbuf.h>
#include <kmt/source/procmodules.h>
#include <kmt/sys/paths.h>

static void print_row(const struct kmt_procmod *m)
{
	/* What kmod prints where the kernel counts no references. */
	printf("%-19s %8" PRIu64 "  %" PRId64, m->name, m->size, m->refs_unknown ? -ENOENT : m->refs);
	for (size_t i = 0; i < m->holders.n; i++)
		printf("%c%s", i ? ',' : ' ', m->holders.v[i]);
	putchar('\n');
}

static int run_lsmod(struct kmt_tool_env *env, const void *opts)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	kmt_auto(kmt_arena_free) struct kmt_arena arena = {0};
	struct kmt_procmodules modules = {0};
	const struct kmt_procmod *m;
	int r;

	if (env->argc) {
		kmt_tool_say(env, LOG_ERR, "too many arguments provided.");
		return -EINVAL;
	}
	r = kmt_root_read(&env->host, KMT_PATH_PROC_MODULES, 0, &text, NULL);
	if (r < 0) {
		kmt_tool_say(env, LOG_ERR, "could not get list of modules: %s", strerror(-r));
		return r;
	}
	kmt_procmodules_parse(kmt_strbuf_str(&text), text.len, &arena, &modules, NULL);
	puts("Module                  Size  Used by");
	kmt_vec_foreach(m, &modules.rows)
		print_row(m);
	kmt_procmodules_free(&modules);
	return 0;
}

static const struct kmt_tool_opt lsmod_opts[] = {
	KMT_TOOL_OPT_SYSLOG,
	KMT_TOOL_OPT_VERBOSE,
	KMT_TOOL_OPT_VERSION,
	KMT_TOOL_OPT_HELP,
	{0},
};

const struct kmt_tool kmt_tool_lsmod = {
	.name = "lsmod",
	.summary = "List the modules that are loaded",
	.usage = "[options]",
	.opts = lsmod_opts,
	.level = LOG_ERR,
	.run = run_lsmod,
};

const struct kmt_tool kmt_tool_list = {
	.name = "list",
	.summary = "List the modules that are loaded",
	.usage = "[options]",
	.of_kmod = true,
	.opts = lsmod_opts,
	.level = LOG_ERR,
	.run = run_lsmod,
};
