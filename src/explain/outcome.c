/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/explain/outcome.h>

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/model/user_text.h>
#include <kmt/model/config.h>
#include <kmt/model/params.h>

/* An oops is sixty lines long; the first ones say what it is. */
#define LINES_SHOWN 12
#define OUTPUT_SHOWN 100 /* lines of what a command printed */

struct telling {
	const struct kmt_run *run;
	struct kmt_outcome *o;
};

static void add(const struct telling *t, enum kmt_outcome_role role, const char *text)
{
	kmt_vec_push(&t->o->lines, (struct kmt_outcome_line){role, text});
}

static void addf(const struct telling *t, enum kmt_outcome_role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void addf(const struct telling *t, enum kmt_outcome_role role, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(t, role, kmt_arena_vprintf(&t->o->arena, fmt, ap));
	va_end(ap);
}

static const struct kmt_step *step_of(const struct telling *t, size_t i)
{
	return &t->run->plan->steps.v[i];
}

static const struct kmt_step_result *result_of(const struct telling *t, size_t i)
{
	return &t->run->report->results.v[i];
}

/* The kernel's own lines of a step (not what programs wrote into the log): appended to OUT. */
static void find_log(const struct telling *t, size_t i, struct kmt_strv *out)
{
	const struct kmt_report *report = t->run->report;
	const struct kmt_step_result *result = &report->results.v[i];

	for (size_t j = 0; j < result->log_n; j++) {
		const struct kmt_kmsg_record *record = &report->log.records.v[result->log_first + j];

		if (!record->facility)
			kmt_vec_push(out, record->text);
	}
}

/* What went wrong before the kernel was asked has its own words. */
static void explain_detail(const struct kmt_step_result *result, struct kmt_explanation *out)
{
	enum kmt_err_kind kind = KMT_ERR_FAILED;

	if (result->errnum == ENOENT)
		kind = KMT_ERR_NOT_FOUND;
	else if (result->errnum == EACCES || result->errnum == EPERM)
		kind = KMT_ERR_REFUSED;
	*out = (struct kmt_explanation){.id = "file", .cause = result->detail, .kind = kind};
}

/* Collects what is known of a failed step (the kernel's lines, the file, the policy, the module as it
 * is now) and has it explained. */
static void explain(const struct telling *t, size_t i, struct kmt_explanation *out)
{
	const struct kmt_run *run = t->run;
	const struct kmt_step_result *result = result_of(t, i);
	struct kmt_kofile_facts facts = {0};
	struct kmt_snapshot now;
	struct kmt_strv lines = {0};
	struct kmt_failure f = {.step = step_of(t, i), .errnum = result->errnum, .status = result->status,
		.lines = &lines, .lost_lines = run->report->log.overrun, .policy = run->policy, .facts = &facts};
	bool has_now;

	if (result->detail) {
		explain_detail(result, out);
		return;
	}
	has_now = !kmt_snapshot_take(&now, run->root, NULL, KMT_SNAP_LOADED, NULL, NULL);
	if (has_now)
		f.loaded = kmt_snapshot_loaded(&now, f.step->module);
	run->policy->module_blacklisted = kmt_config_kernel_blacklisted(run->snap, f.step->module);
	find_log(t, i, &lines);
	kmt_facts_read(run->snap, run->plan, i, &lines, &t->o->arena, &facts);
	kmt_explain(&f, &t->o->arena, out);
	kmt_facts_free(&facts);
	kmt_vec_free(&lines);
	if (has_now)
		kmt_snapshot_free(&now);
}

static bool is_done(const struct telling *t, size_t i)
{
	enum kmt_step_outcome outcome = result_of(t, i)->outcome;

	return outcome == KMT_STEP_DONE || outcome == KMT_STEP_UNDO_FAILED;
}

/* What a step is about. */
static const char *subject(const struct telling *t, size_t i)
{
	const struct kmt_step *step = step_of(t, i);

	if (kmt_step_is_edit(step->kind))
		return kmt_arena_printf(&t->o->arena, "%s%s", t->run->root->path, step->path);
	if (step->kind == KMT_STEP_SETPARAM)
		return kmt_arena_printf(
			&t->o->arena, "%s.%s", step->module, strrchr(step->path, '/') + 1);
	if (kmt_step_is_of_device(step->kind))
		return kmt_step_device_name(step);
	return step->module ? step->module : "";
}

/* What a step does to its subject. */
static const char *participle(const struct kmt_step *step)
{
	switch (step->kind) {
	case KMT_STEP_REMOVE:
		return "unloaded";
	case KMT_STEP_SETPARAM:
		return "set";
	case KMT_STEP_UNBIND:
		return "unbound";
	case KMT_STEP_OVERRIDE:
		return step->driver ? "reserved" : "released";
	case KMT_STEP_BIND:
		return "bound";
	case KMT_STEP_WRITE:
		return step->write->data ? "written" : "removed";
	case KMT_STEP_MKDIR:
		return "created";
	case KMT_STEP_RMDIR:
		return "removed";
	case KMT_STEP_RUN:
		return step->why == KMT_WHY_REMOVE_COMMAND ? "unloaded" : "loaded";
	default:
		return "loaded";
	}
}

/* "loop.max_part = 7 (was 0)" */
static void tell_value(const struct telling *t, size_t i)
{
	const struct kmt_step *step = step_of(t, i);
	const char *now = result_of(t, i)->value;

	addf(t, KMT_OUTCOME_STEP, "%s = %s%s%s%s%s", subject(t, i), now ? now : step->params,
		step->before ? " (was " : "", step->before ? step->before : "", step->before ? ")" : "",
		now ? "" : " (it cannot be read back)");
}

/* "loaded loop with max_part=7 (kept)": of a module that was loaded before, what is kept and what changes. */
static void tell_loaded(const struct telling *t, size_t i)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_step *step = step_of(t, i);

	for (size_t p = 0; p < step->n_parts; p++)
		if (step->parts[p].kept || step->parts[p].was)
			kmt_strbuf_item(&text, ", ", "%s (%s)", step->parts[p].text,
				step->parts[p].kept ? "kept" : step->parts[p].was);
	addf(t, KMT_OUTCOME_STEP, "loaded %s%s%s", step->module, text.len ? " with " : "", kmt_strbuf_str(&text));
}

