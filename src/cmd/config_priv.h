/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool config`, and what they share. */
#ifndef KMT_CMD_CONFIG_H
#define KMT_CMD_CONFIG_H

#include <kmt/cmd/cmd.h>
#include <kmt/model/snapshot.h>

#include "change_priv.h"

extern const struct kmt_cmd kmt_cmd_config_files;
extern const struct kmt_cmd kmt_cmd_config_lint;
extern const struct kmt_cmd kmt_cmd_config_list;
extern const struct kmt_cmd kmt_cmd_config_show;
extern const struct kmt_cmd kmt_cmd_config_set_option;
extern const struct kmt_cmd kmt_cmd_config_alias;
extern const struct kmt_cmd kmt_cmd_config_softdep;
extern const struct kmt_cmd kmt_cmd_config_comment_out;
extern const struct kmt_cmd kmt_cmd_config_restore;
extern const struct kmt_cmd kmt_cmd_config_undo;

/* config_plan.c */
/* Takes the snapshot for a question about configuration: module tree and loaded modules are used if they
 * are there, and their absence is no error. */
int kmt_config_snapshot(struct kmt_env *env, struct kmt_snapshot *snap, struct kmt_err *err);

/* Locks the configuration and takes c->snap, as kmt_config_snapshot() does. */
int kmt_config_start(struct kmt_change *c, struct kmt_err *err);

/*
 * Compares the configuration as c->plan leaves it with that of c->snap. REFUSED if a line that the plan adds
 * would have no effect (unless ANYWAY: then it is a warning of the plan). Other lines that lose or get their
 * effect by it become warnings of the plan.
 */
int kmt_config_judge_plan(struct kmt_change *c, bool anyway, struct kmt_err *err);

#endif
