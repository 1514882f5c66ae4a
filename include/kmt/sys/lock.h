/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One writer at a time. Whoever can open a file can lock it, so the lock is a file of mode 0600: nobody
 * else can hold it. It contains the holder's process id and is removed by the holder; one that a killed
 * process has left is taken over. The code is in sys/file_lock.c.
 */
#ifndef KMT_SYS_LOCK_H
#define KMT_SYS_LOCK_H

#include <stdbool.h>
#include <kmt/base/err.h>
#include <kmt/sys/root.h>

#define KMT_LOCK_NAME ".kmtool-lock"

struct kmt_lock {
	int dirfd, fd;
	bool held;
};

/* Locks the directory DIRFD, which messages call LABEL. Waits up to WAIT_MS for another holder; then
 * -EWOULDBLOCK with a message that names it. */
int kmt_lock_take(struct kmt_lock *lock, int dirfd, const char *label, unsigned int wait_ms,
	struct kmt_err *err);

/* Locks the configuration below ROOT, which lies in several directories. A process that may create no lock
 * file may not change configuration either: it gets 0 and no lock, and is refused when it writes. */
int kmt_lock_config(struct kmt_lock *lock, const struct kmt_root *root, unsigned int wait_ms,
	struct kmt_err *err);

void kmt_lock_release(struct kmt_lock *lock);

#endif
