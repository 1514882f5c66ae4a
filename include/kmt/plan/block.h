/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A block that holds: "blacklist", "install NAME /bin/false", and an empty "softdep NAME pre:", without
 * which modprobe leaves the install line out for a module that ships soft dependencies. They are in a
 * file of their own, which sorts before modules.softdep, so that it is taken away as it came. And the proof:
 * each way that leads to the module is planned with the configuration as it is then.
 */
#ifndef KMT_PLAN_BLOCK_H
#define KMT_PLAN_BLOCK_H

#include <kmt/base/name.h>
#include <kmt/model/initramfs_diff.h>
#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>

/* Adds the WRITE step for module NAME (normal form), or none if the file is there already. SNAP is of the
 * configuration before. The file's name is chosen so that no other line for NAME comes before it, where one
 * that begins with "00-kmtool-" can do that. */
int kmt_plan_block(
	const struct kmt_snapshot *snap, const char *name, struct kmt_plan *plan, struct kmt_err *err);

/* Whether ARG is a module of the tree that a block can keep out; NAME becomes its normal form. REFUSED for
 * one that is built in, USAGE for an alias, NOT_FOUND. Without a tree every name will do. */
int kmt_block_name(
	const struct kmt_snapshot *snap, const char *arg, char name[KMT_NAME_MAX], struct kmt_err *err);

/* Whether our own file is there that blocks NAME (normal form). */
bool kmt_block_is_there(const struct kmt_snapshot *snap, const char *name);

/* Takes our own lines away, and only them. REFUSED, with FILE:LINE, if only lines of somebody else block
 * NAME; a warning of the plan if such lines stay. */
int kmt_plan_unblock(
	const struct kmt_snapshot *snap, const char *name, struct kmt_plan *plan, struct kmt_err *err);

enum kmt_way {
	KMT_WAY_NAME,	    /* modprobe NAME */
	KMT_WAY_ALIAS,	    /* whatever the module answers to */
	KMT_WAY_DEPENDENCY, /* a module that needs it */
	KMT_WAY_SOFTDEP,    /* a module that has it as a soft dependency */
	KMT_WAY_UDEV,	    /* udev and systemd: they obey blacklist lines for names, too */
	KMT_WAY_KERNEL,	    /* a request of the kernel: filesystems, protocols, algorithms */
	KMT_WAY_PROVEN,	    /* how many of them a block closes; those that follow it cannot */
	KMT_WAY_INSMOD = KMT_WAY_PROVEN,
	KMT_WAY_BUSYBOX,    /* a modprobe that knows no install lines */
	KMT_WAY_INITRAMFS,
	KMT_WAY_LOADED,	    /* it is loaded now */
	KMT_WAY_COUNT,
};

enum kmt_verdict { KMT_VERDICT_CLOSED, KMT_VERDICT_OPEN, KMT_VERDICT_UNKNOWN };

struct kmt_way_row {
	enum kmt_way way;
	enum kmt_verdict verdict;
	bool beyond;	    /* no configuration can close it, only the kernel command line */
	const char *detail; /* what was tried, and what stops it or goes through */
	const char *fix;    /* OPEN: what can be done; NULL for nothing */
};

struct kmt_block_proof {
	struct kmt_way_row ways[KMT_WAY_COUNT];
	struct kmt_arena arena;
};

const char *kmt_way_name(enum kmt_way way);		 /* "name", "alias" ... */
const char *kmt_verdict_name(enum kmt_verdict verdict); /* "closed", "open", "unknown" */

/* Tries all ways to module NAME (normal form) with the configuration of SNAP, which needs TREE and CONFIG.
 * DIFF: what the initramfs image has; NULL if nobody looked. FAILED for a damaged index. */
int kmt_block_prove(const struct kmt_snapshot *snap, const char *name, const struct kmt_initramfs_diff *diff,
	struct kmt_block_proof *out, struct kmt_err *err);
void kmt_block_proof_free(struct kmt_block_proof *p);

/* A module of a plan, and the proof. */
struct kmt_block_module {
	char name[KMT_NAME_MAX];
	struct kmt_block_proof proof; /* detail NULL: nothing was proven */
};

/* Proves the configuration as PLAN leaves it, for N MODULES; VERSION as SNAP was asked for it. INITRAMFS: its
 * image is looked into, too, which takes a moment. REFUSED, with the line that comes before ours, if the
 * block of one would not hold. The proofs are to be freed in either case. */
int kmt_block_prove_plan(const struct kmt_snapshot *snap, const char *version, bool initramfs,
	struct kmt_plan *plan, struct kmt_block_module *modules, size_t n, struct kmt_err *err);

/* The first of the ways that a block has to close, and that is not closed; NULL if there is none. */
const struct kmt_way_row *kmt_block_gap(const struct kmt_block_proof *p);

#endif
