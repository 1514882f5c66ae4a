/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Planning `load`: what modprobe would do for these names, with the origin of every step. Pure. */
#ifndef KMT_PLAN_LOAD_H
#define KMT_PLAN_LOAD_H

#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>

struct kmt_load_request {
	struct kmt_strv targets;  /* names, aliases or files */
	struct kmt_strv params;	  /* "name=value" or "name", for the targets only */
	bool no_config;		  /* neither modprobe.d nor the kernel command line */
	bool ignore_loaded;	  /* plan as if nothing were loaded (modprobe -D) */
	bool skip_param_check;	  /* do not compare parameters with what the file declares (tests) */
	unsigned int insert_flags; /* KMT_INSERT_*; applies to every insert, as modprobe -f does */
};

/* Needs a snapshot with LOADED, TREE and CONFIG. NOT_FOUND with near names; REFUSED when configuration
 * blocks a requested module; USAGE for an unknown parameter or a value that its type cannot hold (names
 * what is known). On error nothing was planned. */
int kmt_plan_load(struct kmt_snapshot *snap, const struct kmt_load_request *req, struct kmt_plan *plan,
	struct kmt_err *err);

#endif
