/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of `kmtool diff`: reading two kernels, and telling what is different. */
#ifndef KMT_CMD_DIFF_H
#define KMT_CMD_DIFF_H

#include <kmt/cmd/cmd.h>
#include <kmt/model/snapshot.h>
#include <kmt/model/treediff.h>
#include <kmt/out/rows.h>

/* One kernel. */
struct kmt_diff_side {
	const char *version;
	struct kmt_modindex index;
	bool has_tree;
	struct kmt_treeside side;
	struct kmt_arena arena;
	size_t n_bad;		/* module files that could not be read */
};

struct kmt_diff_run {
	struct kmt_env *env;
	bool only_loaded;
	unsigned int kinds;	/* bits of enum kmt_diff_kind */
	bool kinds_chosen;	/* --what */
	unsigned int threads;
	struct kmt_snapshot snap; /* what is loaded and configured, with --loaded */
	struct kmt_diff_side a, b;
	struct kmt_treediff diff;
	struct kmt_arena arena;
	KMT_VEC(const void *) rows; /* those to be printed */
};

/* Fills SIDE with what is to be compared: opens module files only for parameters and firmware, and with
 * --loaded only those of loaded modules. */
int kmt_diff_read(struct kmt_diff_run *run, struct kmt_diff_side *side, struct kmt_err *err);
void kmt_diff_side_free(struct kmt_diff_side *side);

#endif
