/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine cannot do without now (root filesystem, swap, network, keyboard), and the modules that
 * each depends on: as far as /proc and /sys below the root tell. Reads, never judges.
 */
#ifndef KMT_MODEL_ESSENTIALS_H
#define KMT_MODEL_ESSENTIALS_H

#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>

enum kmt_essential_kind {
	KMT_ESSENTIAL_ROOT_TYPE, /* the root filesystem's type */
	KMT_ESSENTIAL_ROOT_DISK, /* where it is */
	KMT_ESSENTIAL_SWAP,	 /* a device below /dev */
	KMT_ESSENTIAL_INTERFACE, /* of the network: one that is up, but lo */
	KMT_ESSENTIAL_SSH,	 /* the interface of the user's connection */
	KMT_ESSENTIAL_KEYBOARD,
};

struct kmt_essential {
	enum kmt_essential_kind kind;
	const char *name;	 /* "ext4", "/dev/sda1", "sda2", "eth0"; "" of a keyboard */
	struct kmt_strv modules; /* in any spelling */
};

struct kmt_essentials {
	KMT_VEC(struct kmt_essential) rows; /* by kind */
	struct kmt_arena arena;
};

/* SSH_INTERFACE: see sys/ssh.h; "" or NULL if there is none. Strings live in OUT or as long as SNAP. */
void kmt_essentials_read(
	const struct kmt_snapshot *snap, const char *ssh_interface, struct kmt_essentials *out);
void kmt_essentials_free(struct kmt_essentials *e);

#endif
