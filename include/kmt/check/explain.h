/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, in words: from an errno, the kernel's lines of the attempt, the module file and the
 * machine's policy to a cause and the next step. Pure: facts in, text out. The table of cases was
 * measured on real kernels; tests/vm repeats it.
 */
#ifndef KMT_CHECK_EXPLAIN_H
#define KMT_CHECK_EXPLAIN_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/plan/exec.h>

/* What is known about the machine and the file when a load failed. Read before or after the attempt. */
struct kmt_policy {
	bool euid_root;
	bool cap_sys_module;
	int modules_disabled;	/* 0, 1; -1 unknown */
	int sig_enforce;	/* 0, 1; -1 unknown */
	const char *lockdown;	/* "none", "integrity", "confidentiality"; NULL unknown */
	bool module_blacklisted; /* on the kernel command line */
	bool in_container;
};

struct kmt_explanation {
	const char *id;		/* stable name of the cause, for --json: "symbol-crc", "gpl-only-symbol" ... */
	const char *cause;	/* one sentence */
	const char *next;	/* what to do; NULL if nothing is known */
};

struct kmt_step;
struct kmt_kofile_facts; /* check/facts.h: vermagic, licence, imports of the file that failed */

/* Explains one failed step. LINES are the kernel's texts of the attempt. Strings live in ARENA. */
void kmt_explain_step(const struct kmt_step *step, int errnum, const struct kmt_strv *lines,
	const struct kmt_policy *policy, const struct kmt_kofile_facts *facts, struct kmt_arena *arena,
	struct kmt_explanation *out);

#endif
