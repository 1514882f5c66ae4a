/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans that say whether the kernel would take what they insert. Reads below the root, changes nothing. */
#ifndef KMT_PLAN_VERDICT_H
#define KMT_PLAN_VERDICT_H

#include <kmt/check/check.h>
#include <kmt/plan/plan.h>

/* Fills the verdict of each step that inserts a module; what earlier steps insert counts as loaded. */
void kmt_plan_check(struct kmt_plan *plan, const struct kmt_snapshot *snap, const struct kmt_policy *policy);

#endif
