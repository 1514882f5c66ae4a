/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries that the files of this folder define; src/cmd/table.c puts them in order. */
#ifndef KMT_CMD_CMDS_H
#define KMT_CMD_CMDS_H

#include <kmt/cmd/cmd.h>

extern const struct kmt_cmd kmt_cmd_autoload;
extern const struct kmt_cmd kmt_cmd_block;
extern const struct kmt_cmd kmt_cmd_browse;
extern const struct kmt_cmd kmt_cmd_complete;
extern const struct kmt_cmd kmt_cmd_config;
extern const struct kmt_cmd kmt_cmd_deps;
extern const struct kmt_cmd kmt_cmd_devices;
extern const struct kmt_cmd kmt_cmd_diff;
extern const struct kmt_cmd kmt_cmd_help;
extern const struct kmt_cmd kmt_cmd_index;
extern const struct kmt_cmd kmt_cmd_info;
extern const struct kmt_cmd kmt_cmd_kernels;
extern const struct kmt_cmd kmt_cmd_list;
extern const struct kmt_cmd kmt_cmd_load;
extern const struct kmt_cmd kmt_cmd_log;
extern const struct kmt_cmd kmt_cmd_new;
extern const struct kmt_cmd kmt_cmd_params;
extern const struct kmt_cmd kmt_cmd_provides;
extern const struct kmt_cmd kmt_cmd_search;
extern const struct kmt_cmd kmt_cmd_unblock;
extern const struct kmt_cmd kmt_cmd_unload;
extern const struct kmt_cmd kmt_cmd_version;

#endif
