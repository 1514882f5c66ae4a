/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the kernel has the key of a signature. It looks for keys of modules in .secondary_trusted_keys,
 * which includes .builtin_trusted_keys and .machine; kernels of some distributions then look in .platform.
 * Which keys these hold is told by source/kernelkeys.h in parts only: "cannot tell" is a usual answer.
 */
#ifndef KMT_CHECK_KEYS_H
#define KMT_CHECK_KEYS_H

#include <kmt/base/vec.h>
#include <kmt/source/kernelkeys.h>
#include <kmt/source/signature.h>

enum kmt_key_state {
	KMT_KEY_CANNOT_TELL,
	KMT_KEY_KNOWN,
	KMT_KEY_MISSING,
	KMT_KEY_REVOKED,
};

struct kmt_key_answer {
	enum kmt_key_state state;
	const char *why; /* a clause: "its key id 36d61fbc is listed in /proc/keys" */
};

struct kmt_learned_key {
	struct kmt_signer signer;
	bool known;
};

/* All zero is valid: nothing is known. */
struct kmt_keyring {
	struct kmt_kernelkeys kernel;
	struct kmt_certs certs; /* PLACE is enum kmt_cert_place */
	KMT_VEC(struct kmt_learned_key) learned;
};

/* What the machine tells. Without libcrypto the firmware's certificates are left out. RING must be empty. */
void kmt_keyring_read(const struct kmt_root *root, struct kmt_keyring *ring);
/* Adds the certificates in the file at the absolute PATH (--cert): to verify with, and for their key ids. */
int kmt_keyring_add_cert(
	struct kmt_keyring *ring, const struct kmt_root *root, const char *path, struct kmt_err *err);
/* A module that SIGNER has signed is loaded: without the taint E the kernel has the key, else it has not. */
void kmt_keyring_learn(struct kmt_keyring *ring, const struct kmt_signer *signer, bool known);
void kmt_keyring_free(struct kmt_keyring *ring);

/* Texts live in ARENA. */
void kmt_keyring_ask(const struct kmt_keyring *ring, const struct kmt_signer *signer, struct kmt_arena *arena,
	struct kmt_key_answer *out);

#endif
