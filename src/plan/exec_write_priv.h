/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_PLAN_EXEC_WRITE_H
#define KMT_PLAN_EXEC_WRITE_H

#include <kmt/base/err.h>
#include <kmt/plan/exec.h>
#include <kmt/plan/plan.h>
#include <kmt/sys/root.h>

/* Replaces or removes the file of a WRITE step, if it still holds what the plan was made from: -ESTALE
 * else. -errno with ERR filled. */
int kmt_exec_write(const struct kmt_root *root, const struct kmt_step *step, struct kmt_err *err);

/* Makes the file what it was before the step, if it still is what the step made of it. 0 or -errno. */
int kmt_exec_unwrite(const struct kmt_root *root, const struct kmt_step *step);

int kmt_exec_mkdir(const struct kmt_root *root, const char *path, struct kmt_err *err);
/* The record of changes goes with the directory if nothing else is in it. -ENOTEMPTY. */
int kmt_exec_rmdir(const struct kmt_root *root, const char *path, struct kmt_err *err);

/* Before the first WRITE step: records all of them, and which directories REPORT says were created, so that
 * they can be taken back. */
int kmt_exec_record_undo(const struct kmt_root *root, const struct kmt_plan *plan,
	const struct kmt_report *report, struct kmt_err *err);

#endif
