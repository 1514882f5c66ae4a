/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine cannot do without, now or at the next boot (root and other filesystems, swap, network,
 * console, keyboard), and the modules that each depends on: as far as /proc, /sys and /etc/fstab below the
 * root tell.
 */
#ifndef KMT_MODEL_ESSENTIALS_H
#define KMT_MODEL_ESSENTIALS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>

enum kmt_essential_kind {
	KMT_ESSENTIAL_ROOT_TYPE, /* the root filesystem's type */
	KMT_ESSENTIAL_ROOT_DISK, /* where it is: what the initramfs needs to find it */
	KMT_ESSENTIAL_TYPE,	 /* the type of another filesystem that is mounted, or of one in /etc/fstab */
	KMT_ESSENTIAL_DISK,	 /* where it is */
	KMT_ESSENTIAL_SWAP,	 /* a device that is swapped on, or is in /etc/fstab */
	KMT_ESSENTIAL_INTERFACE, /* of the network: one that is up, but lo */
	KMT_ESSENTIAL_SSH,	 /* the interface of the user's connection */
	KMT_ESSENTIAL_CONSOLE,	 /* of the kernel: a serial port, the screen */
	KMT_ESSENTIAL_KEYBOARD,
};

struct kmt_essential {
	enum kmt_essential_kind kind;
	size_t order;		 /* in which it was found */
	const char *name;	 /* "ext4", "/dev/sda1", "/home (/etc/fstab:3)", "sda2", "eth0"; "" of a keyboard */
	const char *detail;	 /* of an interface: its state and addresses; NULL else */
	struct kmt_strv modules; /* normal form */
	struct kmt_strv dirs;	 /* of sysfs, without links: the devices that it is on; none of a type */
	struct kmt_strv deps, users; /* what they need, and which of them needs it */
};

struct kmt_essentials {
	KMT_VEC(struct kmt_essential) rows; /* by kind */
	const struct kmt_snapshot *snap;
	struct kmt_arena arena;
};

/* SSH_INTERFACE: see sys/ssh.h; "" or NULL if there is none. NEXT_BOOT: also /etc/fstab, and what the
 * modules need. Strings live in OUT or as long as SNAP. */
void kmt_essentials_read(const struct kmt_snapshot *snap, const char *ssh_interface, bool next_boot,
	struct kmt_essentials *out);
/* Appends what the machine cannot do without MODULE (normal form), in sentences that begin with it: "ext4 is
 * the root filesystem (ext4)"; if it is loaded, also its devices and interfaces, which no reference count
 * tells of. They live in ARENA. */
void kmt_essentials_tell(const struct kmt_essentials *e, const char *module, struct kmt_arena *arena,
	struct kmt_strv *out);
/* The same for the device at DIR in sysfs, which may be a link: "0000:00:04.0 carries the swap device
 * sda2". */
void kmt_essentials_tell_device(const struct kmt_essentials *e, const char *dir, struct kmt_arena *arena,
	struct kmt_strv *out);
void kmt_essentials_free(struct kmt_essentials *e);

#endif
