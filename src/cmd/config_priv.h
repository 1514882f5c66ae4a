/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool config`, and what they share. */
#ifndef KMT_CMD_CONFIG_H
#define KMT_CMD_CONFIG_H

#include <kmt/cmd/cmd.h>
#include <kmt/model/snapshot.h>

#include "change_priv.h"

extern const struct kmt_cmd kmt_cmd_config_backup;
extern const struct kmt_cmd kmt_cmd_config_files;
extern const struct kmt_cmd kmt_cmd_config_lint;
extern const struct kmt_cmd kmt_cmd_config_list;
extern const struct kmt_cmd kmt_cmd_config_show;
extern const struct kmt_cmd kmt_cmd_config_restore_backup;
extern const struct kmt_cmd kmt_cmd_config_set_option;
extern const struct kmt_cmd kmt_cmd_config_alias;
extern const struct kmt_cmd kmt_cmd_config_softdep;
extern const struct kmt_cmd kmt_cmd_config_comment_out;
extern const struct kmt_cmd kmt_cmd_config_restore;
extern const struct kmt_cmd kmt_cmd_config_undo;

/* Takes the snapshot for a question about configuration: module tree and loaded modules are used if they
 * are there, and their absence is no error. */
int kmt_config_snapshot(struct kmt_env *env, struct kmt_snapshot *snap, struct kmt_err *err);

#endif
