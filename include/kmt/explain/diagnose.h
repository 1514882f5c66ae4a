/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * After a plan was run: collects what is known of a failed step (the kernel's lines, the file, the
 * machine's policy, the module as it is now) and has it explained. Reads below the root, prints nothing.
 */
#ifndef KMT_EXPLAIN_DIAGNOSE_H
#define KMT_EXPLAIN_DIAGNOSE_H

#include <kmt/explain/explain.h>
#include <kmt/model/snapshot.h>
#include <kmt/plan/exec.h>

struct kmt_diagnose {
	const struct kmt_root *root;
	const struct kmt_snapshot *snap; /* that the plan was made of */
	const struct kmt_plan *plan;
	const struct kmt_report *report;
	struct kmt_policy *policy; /* module_blacklisted is set */
};

/* Strings live in ARENA. There is always an answer. */
void kmt_diagnose_step(const struct kmt_diagnose *d, size_t step, struct kmt_arena *arena,
	struct kmt_explanation *out);

/* The kernel's own lines of a step (not what programs wrote into the log): appended to OUT. */
void kmt_diagnose_lines(const struct kmt_report *report, size_t step, struct kmt_strv *out);

#endif
