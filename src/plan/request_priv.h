/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request on its way to a plan. */
#ifndef KMT_PLAN_REQUEST_PRIV_H
#define KMT_PLAN_REQUEST_PRIV_H

#include <kmt/plan/request.h>

/* Of the snapshot: configuration is edited with a module tree or without. */
#define KMT_PARTS_OF_EDIT (KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG)

struct kmt_planning {
	const struct kmt_request *request;
	const struct kmt_machine *machine;
	const struct kmt_snapshot *snap;
	struct kmt_plan *plan;
	struct kmt_forecast *forecast;
	struct kmt_err *err;
};

/* Those that change configuration files: modprobe.d, modules-load.d, both for UNDO and RESTORE_BACKUP. */
int kmt_plan_config(const struct kmt_planning *p);
int kmt_plan_autoload(const struct kmt_planning *p);
int kmt_plan_undo(const struct kmt_planning *p);
int kmt_plan_restore_backup(const struct kmt_planning *p);

/* UNBIND, OVERRIDE and BIND steps, writes to files of sysfs; and the rule of udev that chooses the driver
 * whenever the device appears. */
int kmt_plan_bind(const struct kmt_planning *p);

/*
 * Compares the configuration as the plan leaves it with that of the snapshot. REFUSED if a line that the plan
 * adds would have no effect (unless ANYWAY: then it is a warning of the plan). Other lines that lose or get
 * their effect by it become warnings of the plan.
 */
int kmt_plan_judge_config(const struct kmt_planning *p, bool anyway);

#endif
