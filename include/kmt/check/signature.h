/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the kernel would take a module, as far as signatures and the switches about them decide, before
 * anybody tries. The one place that decides it. The order of reasons is that of init_module(2):
 * modules_disabled, the signature (module_sig_check() in kernel/module), module_blacklist=.
 */
#ifndef KMT_CHECK_SIGNATURE_H
#define KMT_CHECK_SIGNATURE_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/check/keys.h>
#include <kmt/check/policy.h>

enum kmt_seal {
	KMT_SEAL_NONE,
	KMT_SEAL_DAMAGED,
	KMT_SEAL_OLD,	/* a format from before Linux 4.3 */
	KMT_SEAL_PKCS7,
};

/* What is known of a file's signature. */
struct kmt_sigfacts {
	enum kmt_seal seal;
	bool verified;		   /* CHECK is filled: libcrypto is there */
	struct kmt_verification check;
	struct kmt_key_answer key; /* of all signers: revoked if one is, else known if one is */
	bool forced;		   /* --force-*: the kernel does not look at the signature then */
};

/* Verifies the signature of the open file against RING's certificates, and asks RING for the key. What OUT
 * points to lives in ARENA. A file without a signature, or with a damaged one, is no failure. */
int kmt_sigfacts_read(struct kmt_kofile *ko, const struct kmt_keyring *ring, struct kmt_arena *arena,
	struct kmt_sigfacts *out, struct kmt_err *err);

enum kmt_answer {
	KMT_ANSWER_LOADS,
	KMT_ANSWER_TAINTS,  /* it loads, and taints the kernel */
	KMT_ANSWER_DEPENDS, /* on the keys of the kernel */
	KMT_ANSWER_REFUSED,
};

struct kmt_sigverdict {
	enum kmt_answer answer;
	int errnum;	  /* REFUSED: what the kernel gives; DEPENDS: if it comes to that */
	const char *text;   /* a sentence; lives in the arena, as what follows */
	const char *reason; /* the same without the answer and the full stop */
};

/* POLICY's module_blacklisted is of this module. */
void kmt_check_signature(const struct kmt_policy *policy, const struct kmt_sigfacts *facts,
	struct kmt_arena *arena, struct kmt_sigverdict *out);

#endif
