/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the kernel would take a module, as far as signatures and its switches decide, before anybody
 * tries. Which keys the kernel knows is not asked: what the loaded module taints may tell. Pure; the order
 * of reasons is that of load_module() in kernel/module.
 */
#ifndef KMT_CHECK_ADMISSION_H
#define KMT_CHECK_ADMISSION_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/check/policy.h>

enum kmt_seal {
	KMT_SEAL_NONE,
	KMT_SEAL_DAMAGED,
	KMT_SEAL_OLD,	/* a format from before Linux 4.3 */
	KMT_SEAL_PKCS7,
};

/* What the taint letters of the module say while it is loaded. */
enum kmt_key_state {
	KMT_KEY_NOT_KNOWN, /* it is not loaded, or was made from another file */
	KMT_KEY_GOOD,
	KMT_KEY_BAD,
};

enum kmt_answer {
	KMT_ANSWER_LOADS,
	KMT_ANSWER_TAINTS,  /* it loads, and taints the kernel */
	KMT_ANSWER_DEPENDS, /* on the keys of the kernel */
	KMT_ANSWER_REFUSED,
};

struct kmt_admission {
	enum kmt_answer answer;
	const char *text; /* a sentence; lives in the arena */
	const char *reason; /* the same without the answer and the full stop */
};

void kmt_admission_judge(const struct kmt_policy *policy, enum kmt_seal seal, enum kmt_key_state key,
	struct kmt_arena *arena, struct kmt_admission *out);

#endif
