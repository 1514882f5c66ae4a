/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning to unload a module and to load it again, as one plan: the load is planned on the machine as it is
 * when the module is gone. Reads below the snapshot's root, changes nothing.
 */
#ifndef KMT_PLAN_RELOAD_H
#define KMT_PLAN_RELOAD_H

#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>

struct kmt_reload_request {
	const char *target;
	struct kmt_strv params; /* "name=value" or "name", for the target */
	bool dependents;	/* what uses it goes first, and is loaded again in the end */
	const char *version;	/* that the snapshot was asked for; NULL: the running kernel */
};

/* Needs LOADED, TREE and CONFIG. Errors are those of kmt_plan_unload(), with IN_USE, and of kmt_plan_load():
 * what could not be loaded again is not unloaded. On error PLAN is empty. */
int kmt_plan_reload(struct kmt_snapshot *snap, const struct kmt_reload_request *req, struct kmt_plan *plan,
	const struct kmt_procmod **in_use, struct kmt_err *err);
/* Appends the names of what PLAN, made from SNAP, unloads because it uses the target, and loads again in this
 * order. They live as long as the plan. */
void kmt_reload_holders(const struct kmt_snapshot *snap, const struct kmt_plan *plan, struct kmt_strv *out);

#endif
