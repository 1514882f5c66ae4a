/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/plan.h>

#include <json.h>

#include <kmt/out/diff.h>
#include <kmt/out/json.h>

static struct json_object *parts_json(const struct kmt_step *step)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < step->n_parts; i++) {
		struct json_object *part = json_object_new_object();

		json_object_object_add(part, "text", kmt_json_string(step->parts[i].text));
		json_object_object_add(part, "origin", kmt_json_origin(&step->parts[i].origin));
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

static struct json_object *step_json(const struct kmt_step *step)
{
	struct json_object *o = json_object_new_object();
	bool skip = step->kind == KMT_STEP_SKIP;

	json_object_object_add(o, "kind", kmt_json_string(kmt_step_kind_name(step->kind)));
	json_object_object_add(o, "module", kmt_json_string(step->module));
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
