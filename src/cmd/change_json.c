/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came of a plan, as JSON: the plan's own document with an outcome for each step. */
#include <json.h>

#include <kmt/out/json.h>
#include <kmt/out/plan.h>

#include "change_priv.h"

static struct json_object *failure_json(
	const struct kmt_change *c, size_t failed, const struct kmt_explanation *e)
{
	const struct kmt_step_result *result = &c->report.results.v[failed];
	struct json_object *o = json_object_new_object();
	struct kmt_strv lines = {0};

	kmt_change_lines(c, failed, &lines);
	json_object_object_add(o, "step", kmt_json_u64(failed));
	json_object_object_add(o, "module", kmt_json_string(c->plan.steps.v[failed].module));
	json_object_object_add(o, "errno", kmt_json_u64((uint64_t)result->errnum));
	json_object_object_add(o, "id", kmt_json_string(e->id));
	json_object_object_add(o, "cause", kmt_json_string(e->cause));
	json_object_object_add(o, "next", kmt_json_string(e->next));
	json_object_object_add(o, "log", kmt_json_strings(&lines));
	kmt_vec_free(&lines);
	return o;
}

void kmt_change_json(const struct kmt_change *c, size_t failed, const struct kmt_explanation *e,
	struct json_object *doc)
{
	struct json_object *steps;

	kmt_plan_json(&c->plan, doc);
	json_object_object_get_ex(doc, "steps", &steps);
	for (size_t i = 0; i < c->report.results.n; i++) {
		const struct kmt_step_result *result = &c->report.results.v[i];
		struct json_object *step = json_object_array_get_idx(steps, i);

		json_object_object_add(
			step, "outcome", kmt_json_string(kmt_step_outcome_name(result->outcome)));
		if (c->plan.steps.v[i].kind == KMT_STEP_SETPARAM)
			json_object_object_add(step, "value", kmt_json_string(result->value));
	}
	json_object_object_add(doc, "done", json_object_new_boolean(!e));
	if (c->effects)
		json_object_object_add(doc, "effects", kmt_json_strings(c->effects));
	if (c->add_json)
		c->add_json(c, doc);
	json_object_object_add(doc, "failure", e ? failure_json(c, failed, e) : NULL);
}
