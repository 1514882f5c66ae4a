/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool diff`: what another kernel's modules have, and have not. */
#include "diff_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/opt.h>
#include <kmt/cmd/print.h>

#include "cmds_priv.h"

#define ALL_KINDS ((1u << KMT_DIFF_KINDS) - 1)
#define LOADED_KINDS (1u << KMT_DIFF_MODULE | 1u << KMT_DIFF_PARAM)
#define NAMES_MAX 10

struct options {
	bool loaded;
	struct kmt_strv what;
	unsigned int threads;
};

static const struct kmt_opt diff_options[] = {
	{"loaded", 0, KMT_OPT_FLAG,
		.help = "only modules that are loaded now; fail if one would be missing after a reboot",
		.offset = offsetof(struct options, loaded)},
	{"what", 'w', KMT_OPT_LIST, "KIND,...", KMT_COMPLETE_CHOICE, kmt_diff_kind_names,
		"compare and list only these: module, param, alias, dep, firmware",
		offsetof(struct options, what), 0},
	{"threads", 0, KMT_OPT_UINT, "N",
		.help = "read with N threads (default: one for each CPU, at most 8)",
		.offset = offsetof(struct options, threads)},
	{0},
};

static int read_kinds(struct kmt_diff_run *run, const struct kmt_strv *what, struct kmt_err *err)
{
	run->kinds = run->only_loaded ? LOADED_KINDS : ALL_KINDS;
	if (!what->n)
		return 0;
	run->kinds_chosen = true;
	return kmt_opt_words("what", what, kmt_diff_kind_names, &run->kinds, err);
}

/* Which two: with one operand the other is the running kernel. */
static int choose_kernels(struct kmt_diff_run *run, struct kmt_err *err)
{
	const struct kmt_env *env = run->env;
	const char *running = run->snap.has_kernel ? run->snap.version : NULL;

	if (env->argc > 2)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "two kernels can be compared, not %d", env->argc);
	if (!running && (run->only_loaded || env->argc == 1)) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "no kernel runs below %s/", env->root.path);
		kmt_err_hint(err, "name both kernels to be compared");
		return -EINVAL;
	}
	run->a.version = env->argc == 2 ? env->argv[0] : running;
	run->b.version = env->argv[env->argc - 1];
	if (run->only_loaded && strcmp(run->a.version, running) != 0)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"--loaded compares with the running kernel, which is %s, not %s", running, run->a.version);
	return 0;
}

/* What is missing is the error that fails the gate. */
static int judge_loaded(struct kmt_diff_run *run, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < run->rows.n; i++) {
		const struct kmt_diff_row *row = run->rows.v[i];

		if (row->kind != KMT_DIFF_MODULE || row->change != KMT_DIFF_LOST)
			continue;
		if (n++ < NAMES_MAX)
			kmt_strbuf_item(&names, ", ", "%s", row->module);
	}
	if (!n) {
		kmt_note(run->env, "all %zu loaded modules are in %s", run->snap.loaded.rows.n,
			run->b.version);
		return 0;
	}
	kmt_err_set(err, KMT_ERR_FAILED, ENOENT, "%zu of %zu loaded modules are not in %s: %s%s", n,
		run->snap.loaded.rows.n, run->b.version, names.s, n > NAMES_MAX ? " ..." : "");
	kmt_err_hint(err, "after a reboot into it they would be missing");
	return -ENOENT;
}

static int judge(struct kmt_diff_run *run, struct kmt_err *err)
{
	size_t bad = run->a.n_bad + run->b.n_bad;
	int r = run->only_loaded && (run->kinds & 1u << KMT_DIFF_MODULE) ? judge_loaded(run, err) : 0;

	if (r || !bad)
		return r;
	return kmt_err_set(err, KMT_ERR_PARTLY, EIO, "%zu module files could not be compared", bad);
}

static int compare(struct kmt_diff_run *run, const struct kmt_selection *sel, struct kmt_err *err)
{
	int r = choose_kernels(run, err);

	if (!r)
		r = kmt_diff_read(run, &run->a, err);
	if (!r)
		r = kmt_diff_read(run, &run->b, err);
	if (r)
		return r;
	kmt_treediff_compare(&run->a.side, &run->b.side, run->kinds, &run->diff);
	r = kmt_diff_print(run, sel, err);
	return r ? r : judge(run, err);
}

static void free_run(struct kmt_diff_run *run)
{
	kmt_treediff_free(&run->diff);
	kmt_diff_side_free(&run->a);
	kmt_diff_side_free(&run->b);
	kmt_vec_free(&run->rows);
	kmt_arena_free(&run->arena);
}

static int run_diff(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct options *opts = options;
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_diff_run run = {.env = env, .only_loaded = opts->loaded, .threads = opts->threads};
	unsigned int parts = KMT_SNAP_LOADED;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_opt_check_threads(opts->threads, err);
	if (!r)
		r = read_kinds(&run, &opts->what, err);
	/* The tree is not asked for here: of several below a root that nobody runs none is meant. */
	if (!r)
		r = kmt_snapshot_take(&run.snap, &env->root, NULL, parts, &env->diag, err);
	if (r)
		return r;
	if (opts->loaded && run.snap.has_kernel)
		r = kmt_snapshot_read_modprobed(&run.snap, err);
	if (!r)
		r = compare(&run, &sel, err);
	free_run(&run);
	kmt_snapshot_free(&run.snap);
	return r;
}

static const char *const examples[] = {"kmtool diff --loaded 6.12.95-amd64",
	"before a reboot: whether that kernel has all modules that are loaded now",
	"kmtool diff 6.1.0-56-amd64 6.12.95-amd64", "what changes between the two",
	"kmtool diff --what param 6.1.0-56-amd64 6.12.95-amd64", "parameters that come and go",
	"kmtool diff --what alias --raw -o change,item,module 6.1.0-56-amd64 6.12.95-amd64 | grep ^lost",
	"devices that no module drives any more", NULL};

const struct kmt_cmd kmt_cmd_diff = {
	.name = "diff",
	.group = KMT_CMD_JUDGE,
	.summary = "Compare the modules of two kernels: what is lost, gained, changed",
	.operands = "KERNEL [KERNEL]",
	.complete = KMT_COMPLETE_KERNEL,
	.opts = diff_options,
	.opts_size = sizeof(struct options),
	.columns = kmt_diff_columns,
	.examples = examples,
	.takes = KMT_TAKES_ROOT | KMT_TAKES_ROWS,
	.run = run_diff,
};
