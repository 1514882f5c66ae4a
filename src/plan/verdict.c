/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/verdict.h>

#include <string.h>

#include <kmt/base/alloc.h>

/* The plan owns what its steps point to. */
static const struct kmt_check_verdict *keep(struct kmt_plan *plan, struct kmt_check_verdict *v)
{
	struct kmt_check_verdict *kept = KMT_ARENA_NEW(&plan->arena, struct kmt_check_verdict);
	size_t size = v->lines.n * sizeof(*v->lines.v);

	kept->result = v->result;
	kept->lines.n = v->lines.n;
	kept->lines.v = kmt_arena_alloc(&plan->arena, size);
	memcpy(kept->lines.v, v->lines.v, size);
	if (v->cause)
		kept->cause = kept->lines.v + (v->cause - v->lines.v);
	kmt_arena_adopt(&plan->arena, &v->arena);
	kmt_check_verdict_free(v);
	return kept;
}

void kmt_plan_check(
	struct kmt_plan *plan, const struct kmt_snapshot *snap, const struct kmt_policy *policy)
{
	struct kmt_check_env *env = kmt_check_env_new(snap, policy);
	struct kmt_checker *checker = kmt_checker_new(env);
	struct kmt_step *step;

	kmt_vec_foreach (step, &plan->steps) {
		struct kmt_check_verdict verdict = {0};
		const struct kmt_check_subject subject = {.name = step->module,
			.path = step->path,
			.fd = step->file && step->file->fd >= 0 ? &step->file->fd : NULL,
			.params = step->params,
			.flags = step->flags,
			.planned = true, .brief = true};

		/* What a command loads is not known. */
		if (step->kind == KMT_STEP_RUN)
			break;
		if (step->kind != KMT_STEP_INSERT)
			continue;
		kmt_check_module(checker, &subject, &verdict);
		step->check = keep(plan, &verdict);
		kmt_check_env_insert(env, step->module, step->path);
	}
	kmt_checker_free(checker);
	kmt_check_env_free(env);
}