/* "bound 0000:00:04.0 to e1000"; who left the choice to the kernel is told it. */
static void tell_device(const struct telling *t, size_t i)
{
	const struct kmt_step *step = step_of(t, i);
	const char *name = subject(t, i), *driver = result_of(t, i)->value;

	if (step->kind == KMT_STEP_UNBIND)
		addf(t, KMT_OUTCOME_STEP, "unbound %s from %s", name, step->driver);
	else if (step->kind == KMT_STEP_OVERRIDE && step->driver)
		addf(t, KMT_OUTCOME_STEP, "reserved %s for %s (driver_override)", name, step->driver);
	else if (step->kind == KMT_STEP_OVERRIDE)
		addf(t, KMT_OUTCOME_STEP, "released %s for any driver (driver_override)", name);
	else if (driver || step->driver)
		addf(t, KMT_OUTCOME_STEP, "bound %s to %s", name, driver ? driver : step->driver);
	else
		addf(t, KMT_OUTCOME_STEP, "no driver took %s", name);
}

static void tell_done(const struct telling *t, size_t i)
{
	const struct kmt_step *step = step_of(t, i);

	if (step->kind == KMT_STEP_SETPARAM)
		tell_value(t, i);
	else if (kmt_step_is_of_device(step->kind))
		tell_device(t, i);
	else if (step->kind == KMT_STEP_WRITE)
		addf(t, KMT_OUTCOME_STEP, "%s %s", step->write->data ? "wrote" : "removed", subject(t, i));
	else if (step->kind == KMT_STEP_INSERT)
		tell_loaded(t, i);
	else if (step->kind == KMT_STEP_RUN)
		addf(t, KMT_OUTCOME_STEP, "%s: ran its command", subject(t, i));
	else
		addf(t, KMT_OUTCOME_STEP, "%s %s", participle(step), subject(t, i));
}

/* What a command printed, before what is said of it. */
static void tell_output(const struct telling *t, size_t i)
{
	const char *text = result_of(t, i)->output;

	for (size_t n = 0; text && *text; n++) {
		size_t len = strcspn(text, "\n");

		if (n == OUTPUT_SHOWN)
			addf(t, KMT_OUTCOME_OUTPUT, "...");
		if (n < OUTPUT_SHOWN)
			add(t, KMT_OUTCOME_OUTPUT, kmt_arena_strndup(&t->o->arena, text, len));
		text += len + (text[len] == '\n');
	}
}

