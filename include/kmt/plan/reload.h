/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning to unload modules and to load them again, as one plan: the load is planned on the machine as it is
 * when they are gone. They keep the values of their parameters; if a step fails, the executor loads what was
 * loaded before. Reads below the snapshot's root, changes nothing.
 */
#ifndef KMT_PLAN_RELOAD_H
#define KMT_PLAN_RELOAD_H

#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>

struct kmt_reload_request {
	struct kmt_strv targets; /* names, aliases or files; what a file has in it replaces the loaded build */
	struct kmt_strv params;	 /* "name=value" or "name", for the targets */
	const char *cwd;	 /* as in struct kmt_load_request */
	bool dependents;	 /* what uses them goes first, and is loaded again in the end */
	bool wait;		 /* as in struct kmt_unload_request */
	const char *version;	 /* that the snapshot was asked for; NULL: the running kernel */
};

/* Needs LOADED, TREE and CONFIG. Errors are those of kmt_plan_unload(), with IN_USE, and of kmt_plan_load():
 * what could not be loaded again is not unloaded. On error PLAN is empty. */
int kmt_plan_reload(const struct kmt_snapshot *snap, const struct kmt_reload_request *req,
	struct kmt_plan *plan, const struct kmt_procmod **in_use, struct kmt_err *err);

#endif
