/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One immutable picture of a machine below a root: what is loaded, what the module tree holds, what the
 * configuration says. Everything pure (queries, plans) is computed from a snapshot; taking one reads and
 * changes nothing.
 */
#ifndef KMT_MODEL_SNAPSHOT_H
#define KMT_MODEL_SNAPSHOT_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/map.h>
#include <kmt/model/confindex.h>
#include <kmt/source/cmdline.h>
#include <kmt/source/modindex.h>
#include <kmt/source/modprobed.h>
#include <kmt/source/procmodules.h>
#include <kmt/sys/root.h>

/* The parts a command needs; reading less is what makes start-up fast. */
#define KMT_SNAP_LOADED (1u << 0)  /* /proc/modules */
#define KMT_SNAP_TREE (1u << 1)	   /* the index files of the kernel's tree */
#define KMT_SNAP_CONFIG (1u << 2)  /* modprobe.d and the kernel command line */
/* With TREE: one that is missing or damaged is no error: has_tree stays false, tree_err says why. */
#define KMT_SNAP_TREE_OPTIONAL (1u << 3)
/* With TREE: likewise of one that is missing; a damaged one is an error. */
#define KMT_SNAP_TREE_OR_NONE (1u << 4)
/* With TREE: modules are asked for by name. */
#define KMT_SNAP_TREE_BY_NAME (1u << 5)

struct kmt_snapshot {
	const struct kmt_root *root;
	char *version;		/* kernel release that is looked at; "" if nothing tells one */
	bool has_kernel;	/* a kernel runs on this root: /proc tells its release */
	bool running;		/* VERSION is that kernel, or stands for it where /proc tells none */
	bool has_modules;	/* LOADED: /proc/modules is there, the running kernel can load modules */

	struct kmt_procmodules loaded;
	struct kmt_map loaded_by_name;	/* -> struct kmt_procmod */

	bool has_tree;
	struct kmt_err tree_err;
	struct kmt_modindex index;

	struct kmt_conf conf;
	struct kmt_confindex lines; /* of CONF */
	struct kmt_cmdline cmdline;

	struct kmt_arena *texts; /* of what is computed from it: they live as long as it does */
	struct kmt_diag *diag;
};

/* An empty one, for modules that are named by their file. SNAP keeps pointers to ROOT and DIAG. */
void kmt_snapshot_init(struct kmt_snapshot *snap, const struct kmt_root *root, struct kmt_diag *diag);
/*
 * SNAP keeps pointers to ROOT and DIAG. On error there is nothing to free.
 *
 * VERSION NULL: the running kernel (below a root: its /proc/sys/kernel/osrelease, else the only tree that
 * is there; several trees and none running is a USAGE error that lists them). LOADED and the command line
 * are only read when the kernel looked at is the running one: `-k OTHER` plans for a machine after boot.
 */
int kmt_snapshot_take(struct kmt_snapshot *snap, const struct kmt_root *root, const char *version,
	unsigned int parts, struct kmt_diag *diag, struct kmt_err *err);
/* Which kernel is meant when nobody says: the one that runs on ROOT, else the only tree below it; "" if
 * there is none, several are a USAGE error that lists them. The caller frees *VERSION. */
int kmt_snapshot_kernel(const struct kmt_root *root, char **version, struct kmt_err *err);

/* Whether all configuration was read: a plan must not be made from a part of it. REFUSED, with the file. */
int kmt_snapshot_check_config(const struct kmt_snapshot *snap, struct kmt_err *err);
/* Whether the tree of the running kernel is gone while others are installed: then ERR says to reboot. */
bool kmt_snapshot_tree_gone(const struct kmt_snapshot *snap, struct kmt_err *err);
/* Adds modprobe.d alone to a snapshot that was taken without CONFIG. */
int kmt_snapshot_read_modprobed(struct kmt_snapshot *snap, struct kmt_err *err);

void kmt_snapshot_free(struct kmt_snapshot *snap);

/* Whether NAME (normal form) is built into the kernel, and no module of the tree has its name. */
bool kmt_snapshot_is_builtin(const struct kmt_snapshot *snap, const char *name);

/* NULL if it is not loaded. NAME in any spelling. */
const struct kmt_procmod *kmt_snapshot_loaded(const struct kmt_snapshot *snap, const char *name);

#endif