static void tell_steps(const struct telling *t)
{
	for (size_t i = 0; i < t->run->plan->steps.n; i++) {
		const struct kmt_step *step = step_of(t, i);
		enum kmt_step_outcome outcome = result_of(t, i)->outcome;

		tell_output(t, i);
		if (step->kind == KMT_STEP_SKIP && step->why == KMT_WHY_REQUESTED && step->reason)
			addf(t, KMT_OUTCOME_SKIPPED, "%s: %s", subject(t, i), step->reason);
		else if (outcome == KMT_STEP_DONE)
			tell_done(t, i);
		else if (outcome == KMT_STEP_ALREADY)
			addf(t, KMT_OUTCOME_STEP, "%s was %s meanwhile", subject(t, i), participle(step));
	}
}

/* What the kernel complained about although the step was done. */
static void tell_complaints(const struct telling *t)
{
	for (size_t i = 0; i < t->run->plan->steps.n; i++) {
		struct kmt_strv lines = {0}, texts = {0};

		if (step_of(t, i)->kind != KMT_STEP_INSERT || !is_done(t, i))
			continue;
		find_log(t, i, &lines);
		kmt_explain_success(step_of(t, i)->module, &lines, &t->o->arena, &texts);
		for (size_t j = 0; j < texts.n; j++)
			add(t, KMT_OUTCOME_WARNING, texts.v[j]);
		for (size_t j = 0; j < lines.n; j++)
			add(t, KMT_OUTCOME_LOG_DONE, lines.v[j]);
		kmt_vec_free(&lines);
		kmt_vec_free(&texts);
	}
}

/* Steps that need not succeed are no failure. */
static void tell_optional(const struct telling *t)
{
	for (size_t i = 0; i < t->run->plan->steps.n; i++) {
		const struct kmt_step *step = step_of(t, i);
		struct kmt_explanation e;

		if (step->required || result_of(t, i)->outcome != KMT_STEP_FAILED)
			continue;
		explain(t, i, &e);
		addf(t, KMT_OUTCOME_WARNING, "%s was not %s: %s", step->module, participle(step), e.cause);
	}
}

/* A type of the module's own may show anything. */
static void tell_mismatches(const struct telling *t)
{
	for (size_t i = 0; i < t->run->plan->steps.n; i++) {
		const struct kmt_step *step = step_of(t, i);
		const char *value = result_of(t, i)->value;

		if (step->kind != KMT_STEP_SETPARAM || !value ||
			kmt_params_same_value(step->type, step->params, value))
			continue;
		addf(t, KMT_OUTCOME_MISMATCH, "%s: '%s' was written, but the kernel shows '%s'", subject(t, i),
			step->params, value);
		t->o->verdict = KMT_OUTCOME_PROBLEM;
	}
}

/* What taking a step back does to its subject. */
static size_t way_back(const struct kmt_step *step)
{
	return step->kind == KMT_STEP_INSERT ? 0 : step->kind == KMT_STEP_REMOVE ? 1 : 2;
}

static bool is_back(const struct telling *t, size_t i, enum kmt_step_outcome outcome, size_t way)
{
	return result_of(t, i)->outcome == outcome && way_back(step_of(t, i)) == way;
}

/* Several steps may be about one device. */
static bool is_told_before(const struct telling *t, size_t i, enum kmt_step_outcome outcome, size_t way)
{
	for (size_t j = 0; j < i; j++)
		if (is_back(t, j, outcome, way) && !strcmp(subject(t, j), subject(t, i)))
			return true;
	return false;
}

static void tell_undone(const struct telling *t, enum kmt_step_outcome outcome, enum kmt_outcome_role role,
	const char *before)
{
	static const char *const ways[] = {"unloaded again", "loaded again as before", "put back as it was"};

	for (size_t way = 0; way < KMT_ARRAY_SIZE(ways); way++) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

		for (size_t i = 0; i < t->run->plan->steps.n; i++)
			if (is_back(t, i, outcome, way) && !is_told_before(t, i, outcome, way))
				kmt_strbuf_item(&text, ", ", "%s", subject(t, i));
		if (text.len)
			addf(t, role, "%s%s: %s", before, ways[way], text.s);
	}
}

