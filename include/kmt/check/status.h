/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a machine's modules in rows: the kernel and its switches, taint with those who caused it,
 * counts, index, initramfs, and whether a reboot is due. What cannot be read is a row that says why. Reads
 * single files of /proc and /sys below the root; the rest is the caller's.
 */
#ifndef KMT_CHECK_STATUS_H
#define KMT_CHECK_STATUS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/check/policy.h>
#include <kmt/model/initramfs_diff.h>
#include <kmt/model/needs.h>
#include <kmt/model/kernels.h>
#include <kmt/model/snapshot.h>
#include <kmt/sys/kmsg.h>

enum kmt_status_state {
	KMT_STATUS_OK,
	KMT_STATUS_NOTE,    /* worth knowing */
	KMT_STATUS_PROBLEM, /* somebody has to do something */
	KMT_STATUS_UNKNOWN, /* the value says why */
};

struct kmt_status_row {
	const char *item; /* a contract: "kernel", "taint O" */
	enum kmt_status_state state;
	const char *value;
	const char *next;   /* what to do; NULL */
	struct kmt_origin source; /* the file that tells, if it is one */
	struct kmt_strv modules; /* those that it is about */
	struct kmt_strv log;	 /* the lines of the kernel log that it comes from: "[   12.345678] text" */
};

/* What the rows point to is in the arena. */
struct kmt_status {
	KMT_VEC(struct kmt_status_row) rows;
	bool has_problem; /* a row is one */
	struct kmt_arena arena;
};

struct kmt_status_facts {
	const struct kmt_snapshot *snap; /* LOADED, TREE and CONFIG; the tree may be missing */
	const struct kmt_policy *policy;
	const struct kmt_kernels *kernels;
	const struct kmt_initramfs_diff *diff;
	const struct kmt_needs *root; /* of the root filesystem, compared with the image */
	const struct kmt_kmsg_log *log; /* NULL: it cannot be read ... */
	int log_errno;			/* ... for this reason */
	const char *index, *index_note; /* state of the index by name, and why it is not ok */
};

/* Of a kernel that is not the running one only what its files tell. OUT must be empty. */
void kmt_status_find(const struct kmt_status_facts *facts, struct kmt_status *out);

#endif
