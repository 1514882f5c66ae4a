/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A backup of what people configured: the files of /etc/modprobe.d and /etc/modules-load.d that are read,
 * whole. The request RESTORE_BACKUP plans the way back to it.
 */
#ifndef KMT_PLAN_BACKUP_H
#define KMT_PLAN_BACKUP_H

#include <stddef.h>
#include <kmt/base/err.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/root.h>

/* Appends the backup, of *N files. All of them can be read, or it fails. */
int kmt_backup_make(const struct kmt_root *root, struct kmt_strbuf *out, size_t *n, struct kmt_err *err);

#endif
