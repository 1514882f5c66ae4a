/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning `load`: what modprobe would do for these names, with the origin of every step. Reads files
 * below the snapshot's root (whether a module's file is there, what it declares), changes nothing.
 *
 * The order is modprobe's: hard dependencies as modules.dep lists them, each between its soft
 * dependencies, soft dependencies followed recursively until one comes up again. What differs on purpose:
 *  - a module is planned once (modprobe -D prints it again for each way that leads to it, and its second
 *    insertion then finds the module loaded);
 *  - what cannot work is refused before anything is done: a file that is missing, a module or a
 *    dependency that an install line blocks ("install NAME /bin/false"), an alias that only blacklisted
 *    modules answer to, module_blacklist= on the kernel command line, unknown parameters, bad values.
 */
#ifndef KMT_PLAN_LOAD_H
#define KMT_PLAN_LOAD_H

#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>

struct kmt_load_request {
	struct kmt_strv targets;  /* names, aliases or files (kmt_name_is_path()) */
	struct kmt_strv params;	  /* "name=value" or "name", for the targets only */
	const char *cwd;	  /* what relative files are relative to, below the root; NULL: "/" */
	bool no_config;		  /* neither modprobe.d nor the kernel command line */
	bool ignore_loaded;	  /* plan as if nothing were loaded (modprobe -D) */
	const struct kmt_snapshot *before; /* with what is loaded again: its values are kept; NULL: nothing is */
	bool skip_param_check;	  /* do not compare parameters with what the file declares (tests) */
	unsigned int insert_flags; /* KMT_INSERT_*; applies to every insert, as modprobe -f does */
	bool ignore_commands;	  /* kmt_plan_probe(): of the requested module: no install line, no softdeps */
};

/*
 * Needs a snapshot with LOADED, TREE and CONFIG. NOT_FOUND with near names; REFUSED when configuration or
 * the kernel command line blocks a requested module or one that it needs; USAGE for an unknown parameter
 * or a value that its type cannot hold; FAILED for a file that is missing or damaged. On error PLAN is
 * empty; else it owns its strings.
 *
 * Where several modules answer to an alias, none of their steps is required: the plan goes on when one of
 * them does not load, as modprobe does.
 */
int kmt_plan_load(const struct kmt_snapshot *snap, const struct kmt_load_request *req, struct kmt_plan *plan,
	struct kmt_err *err);

struct kmt_lookup_match; /* model/lookup.h */

/*
 * The steps of modprobe itself for the module of MATCH, with nothing left out: each as often as modprobe
 * comes to it, whether the kernel has the module or not (SKIP, BUILTIN: there is no file), install lines
 * whatever they do. Opens no file. The snapshot needs CONFIG, and TREE if there is one; REQ without targets.
 */
int kmt_plan_probe(const struct kmt_snapshot *snap, const struct kmt_lookup_match *match,
	const struct kmt_load_request *req, struct kmt_plan *plan, struct kmt_err *err);

#endif
