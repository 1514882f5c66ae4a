/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning the change of parameters of a module that is there: SETPARAM steps, all of which have a file in
 * sysfs that takes a value, or none. Pure.
 */
#ifndef KMT_PLAN_PARAMS_H
#define KMT_PLAN_PARAMS_H

#include <kmt/model/modfacts.h>
#include <kmt/plan/plan.h>

/* kmt_modfacts_check_param() for each of ARGS; doubts become warnings of PLAN. */
int kmt_plan_check_params(const struct kmt_modfacts *f, const struct kmt_strv *args, struct kmt_plan *plan,
	struct kmt_err *err);

/*
 * Adds a step for each of ARGS, "PARAM=VALUE", which have been checked before. FAILED if the module is not
 * there, REFUSED for a parameter that cannot be written while it is; the hint says what can be done.
 * OPTIONAL: what cannot be written now is left out instead, and told in LATER, a sentence for each.
 */
int kmt_plan_params(const struct kmt_modfacts *f, const struct kmt_strv *args, bool optional,
	struct kmt_strv *later, struct kmt_plan *plan, struct kmt_err *err);

#endif
