/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kmt/cmd/banner.h>
#include <kmt/plan/verdict.h>
#include <kmt/sys/paths.h>
#include <kmt/sys/ssh.h>

#include "command_line_priv.h"

/* Many times what an edit takes: the verification of a block reads the initramfs. */
#define LOCK_WAIT_MS 10000u
/* So often an edit is planned again because another program changed its file. */
#define STALE_MAX 4u

/* Nothing can be loaded into a kernel that is not the one that runs here. */
static int check_kernel(const struct kmt_change *c, const char *participle, struct kmt_err *err)
{
	const struct kmt_env *env = c->env;
	int r;

	if (env->g.dry_run)
		return 0;
	if (kmt_kernel_refuses(&env->kernel)) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EROFS,
			"modules can only be %s on the running system, not below %s", participle, env->root.path);
		kmt_err_hint(err, "--dry-run shows the plan");
		return r;
	}
	if (env->g.kernel && (!c->policy.release || strcmp(env->g.kernel, c->policy.release) != 0)) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EINVAL,
			"modules can only be %s in the running kernel (%s), not in %s", participle,
			c->policy.release ? c->policy.release : "unknown", env->g.kernel);
		kmt_err_hint(err, "--dry-run shows the plan");
		return r;
	}
	if (!kmt_root_exists(&env->root, KMT_PATH_PROC_MODULES))
		return kmt_err_set(err, KMT_ERR_REFUSED, ENOSYS,
			"this kernel was built without loadable modules: nothing can be %s", participle);
	return 0;
}

/* Before there is a plan: the kernel has loadable modules, and this process may change them. */
static int check_modules(struct kmt_change *c, const char *participle, struct kmt_err *err)
{
	kmt_autofree char *line = kmt_command_line(c->env, c->opts);
	int r = check_kernel(c, participle, err);

	if (r < 0)
		return r;
	/* A plan for another kernel is for another boot, with another policy. */
	if (c->env->g.dry_run && c->env->g.kernel)
		return 0;
	return kmt_policy_check(&c->policy, c->env->g.dry_run ? NULL : line, err);
}

static int check_step(const struct kmt_change *c, const struct kmt_step *step, struct kmt_err *err)
{
	const struct kmt_root *root = &c->env->root;
	bool live = kmt_step_is_live(step->kind), device = kmt_step_is_of_device(step->kind);
	kmt_autofree char *line = NULL;
	int r;

	if (live && kmt_kernel_refuses(&c->env->kernel)) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EROFS,
			device ? "a driver can only be chosen on the running system, not below %s"
			       : "parameters can only be set on the running system, not below %s",
			root->path);
		kmt_err_hint(err, device ? "--dry-run shows the plan"
					 : "--save-only writes them into the configuration there");
		return r;
	}
	if (!live && !kmt_step_is_edit(step->kind))
		return 0;
	r = kmt_step_may_write(root, step, err);
	line = r ? kmt_command_line(c->env, c->opts) : NULL;
	if (r == -EACCES || r == -EPERM)
		kmt_err_hint(err, "sudo %s", line);
	else if (r == -EROFS)
		kmt_err_hint(err, "the file system is mounted read-only");
	return r;
}

/* Whether this process may write what the plan writes. */
static int check_files(const struct kmt_change *c, struct kmt_err *err)
{
	const struct kmt_step *step;
	int r = 0;

	kmt_vec_foreach(step, &c->plan.steps) {
		if (!r && !c->env->g.dry_run)
			r = check_step(c, step, err);
	}
	return r;
}

/* Other programs take no lock: an edit that they were faster than is planned again, if it still can mean the
 * same. */
static bool is_overtaken(struct kmt_change *c)
{
	const struct kmt_step_result *result;

	kmt_vec_foreach(result, &c->report.results)
		if (result->outcome == KMT_STEP_UNDO_FAILED)
			return false;
	c->is_stale = !kmt_request_is_fixed(c->req) && c->n_stale < STALE_MAX;
	return c->is_stale;
}

/* The first step that the kernel would certainly refuse, and that the plan cannot do without; or NULL. */
static const struct kmt_step *find_refused(const struct kmt_plan *plan)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if (step->check && step->check->result == KMT_CHECK_FAIL && step->required)
			return step;
	}
	return NULL;
}

/* A dry run of what the kernel would certainly refuse is not a success. */
static int refuse(const struct kmt_plan *plan, struct kmt_err *err)
{
	const struct kmt_step *step = find_refused(plan);
	const struct kmt_check_line *why = step ? step->check->cause : NULL;
	int r;

	if (!step)
		return 0;
	r = kmt_err_set(err, why->kind, why->errnum, "%s would not load: %s", step->module, why->evidence);
	if (why->fix)
		kmt_err_hint(err, "%s", why->fix);
	return r;
}

/* Shows the plan, or runs it and prints what came of it. */
static int go(struct kmt_change *c, struct kmt_err *err)
{
	struct kmt_run run = {.root = &c->env->root, .snap = &c->snap, .plan = &c->plan, .report = &c->report,
		.policy = &c->policy, .effects = c->effects};
	const struct kmt_exec_options exec = kmt_request_exec(c->req);
	struct kmt_outcome o;
	int r;

	if (c->env->g.dry_run) {
		kmt_change_print_plan(c);
		kmt_change_print_effects(c);
		return refuse(&c->plan, err);
	}
	kmt_change_print_warnings(c);
	run.result = kmt_plan_exec(&c->plan, &c->env->kernel, &c->env->root, &exec, &c->report);
	if (run.result == -ESTALE && is_overtaken(c)) {
		kmt_change_print_again(c);
		return -ESTALE;
	}
	kmt_outcome_make(&run, &o);
	kmt_change_print_outcome(c, &o);
	r = kmt_outcome_status(&o, err);
	kmt_outcome_free(&o);
	return r;
}

