/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, in words: from an errno, the kernel's lines of the attempt, the module file and the
 * machine's policy to a cause and the next step. Pure: facts in, text out. The table of cases was
 * measured on real kernels; tests/vm repeats it. Reads nothing, prints nothing.
 */
#ifndef KMT_EXPLAIN_EXPLAIN_H
#define KMT_EXPLAIN_EXPLAIN_H

#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/explain/facts.h>
#include <kmt/check/policy.h>
#include <kmt/plan/plan.h>
#include <kmt/source/procmodules.h>

/* One failed step and all that is known about it. */
struct kmt_failure {
	const struct kmt_step *step;
	int errnum;		/* as in struct kmt_step_result */
	int status;		/* RUN: wait status */
	const struct kmt_strv *lines; /* the kernel's texts of the attempt */
	bool lost_lines;	/* and there were others, which the kernel overwrote */
	const struct kmt_policy *policy;
	const struct kmt_kofile_facts *facts;
	const struct kmt_procmod *loaded; /* the module as the kernel lists it now; NULL if it does not */
};

struct kmt_explanation {
	const char *id;		/* stable name of the cause, for --json: "symbol-crc", "gpl-only-symbol" ... */
	const char *cause;	/* one sentence */
	const char *next;	/* what to do; NULL if nothing is known */
	enum kmt_err_kind kind;	/* REFUSED for what a policy forbids, else FAILED */
};

/* Strings live in ARENA. There is always an answer. */
void kmt_explain(const struct kmt_failure *failure, struct kmt_arena *arena, struct kmt_explanation *out);

/* What the kernel grumbled about while it loaded MODULE, in words: appended to OUT, strings in ARENA. */
void kmt_explain_success(const char *module, const struct kmt_strv *lines, struct kmt_arena *arena,
	struct kmt_strv *out);

/* Whether the kernel logs LINE when it refuses a module. */
bool kmt_explain_is_failure(const char *line);

/* strerror(3), also for the kernel-internal numbers that an init function may return. */
const char *kmt_errno_text(int errnum, struct kmt_arena *arena);

#endif
