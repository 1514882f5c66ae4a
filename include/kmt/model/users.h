/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who uses a loaded module. The kernel keeps a number, not a list: what can be found are holders,
 * mounts, swap, block devices, bound devices, network interfaces and processes that have a device of the
 * module open. Says how much of the number that explains. Reads below the root, changes nothing.
 */
#ifndef KMT_MODEL_USERS_H
#define KMT_MODEL_USERS_H

#include <stdbool.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>

enum kmt_user_kind {
	KMT_USER_MODULE,	/* another module: a holder */
	KMT_USER_MOUNT,		/* a mounted filesystem */
	KMT_USER_SWAP,		/* swap on one of its devices */
	KMT_USER_STACKED,	/* a dm, md or loop device on one of its devices, a file behind a loop device */
	KMT_USER_PROCESS,	/* has one of its device nodes open */
	KMT_USER_DEVICE,	/* a device that one of its drivers is bound to */
	KMT_USER_INTERFACE,	/* a network interface */
	KMT_USER_COUNT,
};

struct kmt_user {
	enum kmt_user_kind kind;
	const char *what;	/* "/mnt", "eth0", "/dev/km_busy", "pci 0000:00:03.0", a module */
	const char *detail;	/* device, driver, process name, state and addresses; NULL if there is none */
	unsigned int pid;	/* PROCESS */
	bool counts;		/* one of the references; else it only goes away with the module */
};

struct kmt_users {
	KMT_VEC(struct kmt_user) rows; /* by kind */
	int64_t refs;		/* what the kernel counts */
	bool refs_unknown;	/* it was built without unloading, and counts nothing */
	int64_t unexplained;	/* references that none of the rows stands for */
	size_t hidden;		/* processes whose files this user may not see */
	struct kmt_arena arena;
};

const char *kmt_user_kind_name(enum kmt_user_kind kind); /* "module", "mount" ... */

/* Finds all users of MOD. The snapshot's tree, where it is there, tells which module a filesystem is. */
void kmt_users_find(const struct kmt_snapshot *snap, const struct kmt_procmod *mod, struct kmt_users *out);
/* Only what MOD drives, which counts for no reference: devices and interfaces. */
void kmt_users_find_driven(
	const struct kmt_snapshot *snap, const struct kmt_procmod *mod, struct kmt_users *out);
void kmt_users_free(struct kmt_users *users);

/* Appends the modules that may have the filesystem TYPE ("ext4", "fuse.sshfs"): the one of its name, and
 * those of the alias fs-TYPE, if there is a tree. Strings live in ARENA or as long as the snapshot. */
void kmt_filesystem_modules(const struct kmt_snapshot *snap, const char *type, struct kmt_arena *arena,
	struct kmt_strv *out);

#endif
