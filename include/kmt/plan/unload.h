/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning `unload`: which modules go, in which order, with which remove commands. Pure.
 *
 * The order is that of modprobe -r: what uses a module goes before it, its post soft dependencies before
 * it, its pre soft dependencies after it. Reference counts are followed over the whole plan, so that
 * --unused-deps finds all that nothing uses any more, not only one level.
 */
#ifndef KMT_PLAN_UNLOAD_H
#define KMT_PLAN_UNLOAD_H

#include <kmt/model/essentials.h>
#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>

struct kmt_unload_request {
	struct kmt_strv targets;   /* names, aliases or files */
	bool dependents;	   /* also every holder, recursively */
	bool unused_deps;	   /* also every dependency that is unused afterwards */
	bool no_config;		   /* as if modprobe.d was empty */
	bool wait;		   /* what is in use may become free: leave that to the executor */
	unsigned int remove_flags; /* KMT_REMOVE_FORCE: what is in use or permanent is planned too */
};

/* Needs LOADED; TREE and CONFIG where they are there. NOT_FOUND for a name that is nowhere; REFUSED for
 * a built-in, a permanent module or one in use: then *IN_USE is the module (in the snapshot), else NULL.
 * On error PLAN is empty. */
int kmt_plan_unload(const struct kmt_snapshot *snap, const struct kmt_unload_request *req,
	struct kmt_plan *plan, const struct kmt_procmod **in_use, struct kmt_err *err);

/* Adds the warnings about every module that PLAN removes: see kmt_essentials_tell(). */
void kmt_plan_unload_warn(const struct kmt_essentials *e, struct kmt_plan *plan);

#endif
