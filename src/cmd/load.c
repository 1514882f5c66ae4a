/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool load`: what modprobe does, with its reasons, and nothing left behind when it fails. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/cmd/banner.h>
#include <kmt/plan/load.h>

#include "change_priv.h"
#include "cmds_priv.h"

/* --wait: how long a module or its device may stay busy. */
#define WAIT_MS 10000u

struct load_opts {
	bool no_config, force_vermagic, force_modversion, wait, partial_ok;
};

static const struct kmt_opt load_options[] = {
	{"no-config", 0, KMT_OPT_FLAG,
		.help = "leave out modprobe.d and the kernel command line: no options, commands, "
			"blacklists",
		.offset = offsetof(struct load_opts, no_config)},
	{"partial-ok", 0, KMT_OPT_FLAG, .help = "keep what was loaded when a later step fails",
		.offset = offsetof(struct load_opts, partial_ok)},
	{"wait", 0, KMT_OPT_FLAG,
		.help = "try again for ten seconds while a module or its device is busy",
		.offset = offsetof(struct load_opts, wait)},
	{"force-vermagic", 0, KMT_OPT_FLAG,
		.help = "do not check which kernel the module was built for (dangerous)",
		.offset = offsetof(struct load_opts, force_vermagic)},
	{"force-modversion", 0, KMT_OPT_FLAG,
		.help = "do not check the versions of the symbols that it uses (dangerous)",
		.offset = offsetof(struct load_opts, force_modversion)},
	{0},
};

/* NAME... then, from the first operand with a '=' that is not the first of all, PARAM=VALUE... */
static void split_operands(const struct kmt_env *env, struct kmt_load_request *req)
{
	for (int i = 0; i < env->argc; i++) {
		if (i && strchr(env->argv[i], '='))
			kmt_vec_push(&req->params, env->argv[i]);
		else
			kmt_vec_push(&req->targets, env->argv[i]);
	}
}

static int plan_and_go(struct kmt_change *c, struct kmt_load_request *req, struct kmt_err *err)
{
	int r = kmt_snapshot_take(&c->snap, &c->env->root, c->env->g.kernel,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, &c->env->diag, err);

	if (r < 0)
		return r;
	c->has_snap = true;
	kmt_banner(c->env, &c->snap, KMT_BANNER_INDEX | (c->env->g.dry_run ? KMT_BANNER_MODULES : 0));
	r = kmt_plan_load(&c->snap, req, &c->plan, err);
	return r < 0 ? r : kmt_change_go(c, err);
}

static int run_load(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct load_opts *opts = options;
	struct kmt_change c = {.env = env, .opts = options, .participle = "loaded",
		.exec = {.partial_ok = opts->partial_ok, .wait_ms = opts->wait ? WAIT_MS : 0}};
	kmt_autofree char *cwd = env->root.is_host ? getcwd(NULL, 0) : NULL;
	struct kmt_load_request req = {.cwd = cwd, .no_config = opts->no_config};
	int r;

	if (opts->force_vermagic)
		req.insert_flags |= KMT_INSERT_IGNORE_VERMAGIC;
	if (opts->force_modversion)
		req.insert_flags |= KMT_INSERT_IGNORE_MODVERSIONS;
	split_operands(env, &req);
	r = kmt_change_check(&c, err);
	if (!r)
		r = plan_and_go(&c, &req, err);
	kmt_change_free(&c);
	kmt_vec_free(&req.targets);
	kmt_vec_free(&req.params);
	return r;
}

static const char *const load_examples[] = {
	"kmtool load -n br_netfilter", "show what would be loaded, and why",
	"kmtool load loop max_loop=4", "load loop with a parameter",
	"kmtool load ./driver.ko", "load this file, its dependencies from the tree", NULL};

const struct kmt_cmd kmt_cmd_load = {
	.name = "load",
	.summary = "Load modules with all that they need; take everything back if it fails",
	.operands = "NAME|FILE... [PARAM=VALUE...]",
	.complete = KMT_COMPLETE_LOAD_ARG,
	.opts = load_options,
	.opts_size = sizeof(struct load_opts),
	.examples = load_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = run_load,
};
