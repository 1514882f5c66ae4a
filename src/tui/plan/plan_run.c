/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a plan from the dialog, and what came of it. */
#include "plan_priv.h"

#include <string.h>

#include <kmt/explain/diagnose.h>
#include <kmt/model/params.h>

#define LINES_SHOWN 12

struct outcome {
	const struct kmt_diagnose *d;
	struct kmt_arena *arena;
	struct kmt_doc *out;
};

/* What a step does to its subject. */
static const char *participle(const struct kmt_step *step)
{
	switch (step->kind) {
	case KMT_STEP_REMOVE:
		return "unloaded";
	case KMT_STEP_SETPARAM:
		return "set";
	case KMT_STEP_WRITE:
		return step->write->data ? "written" : "removed";
	case KMT_STEP_RUN:
		return step->why == KMT_WHY_REMOVE_COMMAND ? "unloaded" : "loaded";
	default:
		return "loaded";
	}
}

static const char *subject(const struct kmt_step *step, struct kmt_arena *arena)
{
	if (step->kind == KMT_STEP_WRITE)
		return step->path;
	if (step->kind == KMT_STEP_SETPARAM)
		return kmt_arena_printf(arena, "%s.%s", step->module, strrchr(step->path, '/') + 1);
	return step->module ? step->module : "";
}

/* The kernel may have made something else of it. */
static void tell_value(const struct outcome *o, size_t i)
{
	const struct kmt_step *step = &o->d->plan->steps.v[i];
	const char *now = o->d->report->results.v[i].value;

	if (!now)
		kmt_doc_add(o->out, KMT_ROLE_DIM, " (it cannot be read back)");
	else if (kmt_params_same_value(step->type, step->params, now))
		kmt_doc_addf(o->out, KMT_ROLE_GOOD, " to %s", now);
	else
		kmt_doc_addf(o->out, KMT_ROLE_WARN, " to %s, but the kernel shows %s", step->params, now);
	if (step->before)
		kmt_doc_addf(o->out, KMT_ROLE_DIM, " (was %s)", step->before);
}

static void tell_done(const struct outcome *o, size_t i)
{
	const struct kmt_step *step = &o->d->plan->steps.v[i];
	const char *what = subject(step, o->arena);

	if (step->kind == KMT_STEP_RUN)
		kmt_doc_addf(o->out, KMT_ROLE_GOOD, "ran the command of %s", what);
	else
		kmt_doc_addf(o->out, KMT_ROLE_GOOD, "%s %s", participle(step), what);
	if (step->kind == KMT_STEP_SETPARAM)
		tell_value(o, i);
}

static void tell_step(const struct outcome *o, size_t i)
{
	const struct kmt_step *step = &o->d->plan->steps.v[i];
	const char *what = subject(step, o->arena);
	bool inserts = step->kind == KMT_STEP_INSERT;
	enum kmt_step_outcome outcome = o->d->report->results.v[i].outcome;

	if (step->kind == KMT_STEP_SKIP || outcome == KMT_STEP_NOT_RUN || outcome == KMT_STEP_FAILED)
		return;
	kmt_doc_line(o->out, NULL);
	if (outcome == KMT_STEP_DONE)
		tell_done(o, i);
	else if (outcome == KMT_STEP_ALREADY)
		kmt_doc_addf(o->out, KMT_ROLE_TEXT, "%s was %s meanwhile", what, participle(step));
	else if (outcome == KMT_STEP_UNDONE)
		kmt_doc_addf(o->out, KMT_ROLE_WARN, "%s was %s", what,
			inserts ? "unloaded again" : "put back as it was");
	else
		kmt_doc_addf(o->out, KMT_ROLE_BAD, "%s could not be %s", what,
			inserts ? "unloaded again" : "put back as it was");
}

