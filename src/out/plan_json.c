/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/plan.h>

#include <json.h>

#include <kmt/check/check.h>
#include <kmt/out/textdiff.h>
#include <kmt/out/json.h>

static struct json_object *parts_json(const struct kmt_step *step)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < step->n_parts; i++) {
		struct json_object *part = json_object_new_object();

		json_object_object_add(part, "text", kmt_json_string(step->parts[i].text));
		json_object_object_add(part, "origin", kmt_json_origin(&step->parts[i].origin));
		json_object_object_add(part, "kept", json_object_new_boolean(step->parts[i].kept));
		json_object_object_add(part, "was", kmt_json_string(step->parts[i].was));
		json_object_array_add(array, part);
	}
	return array;
}

/* What a WRITE step changes, as a unified diff. */
static struct json_object *diff_json(const struct kmt_step *step)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_write *w = step->write;

	if (step->kind != KMT_STEP_WRITE)
		return NULL;
	kmt_diff(&(struct kmt_diff_side){step->path, w->absent ? NULL : w->old, w->old_n},
		&(struct kmt_diff_side){step->path, w->data, w->n}, NULL, &text);
	return kmt_json_string(kmt_strbuf_str(&text));
}

static struct json_object *restore_json(const struct kmt_step *restore)
{
	struct json_object *o = restore ? json_object_new_object() : NULL;

	if (restore) {
		json_object_object_add(o, "path", kmt_json_string(restore->path));
		json_object_object_add(o, "parameters", kmt_json_string(restore->params));
	}
	return o;
}

/* Only what is not as it should be. */
static struct json_object *check_json(const struct kmt_check_verdict *check)
{
	struct json_object *o, *lines;
	const struct kmt_check_line *line;

	if (!check)
		return NULL;
	o = json_object_new_object();
	lines = json_object_new_array();
	kmt_vec_foreach (line, &check->lines) {
		struct json_object *row;

		if (line->result == KMT_CHECK_PASS)
			continue;
		row = json_object_new_object();
		json_object_object_add(row, "test", kmt_json_string(line->test));
		json_object_object_add(row, "result", kmt_json_string(kmt_check_result_name(line->result)));
		json_object_object_add(row, "id", kmt_json_string(line->id));
		json_object_object_add(row, "errno", line->errnum ? kmt_json_u64((uint64_t)line->errnum) : NULL);
		json_object_object_add(row, "evidence", kmt_json_string(line->evidence));
		json_object_object_add(row, "fix", kmt_json_string(line->fix));
		json_object_array_add(lines, row);
	}
	json_object_object_add(o, "verdict", kmt_json_string(kmt_check_verdict_name(check->result)));
	json_object_object_add(o, "lines", lines);
	return o;
}

static struct json_object *step_json(const struct kmt_step *step)
{
	struct json_object *o = json_object_new_object();
	bool skip = step->kind == KMT_STEP_SKIP;

	json_object_object_add(o, "kind", kmt_json_string(kmt_step_kind_name(step->kind)));
	json_object_object_add(o, "module", kmt_json_string(step->module));
	json_object_object_add(o, "device", step->device ? kmt_json_string(kmt_step_device_name(step)) : NULL);
	json_object_object_add(o, "driver", kmt_json_string(step->driver));
	json_object_object_add(o, "path", kmt_json_string(step->path));
	json_object_object_add(o, "command", kmt_json_string(step->command));
	json_object_object_add(o, "parameters", kmt_json_string(step->params));
	json_object_object_add(o, "parameter_origins", parts_json(step));
	json_object_object_add(o, "why", kmt_json_string(kmt_why_name(step->why)));
	json_object_object_add(o, "because_of", kmt_json_string(step->because_of));
	json_object_object_add(o, "origin", kmt_json_origin(&step->origin));
	json_object_object_add(o, "skip", skip ? kmt_json_string(kmt_skip_name(step->skip)) : NULL);
	json_object_object_add(o, "reason", kmt_json_string(step->reason));
	json_object_object_add(o, "diff", diff_json(step));
	json_object_object_add(o, "restore", restore_json(step->restore));
	json_object_object_add(o, "check", check_json(step->check));
	json_object_object_add(o, "required", json_object_new_boolean(step->required));
	return o;
}

void kmt_plan_json(const struct kmt_plan *plan, struct json_object *doc)
{
	struct json_object *steps = json_object_new_array();
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		json_object_array_add(steps, step_json(step));
	}
	json_object_object_add(doc, "steps", steps);
	json_object_object_add(doc, "warnings", kmt_json_strings(&plan->warnings));
}

static struct json_object *failure_json(
	const struct kmt_plan *plan, const struct kmt_report *report, const struct kmt_outcome *o)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "step", kmt_json_u64(o->failed));
	json_object_object_add(obj, "module", kmt_json_string(plan->steps.v[o->failed].module));
	json_object_object_add(obj, "errno", kmt_json_u64((uint64_t)report->results.v[o->failed].errnum));
	json_object_object_add(obj, "id", kmt_json_string(o->why.id));
	json_object_object_add(obj, "cause", kmt_json_string(o->why.cause));
	json_object_object_add(obj, "next", kmt_json_string(o->why.next));
	json_object_object_add(obj, "log", kmt_json_strings(&o->log));
	return obj;
}

void kmt_outcome_json(const struct kmt_plan *plan, const struct kmt_report *report,
	const struct kmt_outcome *o, const struct kmt_strv *effects, struct json_object *doc)
{
	struct json_object *steps;

	kmt_plan_json(plan, doc);
	json_object_object_get_ex(doc, "steps", &steps);
	for (size_t i = 0; i < report->results.n; i++) {
		const struct kmt_step_result *result = &report->results.v[i];
		struct json_object *step = json_object_array_get_idx(steps, i);

		json_object_object_add(
			step, "outcome", kmt_json_string(kmt_step_outcome_name(result->outcome)));
		if (plan->steps.v[i].kind == KMT_STEP_SETPARAM || plan->steps.v[i].kind == KMT_STEP_BIND)
			json_object_object_add(step, "value", kmt_json_string(result->value));
	}
	json_object_object_add(doc, "done", json_object_new_boolean(!o->why.id));
	if (effects)
		json_object_object_add(doc, "effects", kmt_json_strings(effects));
	json_object_object_add(doc, "failure", o->why.id ? failure_json(plan, report, o) : NULL);
}
