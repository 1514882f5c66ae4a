/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Planning the change of "options" lines in modprobe.d: WRITE steps whose values would be the ones that
 * count. Reads below the snapshot's root, writes nothing. */
#ifndef KMT_PLAN_OPTIONS_H
#define KMT_PLAN_OPTIONS_H

#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>

/* Parameters of a module in modprobe.d. */
struct kmt_option_edit {
	const char *module;	/* normal form */
	bool builtin;
	const struct kmt_strv *set, *unset; /* "PARAM=VALUE"; "PARAM" */
	const char *file;	/* as for kmt_edit_file(); NULL: our own */
	const char *version;	/* that SNAP was asked for; NULL: the running kernel */
};

/* Adds the WRITE step to PLAN, or none if the file says so already, and to EFFECTS when it takes effect.
 * SNAP is of the configuration before. REFUSED if another line would count instead. */
int kmt_plan_options(const struct kmt_snapshot *snap, const struct kmt_option_edit *edit,
	struct kmt_strv *effects, struct kmt_plan *plan, struct kmt_err *err);

#endif
