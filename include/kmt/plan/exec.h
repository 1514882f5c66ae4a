/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running a plan, step by step, through the kernel operations, and telling what happened. When a
 * required step fails, what this run has inserted is removed again in reverse order (unless partial_ok).
 */
#ifndef KMT_PLAN_EXEC_H
#define KMT_PLAN_EXEC_H

#include <kmt/plan/plan.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/kmsg.h>
#include <kmt/sys/root.h>

enum kmt_step_outcome {
	KMT_STEP_NOT_RUN,   /* an earlier step failed */
	KMT_STEP_DONE,
	KMT_STEP_ALREADY,   /* somebody else did it meanwhile: inserted (EEXIST), removed (ENOENT) */
	KMT_STEP_FAILED,
	KMT_STEP_UNDONE,    /* was done and rolled back */
	KMT_STEP_UNDO_FAILED,
};

struct kmt_step_result {
	enum kmt_step_outcome outcome;
	int errnum;		/* positive errno of the failed operation */
	int status;		/* RUN: wait status */
	size_t log_first, log_n; /* the kernel's lines of this attempt: records in report.log */
};

struct kmt_report {
	KMT_VEC(struct kmt_step_result) results; /* one per step of the plan */
	struct kmt_kmsg_log log;
	int log_errnum;		/* why the kernel log could not be read; 0 if it could */
	size_t failed_step;	/* index of the required step that ended the run; == results.n if none */
};

struct kmt_exec_options {
	bool partial_ok;	/* keep what was loaded when a later step fails */
	unsigned int wait_ms;	/* unload: retry while busy, for at most this long */
};

/* Returns 0 if every required step was done; else -errno of the failed one (err stays untouched: the
 * caller explains the report through check/explain). */
int kmt_plan_exec(const struct kmt_plan *plan, struct kmt_kernel *kernel, const struct kmt_root *root,
	const struct kmt_exec_options *opts, struct kmt_report *report);
void kmt_report_free(struct kmt_report *report);

#endif
