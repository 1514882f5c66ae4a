/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/plan_view.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/shell.h>
#include <kmt/check/policy.h>
#include <kmt/model/user_text.h>
#include <kmt/plan/verdict.h>
#include <kmt/out/plan.h>
#include <kmt/sys/lock.h>

#define FURTHER 10     /* columns that further lines of a step are indented by */
#define LOCK_WAIT_MS 3000u /* somebody sits in front of it */
#define WAYS_INDENT 24 /* behind the name of a way and its verdict */

void kmt_plan_view_free(struct kmt_plan_view *v)
{
	kmt_doc_free(&v->doc);
	kmt_strbuf_free(&v->raw);
	kmt_vec_free(&v->words);
	kmt_strbuf_free(&v->command);
	kmt_forecast_free(&v->forecast);
	kmt_plan_free(&v->plan);
	if (v->has_snap)
		kmt_snapshot_free(&v->snap);
	kmt_diag_clear(&v->diag);
	kmt_arena_free(&v->arena);
	*v = (struct kmt_plan_view){0};
}

/* The further lines of TEXT are indented as it is. */
static void add_line(struct kmt_doc *doc, enum kmt_role role, const char *text)
{
	size_t indent = strspn(text, " ");

	kmt_doc_wrap(doc, "", (int)indent, role, text + indent);
}

static void tell_users(struct kmt_plan_view *v)
{
	struct kmt_strv lines = {0};
	struct kmt_users users;

	kmt_users_find(&v->snap, v->forecast.in_use, &users);
	kmt_users_lines(&users, v->forecast.in_use->name, &v->arena, &lines);
	for (size_t i = 0; i < lines.n; i++)
		add_line(&v->doc, KMT_ROLE_TEXT, lines.v[i]);
	kmt_vec_free(&lines);
	kmt_users_free(&users);
}

static void add_error(struct kmt_plan_view *v, const struct kmt_err *err)
{
	kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_BAD, err->msg);
	if (err->hint)
		kmt_doc_wrap(&v->doc, "", 2, KMT_ROLE_TEXT, err->hint);
}

static void tell_way(struct kmt_doc *doc, const struct kmt_way_row *way)
{
	static const enum kmt_role roles[] = {
		[KMT_VERDICT_CLOSED] = KMT_ROLE_TEXT,
		[KMT_VERDICT_OPEN] = KMT_ROLE_WARN,
		[KMT_VERDICT_UNKNOWN] = KMT_ROLE_DIM,
	};
	kmt_autofree char *label =
		kmt_asprintf("%-14s %s", kmt_way_name(way->way), kmt_verdict_name(way->verdict));

	kmt_doc_wrap(doc, label, WAYS_INDENT, roles[way->verdict], way->detail);
	if (way->fix)
		kmt_doc_wrap(doc, "", WAYS_INDENT + 2, KMT_ROLE_DIM, way->fix);
}

/* Each way to the module: whether it is closed then, and what can be done if not. */
static void tell_proofs(struct kmt_plan_view *v)
{
	const struct kmt_block_module *block;

	kmt_vec_foreach(block, &v->forecast.blocks) {
		if (!block->proof.ways[0].detail)
			continue;
		if (v->forecast.blocks.n > 1) {
			kmt_doc_line(&v->doc, NULL);
			kmt_doc_add(&v->doc, KMT_ROLE_NAME, block->name);
		}
		for (size_t i = 0; i < KMT_WAY_COUNT; i++)
			tell_way(&v->doc, &block->proof.ways[i]);
	}
}

/* The same lines as `kmtool --dry-run`. */
static void tell_plan(struct kmt_plan_view *v)
{
	struct kmt_lines lines = {0};

	kmt_plan_lines(&v->plan, &lines);
	kmt_doc_lines(&v->doc, &lines, FURTHER);
	kmt_lines_free(&lines);
	kmt_plan_raw(&v->plan, &v->raw);
	/* Of a file that is written it names only the path. */
	kmt_plan_diff(&v->plan, NULL, &v->raw);
	for (size_t i = 0; i < v->forecast.effects.n; i++)
		kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_DIM, v->forecast.effects.v[i]);
	tell_proofs(v);
}

static enum kmt_run_how cannot(struct kmt_plan_view *v, const char *why)
{
	kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_WARN, why);
	return KMT_RUN_NOT;
}

/* Modules are loaded and unloaded by whoever has the capability. */
static enum kmt_run_how how_modules(struct kmt_plan_view *v, const struct kmt_policy *policy)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	if (kmt_policy_check(policy, NULL, &err)) {
		add_error(v, &err);
		return KMT_RUN_NOT;
	}
	return policy->cap_sys_module ? KMT_RUN_HERE : KMT_RUN_SUDO;
}

/* Files are written by whoever may write them. */
static enum kmt_run_how how_file(struct kmt_plan_view *v, const struct kmt_root *root,
	const struct kmt_policy *policy, const struct kmt_step *step)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r = kmt_step_may_write(root, step, &err);

	if (!r)
		return KMT_RUN_HERE;
	if ((r == -EACCES || r == -EPERM) && !policy->euid_root)
		return KMT_RUN_SUDO;
	add_error(v, &err);
	return KMT_RUN_NOT;
}

