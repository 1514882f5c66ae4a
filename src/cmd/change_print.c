/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came of a plan: results on stdout, troubles on stderr. */
#include <errno.h>
#include <json.h>
#include <string.h>

#include <kmt/model/params.h>
#include <kmt/out/json.h>

#include "change_priv.h"

/* An oops is sixty lines long; the first ones say what it is. */
#define LINES_SHOWN 12

static bool is_done(const struct kmt_change *c, size_t i)
{
	enum kmt_step_outcome outcome = c->report.results.v[i].outcome;

	return outcome == KMT_STEP_DONE || outcome == KMT_STEP_UNDO_FAILED;
}

/* What a step is about, for people. */
static const char *subject(struct kmt_change *c, size_t i)
{
	const struct kmt_step *step = &c->plan.steps.v[i];

	if (step->kind == KMT_STEP_WRITE)
		return kmt_arena_printf(&c->arena, "%s%s", c->env->root.path, step->path);
	if (step->kind == KMT_STEP_SETPARAM)
		return kmt_arena_printf(&c->arena, "%s.%s", step->module, strrchr(step->path, '/') + 1);
	return step->module ? step->module : "";
}

static const char *participle(const struct kmt_change *c, size_t i)
{
	const struct kmt_step *step = &c->plan.steps.v[i];

	if (step->kind == KMT_STEP_WRITE)
		return step->write->data ? "written" : "removed";
	return step->kind == KMT_STEP_SETPARAM ? "set" : c->participle;
}

static void print_line(struct kmt_change *c, size_t i, const char *before, const char *after)
{
	fputs(before, stdout);
	kmt_put_text(stdout, subject(c, i));
	printf("%s\n", after);
}

/* "loop.max_part = 7 (was 0)" */
static void print_set(struct kmt_change *c, size_t i)
{
	const struct kmt_step *step = &c->plan.steps.v[i];
	const char *now = c->report.results.v[i].value;

	kmt_put_text(stdout, subject(c, i));
	fputs(" = ", stdout);
	kmt_put_text(stdout, now ? now : step->params);
	if (step->before) {
		fputs(" (was ", stdout);
		kmt_put_text(stdout, step->before);
		putchar(')');
	}
	puts(now ? "" : " (it cannot be read back)");
}

/* What was written and what the kernel shows since are not the same. A type of the module's own may show
 * anything. Returns the exit status. */
static int check_values(struct kmt_change *c)
{
	int status = 0;

	for (size_t i = 0; i < c->plan.steps.n; i++) {
		const struct kmt_step *step = &c->plan.steps.v[i];
		const struct kmt_step_result *result = &c->report.results.v[i];

		if (step->kind != KMT_STEP_SETPARAM || !result->value ||
			kmt_params_same_value(step->type, step->params, result->value))
			continue;
		kmt_diag_add(&c->env->diag, NULL, "%s: '%s' was written, but the kernel shows '%s'",
			subject(c, i), step->params, result->value);
		status = 1;
	}
	return status;
}

static void print_step(struct kmt_change *c, size_t i)
{
	const struct kmt_step *step = &c->plan.steps.v[i];
	const struct kmt_step_result *result = &c->report.results.v[i];
	const char *module = step->module ? step->module : "";

	switch (step->kind) {
	case KMT_STEP_WRITE:
		if (result->outcome == KMT_STEP_DONE)
			print_line(c, i, step->write->data ? "wrote " : "removed ", "");
		return;
	case KMT_STEP_SETPARAM:
		if (result->outcome == KMT_STEP_DONE)
			print_set(c, i);
		return;
	case KMT_STEP_SKIP:
		if (step->why == KMT_WHY_REQUESTED && step->reason)
			printf("%s: %s\n", module, step->reason);
		return;
	case KMT_STEP_RUN:
		if (result->outcome == KMT_STEP_DONE)
			printf("%s: ran its command\n", module);
		return;
	default:
		if (result->outcome == KMT_STEP_DONE)
			printf("%s %s\n", c->participle, module);
		else if (result->outcome == KMT_STEP_ALREADY)
			printf("%s was %s meanwhile\n", module, c->participle);
	}
}

