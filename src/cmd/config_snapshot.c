/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config_priv.h"

int kmt_config_snapshot(struct kmt_env *env, struct kmt_snapshot *snap, struct kmt_err *err)
{
	return kmt_snapshot_take(snap, &env->root, env->g.kernel,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG, &env->diag, err);
}