static enum kmt_run_how how_step(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_policy *policy, const struct kmt_step *step)
{
	bool modules = step->kind == KMT_STEP_INSERT || step->kind == KMT_STEP_REMOVE ||
		       step->kind == KMT_STEP_RUN;

	if (step->kind == KMT_STEP_SKIP)
		return KMT_RUN_HERE;
	if ((!machine->kernel || !v->snap.running) && modules)
		return cannot(v, "Modules can be loaded and unloaded only on the running system.");
	if ((!machine->kernel || !v->snap.running) && kmt_step_is_live(step->kind))
		return cannot(v, "Parameters and drivers can be set only on the running system.");
	return modules ? how_modules(v, policy) : how_file(v, machine->root, policy, step);
}

const char *kmt_plan_view_elevate(const struct kmt_machine *machine)
{
	return machine->elevate ? machine->elevate : "sudo";
}

/* Who may run the plan: this process, sudo, nobody; and why nobody may. */
static enum kmt_run_how find_how(struct kmt_plan_view *v, const struct kmt_machine *machine)
{
	enum kmt_run_how how = KMT_RUN_HERE;
	struct kmt_policy policy = {0};
	const struct kmt_step *step;

	if (!kmt_plan_changes(&v->plan))
		return cannot(v, "There is nothing to do.");
	if (machine->readonly)
		return cannot(v, "Read-only: the browser was started with --readonly.");
	kmt_policy_read(machine->root, &v->arena, &policy);
	kmt_vec_foreach(step, &v->plan.steps) {
		enum kmt_run_how one = how_step(v, machine, &policy, step);

		if (one == KMT_RUN_NOT)
			return one;
		if (one == KMT_RUN_SUDO)
			how = one;
	}
	if (how == KMT_RUN_SUDO) {
		kmt_doc_line(&v->doc, NULL);
		kmt_doc_addf(&v->doc, KMT_ROLE_DIM, "Needs root: Run will use %s.", kmt_plan_view_elevate(machine));
	}
	return how;
}

static void make_command(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *request)
{
	kmt_request_words(request, machine, &v->arena, &v->words);
	kmt_strbuf_addstr(&v->command, "kmtool");
	for (size_t i = 0; i < v->words.n; i++)
		kmt_shell_add(&v->command, v->words.v[i]);
}

void kmt_plan_view_make(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, int width)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_policy policy;
	int r;

	kmt_plan_view_free(v);
	v->doc.width = width;
	r = kmt_snapshot_take(
		&v->snap, machine->root, machine->version, kmt_request_parts(request), &v->diag, &err);
	v->has_snap = !r;
	if (!r)
		r = kmt_request_plan(request, machine, &v->snap, &v->plan, &v->forecast, &err);
	if (!r) {
		kmt_policy_read(machine->root, &v->arena, &policy);
		kmt_plan_check(&v->plan, &v->snap, &policy);
	}
	make_command(v, machine, request);
	if (r) {
		add_error(v, &err);
		if (v->forecast.in_use)
			tell_users(v);
	} else {
		tell_plan(v);
	}
	kmt_doc_line(&v->doc, NULL);
	kmt_doc_wrap(&v->doc, "= ", 2, KMT_ROLE_DIM, kmt_strbuf_str(&v->command));
	if (!r)
		v->how = find_how(v, machine);
}

static bool plan_writes(const struct kmt_plan *plan)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if (step->kind == KMT_STEP_WRITE)
			return true;
	}
	return false;
}

void kmt_plan_view_run(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, const struct kmt_exec_watch *watch, struct kmt_told *out)
{
	struct kmt_exec_options opts = kmt_request_exec(request);
	struct kmt_report report = {0};
	struct kmt_policy policy = {0};
	struct kmt_run run = {.root = machine->root, .snap = &v->snap, .plan = &v->plan, .report = &report,
		.policy = &policy, .effects = &v->forecast.effects};
	struct kmt_outcome o;
	const struct kmt_outcome_line *line;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_lock lock = {0};

	if (plan_writes(&v->plan) && kmt_lock_config(&lock, machine->root, LOCK_WAIT_MS, &err) < 0) {
		kmt_told_add(out, KMT_OUTCOME_FAILURE, err.msg);
		out->verdict = KMT_OUTCOME_FAILED;
		return;
	}
	kmt_policy_read(machine->root, &v->arena, &policy);
	opts.collect = true; /* the screen is not theirs */
	opts.watch = watch;
	run.result = kmt_plan_exec(&v->plan, machine->kernel, machine->root, &opts, &report);
	kmt_lock_release(&lock);
	kmt_outcome_make(&run, &o);
	kmt_vec_foreach(line, &o.lines) {
		kmt_told_add(out, line->role, line->text);
	}
	out->verdict = o.verdict;
	kmt_outcome_free(&o);
	kmt_report_free(&report);
}
