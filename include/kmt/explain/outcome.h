/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came of a plan that was run: the verdict, and all there is to tell, line by line. The one place that
 * decides whether a run has failed; the command line, JSON and the browser's dialogs only render it. Reads
 * below the root to explain a failure, prints nothing.
 */
#ifndef KMT_EXPLAIN_OUTCOME_H
#define KMT_EXPLAIN_OUTCOME_H

#include <kmt/explain/explain.h>
#include <kmt/model/snapshot.h>
#include <kmt/plan/exec.h>

enum kmt_outcome_verdict {
	KMT_OUTCOME_DONE,
	KMT_OUTCOME_PROBLEM,   /* every step was done, but the kernel made something else of it */
	KMT_OUTCOME_PARTLY,    /* it ended in the middle, and something of it stays */
	KMT_OUTCOME_FAILED,
	KMT_OUTCOME_NOT_FOUND, /* from here on: failed, and nothing of it stays */
	KMT_OUTCOME_REFUSED,
	KMT_OUTCOME_VERDICT_COUNT,
};

/* What a line is. */
enum kmt_outcome_role {
	KMT_OUTCOME_STEP,	/* what was done, or was done already */
	KMT_OUTCOME_SKIPPED,	/* was requested, and nothing is to be done for it */
	KMT_OUTCOME_WARNING,	/* no failure, but somebody should know */
	KMT_OUTCOME_MISMATCH,	/* a value that the kernel did not take as it was written: a problem */
	KMT_OUTCOME_LOG,	/* the kernel's own line about the failure */
	KMT_OUTCOME_LOG_DONE,	/* the kernel's own line about what it did: for those who want to know more */
	KMT_OUTCOME_OUTPUT,	/* a line that a command printed, if that was collected */
	KMT_OUTCOME_NOTE,
	KMT_OUTCOME_USER,	/* who uses the module that could not be unloaded */
	KMT_OUTCOME_UNDONE,	/* what was taken back */
	KMT_OUTCOME_UNDO_FAILED,
	KMT_OUTCOME_FAILURE,	/* the error: what was not done, and its cause */
	KMT_OUTCOME_HINT,	/* what to do then */
	KMT_OUTCOME_EFFECT,	/* when it takes effect */
};

struct kmt_outcome_line {
	enum kmt_outcome_role role;
	const char *text;
};

struct kmt_outcome {
	enum kmt_outcome_verdict verdict;
	size_t failed; /* the step that ended the run, or was interrupted before; the number of steps if none */
	int errnum;    /* positive errno of the failure */
	int signo;     /* the signal that ended the run; 0 for none */
	struct kmt_explanation why; /* of the failure; id NULL: there is none */
	struct kmt_strv log; /* all lines of the kernel about it; they live in the report */
	KMT_VEC(struct kmt_outcome_line) lines; /* in the order in which they are to be told */
	struct kmt_arena arena;
};

/* A plan that was run. */
struct kmt_run {
	const struct kmt_root *root;
	const struct kmt_snapshot *snap; /* that the plan was made of */
	const struct kmt_plan *plan;
	const struct kmt_report *report;
	int result; /* what kmt_plan_exec() returned */
	struct kmt_policy *policy; /* module_blacklisted is set */
	const struct kmt_strv *effects; /* of the forecast; NULL: none */
};

void kmt_outcome_make(const struct kmt_run *run, struct kmt_outcome *out);
void kmt_outcome_free(struct kmt_outcome *o);

/* The exit status, or -errno with ERR filled, as a command returns it. */
int kmt_outcome_status(const struct kmt_outcome *o, struct kmt_err *err);
const char *kmt_outcome_title(enum kmt_outcome_verdict verdict); /* "Done", "Partly done" ... */

#endif
