/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running a plan, step by step, through the kernel operations, and telling what happened. When a
 * required step fails, what this run has inserted is removed again in reverse order (unless partial_ok).
 * SIGINT, SIGTERM and SIGHUP stop the run between two steps or after the last, as a failure does; so does
 * whoever watches it, but for the last. Decides
 * nothing that the plan has decided, explains nothing (explain/explain does), prints nothing.
 */
#ifndef KMT_PLAN_EXEC_H
#define KMT_PLAN_EXEC_H

#include <kmt/plan/plan.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/kmsg.h>
#include <kmt/sys/root.h>

enum kmt_step_outcome {
	KMT_STEP_NOT_RUN,   /* an earlier step failed */
	KMT_STEP_SKIPPED,   /* nothing was to be done (SKIP) */
	KMT_STEP_DONE,
	KMT_STEP_ALREADY,   /* somebody else did it meanwhile: inserted (EEXIST), removed (ENOENT) */
	KMT_STEP_FAILED,
	KMT_STEP_UNDONE,    /* was done and rolled back */
	KMT_STEP_UNDO_FAILED,
	KMT_STEP_OUTCOME_COUNT,
};

struct kmt_step_result {
	enum kmt_step_outcome outcome;
	int errnum;		/* positive errno of the failed operation, or of the failed removal of
				   UNDO_FAILED; KMT_KERNEL_KILLED: the kernel crashed in init; 0 for
				   a command that ran and failed */
	int status;		/* RUN: wait status */
	const char *output;	/* RUN: what the command printed, if it was to be collected; NULL else */
	const char *value;	/* SETPARAM, done: what the kernel shows since; NULL if it cannot be read. BIND: the
				   driver that the device has since; NULL if none */
	const char *detail;	/* what failed before the kernel was asked, NULL if it was asked */
	size_t log_first, log_n; /* the kernel's lines of this attempt: records in report.log */
};

struct kmt_report {
	KMT_VEC(struct kmt_step_result) results; /* one per step of the plan */
	struct kmt_kmsg_log log;
	int log_errnum;		/* why the kernel log could not be read; 0 if it could */
	size_t failed_step;	/* index of the required step that ended the run; == results.n if none */
	int interrupted;	/* the signal that ended the run in or before failed_step; 0 if none did */
	bool cancelled;		/* whoever watches ended it, likewise */
};

/* Whoever looks on while a plan runs. */
struct kmt_exec_watch {
	void (*step)(void *ctx, size_t i); /* step I begins */
	bool (*cancelled)(void *ctx);	   /* asked before each step, and while one is tried again: ends the run */
	void *ctx;
};

struct kmt_exec_options {
	bool partial_ok;	/* keep what was loaded when a later step fails */
	bool collect;		/* what commands print goes into the report, and they have nothing to read */
	const struct kmt_exec_watch *watch; /* NULL: nobody */
	unsigned int wait_ms;	/* retry what is busy, for at most this long in the whole run */
};

/* Whether this process may write what STEP, an edit or a live one, writes: 0, or -errno with ERR. */
int kmt_step_may_write(const struct kmt_root *root, const struct kmt_step *step, struct kmt_err *err);

const char *kmt_step_outcome_name(enum kmt_step_outcome outcome); /* "not-run", "done" ... */

/* Whether a file that PLAN writes is not what it was any more when the plan was made. */
bool kmt_plan_is_stale(const struct kmt_plan *plan, const struct kmt_root *root);
/* Returns 0 if every required step was done; else -errno of the failed one, -EINTR after a signal,
 * -ESTALE if a file was changed meanwhile. The
 * report is filled in either case; the caller explains it through explain/explain and frees it. */
int kmt_plan_exec(const struct kmt_plan *plan, struct kmt_kernel *kernel, const struct kmt_root *root,
	const struct kmt_exec_options *opts, struct kmt_report *report);
void kmt_report_free(struct kmt_report *report);

#endif