static void tell_all_undone(const struct telling *t)
{
	tell_undone(t, KMT_STEP_UNDONE, KMT_OUTCOME_UNDONE, "");
	tell_undone(t, KMT_STEP_UNDO_FAILED, KMT_OUTCOME_UNDO_FAILED, "could not be ");
}

/* The module may have got its users only after the plan was made. */
static void tell_users(const struct telling *t)
{
	const char *name = step_of(t, t->o->failed)->module;
	const struct kmt_procmod *mod;
	struct kmt_users users;
	struct kmt_strv lines = {0};
	struct kmt_snapshot now;

	if (step_of(t, t->o->failed)->kind != KMT_STEP_REMOVE || result_of(t, t->o->failed)->errnum != EAGAIN)
		return;
	if (kmt_snapshot_take(&now, t->run->root, NULL,
		    KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL, NULL, NULL) < 0)
		return;
	mod = kmt_snapshot_loaded(&now, name);
	if (mod) {
		kmt_users_find(&now, mod, &users);
		kmt_users_lines(&users, name, &t->o->arena, &lines);
		kmt_users_free(&users);
	}
	for (size_t i = 0; i < lines.n; i++)
		add(t, KMT_OUTCOME_USER, lines.v[i]);
	kmt_vec_free(&lines);
	kmt_snapshot_free(&now);
}

/* Something stays if any step was done and not taken back. */
static enum kmt_outcome_verdict verdict_of_failure(const struct telling *t)
{
	for (size_t i = 0; i < t->run->plan->steps.n; i++)
		if (step_of(t, i)->kind != KMT_STEP_SKIP && is_done(t, i))
			return KMT_OUTCOME_PARTLY;
	if (t->o->why.kind == KMT_ERR_REFUSED)
		return KMT_OUTCOME_REFUSED;
	return t->o->why.kind == KMT_ERR_NOT_FOUND ? KMT_OUTCOME_NOT_FOUND : KMT_OUTCOME_FAILED;
}

/* "km_result (for km_top) was not loaded (No such device): ..." */
static void tell_failure(const struct telling *t)
{
	size_t i = t->o->failed;
	const struct kmt_step *step = step_of(t, i);
	const struct kmt_step_result *result = result_of(t, i);
	bool whose = step->because_of && step->why != KMT_WHY_REQUESTED;
	bool number = result->errnum && result->errnum != KMT_KERNEL_KILLED && !result->detail;

	explain(t, i, &t->o->why);
	t->o->errnum = result->errnum;
	t->o->verdict = verdict_of_failure(t);
	/* The log has nothing to say about files. */
	if (t->run->report->log_errnum && !kmt_step_is_edit(step->kind))
		addf(t, KMT_OUTCOME_NOTE, "the kernel's log could not be read (%s): its reasons are missing",
			strerror(t->run->report->log_errnum));
	find_log(t, i, &t->o->log);
	for (size_t j = 0; j < t->o->log.n && j < LINES_SHOWN; j++)
		add(t, KMT_OUTCOME_LOG, t->o->log.v[j]);
	if (t->o->log.n > LINES_SHOWN)
		addf(t, KMT_OUTCOME_LOG, "... %zu more lines", t->o->log.n - LINES_SHOWN);
	tell_users(t);
	tell_all_undone(t);
	addf(t, KMT_OUTCOME_FAILURE, "%s%s%s%s was not %s%s%s%s: %s", subject(t, i), whose ? " (for " : "",
		whose ? step->because_of : "", whose ? ")" : "", participle(step), number ? " (" : "",
		number ? kmt_errno_text(result->errnum, &t->o->arena) : "", number ? ")" : "", t->o->why.cause);
	if (t->o->why.next)
		add(t, KMT_OUTCOME_HINT, t->o->why.next);
}

static void tell_interrupted(const struct telling *t)
{
	int signo = t->run->report->interrupted;
	bool finished = t->o->failed == t->run->plan->steps.n;
	const char *by = signo ? kmt_arena_printf(&t->o->arena, "stopped by signal %d (%s)", signo, strsignal(signo))
			       : "cancelled";

	t->o->why = (struct kmt_explanation){.id = "interrupted", .kind = KMT_ERR_FAILED,
		.cause = kmt_arena_printf(&t->o->arena, "%s %s%s", by,
			finished ? "after the last step" : "before ", finished ? "" : subject(t, t->o->failed))};
	t->o->errnum = EINTR;
	t->o->verdict = verdict_of_failure(t);
	tell_all_undone(t);
	add(t, KMT_OUTCOME_FAILURE, t->o->why.cause);
}

