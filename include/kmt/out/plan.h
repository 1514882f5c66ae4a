/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as text: for people, for scripts, as JSON. Pure: appends to a buffer, prints nothing. */
#ifndef KMT_OUT_PLAN_H
#define KMT_OUT_PLAN_H

#include <kmt/base/strbuf.h>
#include <kmt/explain/outcome.h>
#include <kmt/out/lines.h>
#include <kmt/plan/plan.h>

/*
 * For people: the steps numbered and aligned, each with its reason and where that is written, its file,
 * and below it the parameters with the line that each comes from. Dependencies that are there already
 * are summed up at the end. Files that are written are shown as diffs below the steps. Ends with the
 * plan's warnings.
 */
void kmt_plan_lines(const struct kmt_plan *plan, struct kmt_lines *out);
void kmt_plan_text(const struct kmt_plan *plan, const struct kmt_style *style, struct kmt_strbuf *out);

/* Only the diffs of the files that are written. */
void kmt_plan_diff(const struct kmt_plan *plan, const struct kmt_style *style, struct kmt_strbuf *out);

/*
 * For scripts, one step a line, without a heading: kind, module, path, parameters, why, origin; separated
 * by tabs; "-" where there is none. The path of "run" is its command, of "skip" the reason's name. The
 * origin is FILE:LINE; after that of the step follow those of its parameters, separated by commas.
 */
void kmt_plan_raw(const struct kmt_plan *plan, struct kmt_strbuf *out);

/* Adds the members "steps" and "warnings" to DOC (out/json.h). */
struct json_object;
void kmt_plan_json(const struct kmt_plan *plan, struct json_object *doc);
/* The same after a run, with the outcome of each step, and the members "done" and "failure"; "effects" unless
 * EFFECTS is NULL. */
void kmt_outcome_json(const struct kmt_plan *plan, const struct kmt_report *report,
	const struct kmt_outcome *o, const struct kmt_strv *effects, struct json_object *doc);

#endif
