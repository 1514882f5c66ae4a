/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving one module file to the kernel, packed or not. The kernel unpacks one algorithm where it can
 * (/sys/module/compression, since 5.17), but not everything that this algorithm can do: xz without
 * CRC32 check is refused. Then it is unpacked here.
 */
#ifndef KMT_PLAN_EXEC_INSERT_H
#define KMT_PLAN_EXEC_INSERT_H

#include <kmt/plan/plan.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/kmsg.h>
#include <kmt/sys/root.h>

struct kmt_inserter {
	struct kmt_kernel *kernel;
	const struct kmt_root *root;
	struct kmt_kmsg *kmsg;	  /* what the kernel says of an attempt ... */
	struct kmt_kmsg_log *log; /* ... is added here */
};

/* Returns 0 or -errno. ERR is filled only when the kernel was not asked: the file cannot be read or
 * unpacked. */
int kmt_exec_insert(const struct kmt_inserter *in, const struct kmt_step *step, struct kmt_err *err);

#endif