static void print_raw_step(const struct kmt_change *c, size_t i)
{
	const struct kmt_step *step = &c->plan.steps.v[i];

	printf("%s\t%s\t", kmt_step_outcome_name(c->report.results.v[i].outcome),
		kmt_step_kind_name(step->kind));
	kmt_put_text(stdout, step->module ? step->module : "-");
	putchar('\n');
}

static void print_steps(struct kmt_change *c)
{
	const struct kmt_globals *g = &c->env->g;

	for (size_t i = 0; i < c->plan.steps.n && !g->quiet; i++) {
		if (g->raw)
			print_raw_step(c, i);
		else
			print_step(c, i);
	}
}

static void put_line(const char *line)
{
	fputs("kernel: ", stderr);
	kmt_put_text(stderr, line);
	fputc('\n', stderr);
}

static void print_lines(const struct kmt_change *c, size_t step, size_t most)
{
	struct kmt_strv lines = {0};

	kmt_change_lines(c, step, &lines);
	for (size_t i = 0; i < lines.n && i < most; i++)
		put_line(lines.v[i]);
	if (lines.n > most)
		fprintf(stderr, "kernel: ... %zu more lines\n", lines.n - most);
	kmt_vec_free(&lines);
}

/* What the kernel grumbled about although the step was done. */
static void print_grumbles(struct kmt_change *c)
{
	for (size_t i = 0; i < c->plan.steps.n; i++) {
		struct kmt_strv lines = {0}, texts = {0};

		if (c->plan.steps.v[i].kind != KMT_STEP_INSERT || !is_done(c, i))
			continue;
		kmt_change_lines(c, i, &lines);
		kmt_explain_success(c->plan.steps.v[i].module, &lines, &c->arena, &texts);
		for (size_t j = 0; j < texts.n; j++)
			kmt_diag_add(&c->env->diag, NULL, "%s", texts.v[j]);
		if (c->env->g.verbose)
			print_lines(c, i, SIZE_MAX);
		kmt_vec_free(&lines);
		kmt_vec_free(&texts);
	}
}

/* Steps that need not succeed: said, but no failure. */
static void print_optional(struct kmt_change *c)
{
	for (size_t i = 0; i < c->plan.steps.n; i++) {
		const struct kmt_step *step = &c->plan.steps.v[i];
		struct kmt_explanation e;

		if (step->required || c->report.results.v[i].outcome != KMT_STEP_FAILED)
			continue;
		kmt_change_explain(c, i, &e);
		kmt_diag_add(&c->env->diag, NULL, "%s was not %s: %s", step->module, c->participle, e.cause);
	}
}

static void print_undone(struct kmt_change *c, enum kmt_step_outcome outcome, const char *label)
{
	bool first = true;

	for (size_t i = 0; i < c->plan.steps.n; i++) {
		if (c->report.results.v[i].outcome != outcome)
			continue;
		fputs(first ? label : ", ", stderr);
		kmt_put_text(stderr, subject(c, i));
		first = false;
	}
	if (!first)
		fputc('\n', stderr);
}

static size_t count_done(const struct kmt_change *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->plan.steps.n; i++)
		n += c->plan.steps.v[i].kind != KMT_STEP_SKIP && is_done(c, i);
	return n;
}

/* "km_result, which km_top needs, was not loaded (No such device): ..." */
static int fail(struct kmt_change *c, size_t i, const struct kmt_explanation *e, struct kmt_err *err)
{
	const struct kmt_step *step = &c->plan.steps.v[i];
	const struct kmt_step_result *result = &c->report.results.v[i];
	kmt_autostrbuf struct kmt_strbuf whose = KMT_STRBUF_INIT, number = KMT_STRBUF_INIT;
	enum kmt_err_kind kind = count_done(c) ? KMT_ERR_PARTLY : e->kind;

	if (step->because_of && step->why != KMT_WHY_REQUESTED)
		kmt_strbuf_addf(&whose, " (for %s)", step->because_of);
	if (result->errnum && result->errnum != KMT_KERNEL_KILLED && !result->detail)
		kmt_strbuf_addf(&number, " (%s)", kmt_errno_text(result->errnum, &c->arena));
	kmt_err_set(err, kind, result->errnum, "%s%s was not %s%s: %s", subject(c, i),
		kmt_strbuf_str(&whose), participle(c, i), kmt_strbuf_str(&number), e->cause);
	if (e->next)
		kmt_err_hint(err, "%s", e->next);
	return -(result->errnum ? result->errnum : ECHILD);
}

