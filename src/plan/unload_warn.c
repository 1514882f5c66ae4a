/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/unload.h>

void kmt_plan_unload_warn(const struct kmt_essentials *e, struct kmt_plan *plan)
{
	for (size_t i = 0; i < plan->steps.n; i++) {
		const struct kmt_step *step = &plan->steps.v[i];

		if (step->kind == KMT_STEP_REMOVE || step->kind == KMT_STEP_RUN)
			kmt_essentials_tell(e, step->module, &plan->arena, &plan->warnings);
	}
}