static void tell_lost(const struct telling *t)
{
	const char *text = kmt_kmsg_lost_text(&t->run->report->log, &t->o->arena);

	if (text)
		add(t, KMT_OUTCOME_WARNING, text);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Whether one of those that answer to the same alias as step I is there. */
static bool is_served(const struct telling *t, size_t i)
{
	for (size_t j = 0; j < t->run->plan->steps.n; j++)
		if (step_of(t, j)->why == KMT_WHY_REQUESTED &&
			same_text(step_of(t, j)->because_of, step_of(t, i)->because_of) &&
			result_of(t, j)->outcome != KMT_STEP_FAILED)
			return true;
	return false;
}

/* Where several modules answer to an alias, one that loads is enough; the first failure if none did. */
static size_t find_failure(const struct telling *t)
{
	size_t i = 0;

	while (i < t->run->plan->steps.n && (step_of(t, i)->why != KMT_WHY_REQUESTED ||
						  result_of(t, i)->outcome != KMT_STEP_FAILED || is_served(t, i)))
		i++;
	return i;
}

void kmt_outcome_make(const struct kmt_run *run, struct kmt_outcome *out)
{
	const struct telling t = {run, out};
	const struct kmt_strv *effects = run->effects;
	size_t n = run->plan->steps.n;

	*out = (struct kmt_outcome){0};
	out->failed = run->result < 0 ? run->report->failed_step : find_failure(&t);
	tell_steps(&t);
	out->signo = run->report->interrupted;
	if (run->result < 0 && (out->signo || run->report->cancelled) &&
		(out->failed == n || result_of(&t, out->failed)->outcome == KMT_STEP_NOT_RUN)) {
		tell_interrupted(&t);
	} else if (out->failed < n) {
		tell_failure(&t);
	} else {
		tell_complaints(&t);
		tell_optional(&t);
		tell_mismatches(&t);
	}
	tell_lost(&t);
	for (size_t i = 0; effects && out->verdict == KMT_OUTCOME_DONE && i < effects->n; i++)
		add(&t, KMT_OUTCOME_EFFECT, effects->v[i]);
}

void kmt_outcome_free(struct kmt_outcome *o)
{
	kmt_vec_free(&o->lines);
	kmt_vec_free(&o->log);
	kmt_arena_free(&o->arena);
}

static const char *line_of(const struct kmt_outcome *o, enum kmt_outcome_role role)
{
	const struct kmt_outcome_line *line;

	kmt_vec_foreach(line, &o->lines) {
		if (line->role == role)
			return line->text;
	}
	return NULL;
}

int kmt_outcome_status(const struct kmt_outcome *o, struct kmt_err *err)
{
	static const enum kmt_err_kind kinds[KMT_OUTCOME_VERDICT_COUNT] = {
		[KMT_OUTCOME_PARTLY] = KMT_ERR_PARTLY,
		[KMT_OUTCOME_FAILED] = KMT_ERR_FAILED,
		[KMT_OUTCOME_NOT_FOUND] = KMT_ERR_NOT_FOUND,
		[KMT_OUTCOME_REFUSED] = KMT_ERR_REFUSED,
	};
	const char *hint = line_of(o, KMT_OUTCOME_HINT), *failure = line_of(o, KMT_OUTCOME_FAILURE);

	if (!kinds[o->verdict])
		return o->verdict == KMT_OUTCOME_PROBLEM;
	kmt_err_set(err, kinds[o->verdict], o->errnum, "%s", failure ? failure : "");
	if (hint)
		kmt_err_hint(err, "%s", hint);
	err->signo = o->signo;
	return -(o->errnum ? o->errnum : ECHILD);
}

const char *kmt_outcome_title(enum kmt_outcome_verdict verdict)
{
	static const char *const titles[KMT_OUTCOME_VERDICT_COUNT] = {
		[KMT_OUTCOME_DONE] = "Done",
		[KMT_OUTCOME_PROBLEM] = "Problem",
		[KMT_OUTCOME_PARTLY] = "Partly done",
		[KMT_OUTCOME_FAILED] = "Failed",
		[KMT_OUTCOME_NOT_FOUND] = "Failed",
		[KMT_OUTCOME_REFUSED] = "Failed",
	};

	return titles[verdict];
}
