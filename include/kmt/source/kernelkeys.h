/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys that the kernel checks signatures with, as far as it tells of them.
 *
 * /proc/keys (security/keys/proc.c, crypto/asymmetric_keys/asymmetric_type.c) shows only those that the
 * reader may see, which for the kernel's own takes root, and not which keyring they are in:
 *	SERIAL FLAGS USAGE TIMEOUT PERM UID GID TYPE DESCRIPTION
 *	1f2e3d4c I------ 1 perm 1f030000 0 0 asymmetri Example: Module key: 36d6...: X509.rsa 01020304 []
 * The hex digits after the subject are the subject key id, whose last four bytes come again after the
 * algorithm; for a certificate without one they are its serial number, and nothing comes again.
 *
 * The variables db, dbx, MokListRT and MokListXRT of UEFI and shim are lists of signatures
 * (EFI_SIGNATURE_LIST, UEFI 32.4), out of which the kernel takes certificates while it boots
 * (security/integrity/platform_certs/load_uefi.c).
 */
#ifndef KMT_SOURCE_KERNELKEYS_H
#define KMT_SOURCE_KERNELKEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

struct kmt_listed_key {
	const char *subject; /* "O: CN", or what the person who added it called it */
	const unsigned char *id;
	size_t id_n;	 /* 0: not told */
	bool id_is_serial; /* ID is the serial number: the certificate has no subject key id */
	unsigned char tail[4]; /* the end of the subject key id */
	size_t tail_n;
	bool added; /* by a process: it may be in any keyring */
};

enum kmt_cert_place {
	KMT_CERT_GIVEN,	  /* by the person */
	KMT_CERT_DB,	  /* of the firmware: .platform */
	KMT_CERT_MOK,	  /* enrolled with mokutil: .machine, or .platform */
	KMT_CERT_REVOKED, /* dbx and MokListXRT: .blacklist */
};

struct kmt_firmware_cert {
	enum kmt_cert_place place;
	const char *from;	   /* "MokListRT" */
	const unsigned char *data; /* DER, as it stands there: not checked */
	size_t n;
};

struct kmt_kernelkeys {
	bool listed;	  /* the kernel's own keyrings can be seen: KEYS are all that it has */
	bool has_machine; /* there are keys in .machine */
	KMT_VEC(struct kmt_listed_key) keys;
	KMT_VEC(struct kmt_firmware_cert) certs;
	/* 0, 1; -1: unknown, or no UEFI. */
	int secure_boot, setup_mode;
	int mok_insecure; /* shim was told not to check */
	struct kmt_arena arena;
};

/* What cannot be read is left out. OUT must be empty. */
void kmt_kernelkeys_read(const struct kmt_root *root, struct kmt_kernelkeys *out);
void kmt_kernelkeys_free(struct kmt_kernelkeys *keys);

/* Whether the kernel considers itself booted securely, and so believes MokListRT: 0, 1; -1 unknown. */
int kmt_kernelkeys_secure_boot(const struct kmt_kernelkeys *keys);

#endif
