/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a plan from the dialog, and what came of it. */
#include <kmt/tui/plan.h>

#include <string.h>

#include <kmt/check/diagnose.h>

#define LINES_SHOWN 12

struct outcome {
	const struct kmt_diagnose *d;
	const char *participle;
	struct kmt_arena *arena;
	struct kmt_doc *out;
};

static void tell_step(const struct outcome *o, size_t i)
{
	const struct kmt_step *step = &o->d->plan->steps.v[i];
	const char *module = step->module ? step->module : "";

	if (step->kind == KMT_STEP_SKIP)
		return;
	switch (o->d->report->results.v[i].outcome) {
	case KMT_STEP_DONE:
		kmt_doc_line(o->out, NULL);
		if (step->kind == KMT_STEP_RUN)
			kmt_doc_addf(o->out, KMT_ROLE_GOOD, "ran the command of %s", module);
		else
			kmt_doc_addf(o->out, KMT_ROLE_GOOD, "%s %s", o->participle, module);
		break;
	case KMT_STEP_ALREADY:
		kmt_doc_line(o->out, NULL);
		kmt_doc_addf(o->out, KMT_ROLE_TEXT, "%s was %s meanwhile", module, o->participle);
		break;
	case KMT_STEP_UNDONE:
		kmt_doc_line(o->out, NULL);
		kmt_doc_addf(o->out, KMT_ROLE_WARN, "%s was unloaded again", module);
		break;
	case KMT_STEP_UNDO_FAILED:
		kmt_doc_line(o->out, NULL);
		kmt_doc_addf(o->out, KMT_ROLE_BAD, "%s could not be unloaded again", module);
		break;
	default:
		break;
	}
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
	const struct kmt_step_result *result = &o->d->report->results.v[i];
	struct kmt_explanation e;
	kmt_autofree char *text = NULL;

	kmt_diagnose_step(o->d, i, o->arena, &e);
	text = kmt_asprintf("%s was not %s%s%s%s: %s", o->d->plan->steps.v[i].module, o->participle,
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
	if (report->log_errnum)
		kmt_doc_wrap(o->out, "", 0, KMT_ROLE_DIM,
			"The kernel's log could not be read: its reasons are missing.");
}

bool kmt_plan_view_run(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, struct kmt_doc *out)
{
	bool load = request->kind == KMT_REQUEST_LOAD;
	const struct kmt_exec_options opts = {.partial_ok = !load};
	struct kmt_report report = {0};
	struct kmt_policy policy = {0};
	const struct kmt_diagnose d = {.root = machine->root, .snap = &v->snap, .plan = &v->plan,
		.report = &report, .policy = &policy};
	const struct outcome o = {
		.d = &d, .participle = load ? "loaded" : "unloaded", .arena = &v->arena, .out = out};
	int r;

	kmt_policy_read(machine->root, &v->arena, &policy);
	r = kmt_plan_exec(&v->plan, machine->kernel, machine->root, &opts, &report);
	tell(&o);
	kmt_report_free(&report);
	return !r;
}