/* It has nothing to say about files. */
static void tell_log(const struct kmt_change *c, size_t failed)
{
	if (c->report.log_errnum && c->plan.steps.v[failed].kind != KMT_STEP_WRITE)
		fprintf(stderr, "kmtool: note: the kernel's log could not be read (%s): its reasons are missing\n",
			strerror(c->report.log_errnum));
}

/* What became of every step; FAILED and E are what ended the run, E NULL if nothing did. */
static void print_result(struct kmt_change *c, size_t failed, const struct kmt_explanation *e)
{
	if (c->env->g.json) {
		struct json_object *doc = kmt_json_document();

		kmt_change_json(c, failed, e, doc);
		kmt_json_print(stdout, doc);
	} else {
		print_steps(c);
	}
	fflush(stdout); /* what was done comes before what was not */
}

/* The module may have got its users only after the plan was made. */
static void tell_users(struct kmt_change *c, size_t failed)
{
	const struct kmt_procmod *mod;
	struct kmt_snapshot now;

	if (c->env->g.json || c->plan.steps.v[failed].kind != KMT_STEP_REMOVE ||
		c->report.results.v[failed].errnum != EAGAIN)
		return;
	if (kmt_snapshot_take(&now, &c->env->root, NULL,
		    KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL, NULL, NULL) < 0)
		return;
	mod = kmt_snapshot_loaded(&now, c->plan.steps.v[failed].module);
	if (mod)
		kmt_change_tell_users(c, &now, mod);
	kmt_snapshot_free(&now);
}

static void tell_undone(struct kmt_change *c)
{
	bool loads = c->plan.steps.n && c->plan.steps.v[0].kind != KMT_STEP_WRITE &&
		     c->plan.steps.v[0].kind != KMT_STEP_SETPARAM;

	print_undone(c, KMT_STEP_UNDONE, loads ? "unloaded again: " : "put back as it was: ");
	print_undone(c, KMT_STEP_UNDO_FAILED,
		loads ? "could not be unloaded again: " : "could not be put back as it was: ");
}

static int tell_failure(struct kmt_change *c, size_t failed, struct kmt_err *err)
{
	struct kmt_explanation e;

	kmt_change_explain(c, failed, &e);
	print_result(c, failed, &e);
	tell_log(c, failed);
	print_lines(c, failed, LINES_SHOWN);
	tell_users(c, failed);
	tell_undone(c);
	return fail(c, failed, &e, err);
}

static int tell_interrupted(struct kmt_change *c, struct kmt_err *err)
{
	size_t at = c->report.failed_step;
	const struct kmt_explanation e = {.id = "interrupted", .kind = KMT_ERR_FAILED,
		.cause = kmt_arena_printf(&c->arena, "stopped by signal %d (%s) before %s",
			c->report.interrupted, strsignal(c->report.interrupted),
			subject(c, at))};

	print_result(c, at, &e);
	tell_undone(c);
	return kmt_err_set(
		err, count_done(c) ? KMT_ERR_PARTLY : KMT_ERR_FAILED, EINTR, "%s", e.cause);
}

/* Where several modules answer to an alias, one that loads is enough; the first failure if none did. */
static size_t find_failure(const struct kmt_change *c)
{
	size_t found = c->plan.steps.n;

	for (size_t i = 0; i < c->plan.steps.n; i++) {
		if (c->plan.steps.v[i].why != KMT_WHY_REQUESTED)
			continue;
		if (c->report.results.v[i].outcome != KMT_STEP_FAILED)
			return c->plan.steps.n;
		if (found == c->plan.steps.n)
			found = i;
	}
	return found;
}

int kmt_change_tell(struct kmt_change *c, int result, struct kmt_err *err)
{
	size_t failed = result < 0 ? c->report.failed_step : find_failure(c);

	if (result < 0 && c->report.interrupted && failed < c->plan.steps.n &&
		c->report.results.v[failed].outcome == KMT_STEP_NOT_RUN)
		return tell_interrupted(c, err);
	if (failed < c->plan.steps.n)
		return tell_failure(c, failed, err);
	print_result(c, failed, NULL);
	print_grumbles(c);
	print_optional(c);
	return check_values(c);
}