/* The way of an edit, once its plan is there: whether this process may, show what changes, write. */
static int edit(struct kmt_change *c, struct kmt_err *err)
{
	const struct kmt_globals *g = &c->env->g;
	int r;

	c->effects = kmt_request_is_fixed(c->req) ? NULL : &c->forecast.effects;
	if (!c->plan.steps.n) {
		kmt_change_print_warnings(c);
		kmt_change_print_nothing(c);
		kmt_change_print_effects(c);
		return 0;
	}
	r = check_files(c, err);
	if (r < 0)
		return r;
	if (!g->dry_run && kmt_plan_is_stale(&c->plan, &c->env->root) && is_overtaken(c))
		return -ESTALE;
	if (!g->dry_run && !g->json && !g->raw && !g->quiet)
		kmt_change_print_diff(c);
	return go(c, err);
}

/* Of --verify, about the ways that configuration can close: 0 if all are closed, 1 if one is open, 3 if one
 * is not known. */
static int ways_status(const struct kmt_forecast *forecast)
{
	bool open = false, unknown = false;
	const struct kmt_block_module *p;

	kmt_vec_foreach(p, &forecast->blocks) {
		unknown |= !p->proof.ways[0].detail;
		for (size_t i = 0; i < KMT_WAY_COUNT; i++) {
			open |= p->proof.ways[i].verdict == KMT_VERDICT_OPEN && !p->proof.ways[i].beyond;
			unknown |= p->proof.ways[i].verdict == KMT_VERDICT_UNKNOWN;
		}
	}
	return open ? 1 : unknown ? 3 : 0;
}

static int plan_and_go(struct kmt_change *c, const struct kmt_machine *machine, struct kmt_err *err)
{
	const struct kmt_env *env = c->env;
	const struct kmt_request *req = c->req;
	bool edits = req->kind > KMT_REQUEST_RELOAD;
	int r = edits && !env->g.dry_run ? kmt_lock_config(&c->lock, &env->root, LOCK_WAIT_MS, err) : 0;

	if (!r)
		r = kmt_snapshot_take(
			&c->snap, &env->root, env->g.kernel, kmt_request_parts(req), &c->env->diag, err);
	if (r < 0)
		return r;
	c->has_snap = true;
	if (req->kind == KMT_REQUEST_LOAD || req->kind == KMT_REQUEST_RELOAD)
		kmt_banner(env, &c->snap, KMT_BANNER_INDEX | (env->g.dry_run ? KMT_BANNER_MODULES : 0));
	r = kmt_request_plan(req, machine, &c->snap, &c->plan, &c->forecast, err);
	if (r && c->forecast.in_use)
		kmt_change_print_users(c);
	if (r)
		return r;
	if (env->g.dry_run)
		kmt_plan_check(&c->plan, &c->snap, &c->policy);
	if (!edits)
		return go(c, err);
	r = edit(c, err);
	if (!r && req->verify && !env->g.json)
		r = kmt_change_print_ways(c, err);
	return r || !req->verify ? r : ways_status(&c->forecast);
}

static int run_request(struct kmt_change *c, struct kmt_err *err)
{
	struct kmt_env *env = c->env;
	kmt_autofree char *cwd = env->root.is_host ? getcwd(NULL, 0) : NULL;
	char ssh[IF_NAMESIZE];
	const struct kmt_machine machine = {.root = &env->root, .version = env->g.kernel, .kernel = &env->kernel,
		.cwd = cwd, .ssh_interface = kmt_ssh_interface(&env->root, ssh)};
	static const char *const participles[] = {
		[KMT_REQUEST_LOAD] = "loaded", [KMT_REQUEST_UNLOAD] = "unloaded", [KMT_REQUEST_RELOAD] = "reloaded"};
	int r;

	c->req->targets.n = c->req->params.n = 0;
	r = kmt_request_take_operands(c->req, env->argc, env->argv, err);
	kmt_policy_read(&env->root, &c->arena, &c->policy);
	if (!r && c->req->kind < KMT_ARRAY_SIZE(participles))
		r = check_modules(c, participles[c->req->kind], err);
	return r ? r : plan_and_go(c, &machine, err);
}

static void free_change(struct kmt_change *c)
{
	kmt_lock_release(&c->lock);
	kmt_report_free(&c->report);
	kmt_forecast_free(&c->forecast);
	kmt_plan_free(&c->plan);
	if (c->has_snap)
		kmt_snapshot_free(&c->snap);
	kmt_arena_free(&c->arena);
}

int kmt_change_request(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	static const struct kmt_request none;
	struct kmt_request req = opts && env->cmd->opts ? *(const struct kmt_request *)opts : none;
	unsigned int n_stale = 0;
	bool is_stale;
	int r;

	req.kind = kmt_request_kind_of(env->cmd->name);
	do {
		struct kmt_change c = {.env = env, .opts = opts, .req = &req, .n_stale = n_stale++};

		r = run_request(&c, err);
		is_stale = c.is_stale;
		free_change(&c);
	} while (is_stale);
	kmt_vec_free(&req.targets);
	kmt_vec_free(&req.params);
	return r;
}