static void tell_lines(const struct outcome *o, size_t step)
{
	struct kmt_strv lines = {0};

	kmt_diagnose_lines(o->d->report, step, &lines);
	for (size_t i = 0; i < lines.n && i < LINES_SHOWN; i++)
		kmt_doc_wrap(o->out, "kernel: ", 8, KMT_ROLE_DIM, lines.v[i]);
	kmt_vec_free(&lines);
}

static void tell_failure(const struct outcome *o, size_t i)
{
	const struct kmt_step *step = &o->d->plan->steps.v[i];
	const struct kmt_step_result *result = &o->d->report->results.v[i];
	struct kmt_explanation e;
	kmt_autofree char *text = NULL;

	kmt_diagnose_step(o->d, i, o->arena, &e);
	text = kmt_asprintf("%s was not %s%s%s%s: %s", subject(step, o->arena), participle(step),
		result->errnum && !result->detail ? " (" : "",
		result->errnum && !result->detail ? kmt_errno_text(result->errnum, o->arena) : "",
		result->errnum && !result->detail ? ")" : "", e.cause);
	kmt_doc_wrap(o->out, "", 0, KMT_ROLE_BAD, text);
	if (e.next)
		kmt_doc_wrap(o->out, "", 2, KMT_ROLE_TEXT, e.next);
	tell_lines(o, i);
}

/* What the kernel grumbled about although it did it. */
static void tell_grumbles(const struct outcome *o, size_t i)
{
	struct kmt_strv lines = {0}, texts = {0};

	kmt_diagnose_lines(o->d->report, i, &lines);
	kmt_explain_success(o->d->plan->steps.v[i].module, &lines, o->arena, &texts);
	for (size_t t = 0; t < texts.n; t++)
		kmt_doc_wrap(o->out, "", 2, KMT_ROLE_WARN, texts.v[t]);
	kmt_vec_free(&lines);
	kmt_vec_free(&texts);
}

/* Files are written without it: its log has nothing to say. */
static bool asks_kernel(const struct kmt_plan *plan)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if (step->kind != KMT_STEP_WRITE && step->kind != KMT_STEP_SKIP)
			return true;
	}
	return false;
}

static void tell(const struct outcome *o)
{
	const struct kmt_report *report = o->d->report;

	for (size_t i = 0; i < report->results.n; i++) {
		tell_step(o, i);
		if (report->results.v[i].outcome == KMT_STEP_FAILED)
			tell_failure(o, i);
		else if (report->results.v[i].outcome == KMT_STEP_DONE &&
			 o->d->plan->steps.v[i].kind == KMT_STEP_INSERT)
			tell_grumbles(o, i);
	}
	if (report->interrupted) {
		kmt_doc_line(o->out, NULL);
		kmt_doc_addf(o->out, KMT_ROLE_BAD, "stopped by signal %d (%s)", report->interrupted,
			strsignal(report->interrupted));
	}
	if (report->log_errnum && asks_kernel(o->d->plan))
		kmt_doc_wrap(o->out, "", 0, KMT_ROLE_DIM,
			"The kernel's log could not be read: its reasons are missing.");
}

bool kmt_plan_view_run(
	struct kmt_plan_view *v, const struct kmt_machine *machine, struct kmt_doc *out)
{
	const struct kmt_exec_options opts = {0};
	struct kmt_report report = {0};
	struct kmt_policy policy = {0};
	const struct kmt_diagnose d = {.root = machine->root, .snap = &v->snap, .plan = &v->plan,
		.report = &report, .policy = &policy};
	const struct outcome o = {.d = &d, .arena = &v->arena, .out = out};
	int r;

	kmt_policy_read(machine->root, &v->arena, &policy);
	r = kmt_plan_exec(&v->plan, machine->kernel, machine->root, &opts, &report);
	tell(&o);
	for (size_t i = 0; !r && i < v->effects.n; i++)
		kmt_doc_wrap(out, "", 0, KMT_ROLE_DIM, v->effects.v[i]);
	kmt_report_free(&report);
	return !r;
}
