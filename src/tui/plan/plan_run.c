/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a plan from the dialog, and what came of it. */
#include "plan_priv.h"

#include <kmt/sys/lock.h>

/* Somebody sits in front of it. */
#define LOCK_WAIT_MS 3000u

static void tell(const struct kmt_outcome *o, struct kmt_doc *out)
{
	static const enum kmt_role roles[] = {
		[KMT_OUTCOME_STEP] = KMT_ROLE_GOOD,
		[KMT_OUTCOME_SKIPPED] = KMT_ROLE_TEXT,
		[KMT_OUTCOME_WARNING] = KMT_ROLE_WARN,
		[KMT_OUTCOME_MISMATCH] = KMT_ROLE_BAD,
		[KMT_OUTCOME_NOTE] = KMT_ROLE_DIM,
		[KMT_OUTCOME_USER] = KMT_ROLE_TEXT,
		[KMT_OUTCOME_UNDONE] = KMT_ROLE_WARN,
		[KMT_OUTCOME_UNDO_FAILED] = KMT_ROLE_BAD,
		[KMT_OUTCOME_FAILURE] = KMT_ROLE_BAD,
		[KMT_OUTCOME_EFFECT] = KMT_ROLE_DIM,
	};
	const struct kmt_outcome_line *line;

	kmt_vec_foreach(line, &o->lines) {
		if (line->role == KMT_OUTCOME_LOG)
			kmt_doc_wrap(out, "kernel: ", 8, KMT_ROLE_DIM, line->text);
		else if (line->role == KMT_OUTCOME_HINT)
			kmt_doc_wrap(out, "", 2, KMT_ROLE_TEXT, line->text);
		else if (line->role != KMT_OUTCOME_LOG_DONE)
			kmt_plan_view_line(out, roles[line->role], line->text);
	}
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

enum kmt_outcome_verdict kmt_plan_view_run(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, struct kmt_doc *out)
{
	const struct kmt_exec_options opts = kmt_request_exec(request);
	struct kmt_report report = {0};
	struct kmt_policy policy = {0};
	const struct kmt_diagnose d = {.root = machine->root, .snap = &v->snap, .plan = &v->plan,
		.report = &report, .policy = &policy};
	struct kmt_outcome o;
	enum kmt_outcome_verdict verdict;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_lock lock = {0};
	int r = plan_writes(&v->plan) ? kmt_lock_config(&lock, machine->root, LOCK_WAIT_MS, &err) : 0;

	if (r < 0) {
		kmt_doc_wrap(out, "", 0, KMT_ROLE_BAD, err.msg);
		return KMT_OUTCOME_FAILED;
	}
	kmt_policy_read(machine->root, &v->arena, &policy);
	r = kmt_plan_exec(&v->plan, machine->kernel, machine->root, &opts, &report);
	kmt_lock_release(&lock);
	kmt_outcome_make(&d, r, &v->forecast.effects, &o);
	tell(&o, out);
	verdict = o.verdict;
	kmt_outcome_free(&o);
	kmt_report_free(&report);
	return verdict;
}
