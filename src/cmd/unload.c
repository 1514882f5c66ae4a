/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool unload`: in the right order, all of what became unused, and who stands in the way. */
#include <errno.h>
#include <stdlib.h>

#include <kmt/plan/unload.h>

#include "change_priv.h"
#include "cmds_priv.h"

struct unload_opts {
	bool dependents, unused_deps, force, no_config;
	unsigned int wait;
};

static const struct kmt_opt unload_options[] = {
	{"dependents", 0, KMT_OPT_FLAG, .help = "unload everything that uses the module first",
		.offset = offsetof(struct unload_opts, dependents)},
	{"unused-deps", 0, KMT_OPT_FLAG,
		.help = "unload everything that nothing uses any more afterwards",
		.offset = offsetof(struct unload_opts, unused_deps)},
	{"wait", 0, KMT_OPT_UINT, .metavar = "MS",
		.help = "try again for so many milliseconds while a module is in use",
		.offset = offsetof(struct unload_opts, wait)},
	{"no-config", 0, KMT_OPT_FLAG,
		.help = "leave out modprobe.d: no remove commands, no soft dependencies of its own",
		.offset = offsetof(struct unload_opts, no_config)},
	{"force", 0, KMT_OPT_FLAG,
		.help = "unload even what is in use or permanent, where the kernel allows it (dangerous)",
		.offset = offsetof(struct unload_opts, force)},
	{0},
};

static int plan_and_go(struct kmt_change *c, const struct kmt_unload_request *req, struct kmt_err *err)
{
	const struct kmt_procmod *in_use;
	int r = kmt_snapshot_take(&c->snap, &c->env->root, c->env->g.kernel,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG, &c->env->diag,
		err);

	if (r < 0)
		return r;
	c->has_snap = true;
	r = kmt_plan_unload(&c->snap, req, &c->plan, &in_use, err);
	if (r < 0) {
		if (in_use)
			kmt_change_tell_users(c, &c->snap, in_use);
		return r;
	}
	kmt_plan_unload_warn(&c->snap, c->env->root.is_host ? getenv("SSH_CONNECTION") : NULL, &c->plan);
	return kmt_change_go(c, err);
}

static int run_unload(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct unload_opts *opts = options;
	struct kmt_change c = {.env = env, .opts = options, .participle = "unloaded",
		.exec = {.partial_ok = true, .wait_ms = opts->wait}};
	struct kmt_unload_request req = {
		.dependents = opts->dependents,
		.unused_deps = opts->unused_deps,
		.no_config = opts->no_config,
		.wait = opts->wait > 0,
		.remove_flags = opts->force ? KMT_REMOVE_FORCE : 0,
	};
	int r;

	for (int i = 0; i < env->argc; i++)
		kmt_vec_push(&req.targets, env->argv[i]);
	r = kmt_change_check(&c, err);
	if (!r)
		r = plan_and_go(&c, &req, err);
	kmt_change_free(&c);
	kmt_vec_free(&req.targets);
	return r;
}

static const char *const unload_examples[] = {
	"kmtool unload -n --unused-deps br_netfilter", "show what would go with it",
	"kmtool unload --dependents soundcore", "all that uses it goes too",
	"kmtool unload --wait 5000 loop", "wait until nothing uses it any more", NULL};

const struct kmt_cmd kmt_cmd_unload = {
	.name = "unload",
	.summary = "Unload modules, with what uses them or what they leave unused",
	.operands = "NAME...",
	.complete = KMT_COMPLETE_LOADED,
	.opts = unload_options,
	.opts_size = sizeof(struct unload_opts),
	.examples = unload_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = run_unload,
};
