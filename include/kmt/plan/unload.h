/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Planning `unload`: which modules go, in which order, with which remove commands. Pure. */
#ifndef KMT_PLAN_UNLOAD_H
#define KMT_PLAN_UNLOAD_H

#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>

struct kmt_unload_request {
	struct kmt_strv targets;   /* names or files */
	bool dependents;	   /* also every holder, recursively */
	bool unused_deps;	   /* also every dependency that is unused afterwards */
	bool no_config;		   /* no remove commands and soft dependencies of modprobe.d */
	unsigned int remove_flags; /* KMT_REMOVE_FORCE: in-use checks are skipped */
};

/* Needs LOADED; TREE and CONFIG where they are there. NOT_FOUND for a name that is nowhere; REFUSED for
 * a built-in, a permanent module or one in use (the message lists the holders). */
int kmt_plan_unload(struct kmt_snapshot *snap, const struct kmt_unload_request *req, struct kmt_plan *plan,
	struct kmt_err *err);

#endif
