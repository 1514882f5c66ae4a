/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/cmd.h>

#include "cmds_priv.h"

const struct kmt_cmd *const kmt_cmds[] = {
	&kmt_cmd_list,
	&kmt_cmd_info,
	&kmt_cmd_deps,
	&kmt_cmd_search,
	&kmt_cmd_provides,
	&kmt_cmd_devices,
	&kmt_cmd_params,
	&kmt_cmd_config,
	&kmt_cmd_block,
	&kmt_cmd_unblock,
	&kmt_cmd_autoload,
	&kmt_cmd_load,
	&kmt_cmd_unload,
	&kmt_cmd_log,
	&kmt_cmd_kernels,
	&kmt_cmd_diff,
	&kmt_cmd_index,
	&kmt_cmd_new,
	&kmt_cmd_browse,
	&kmt_cmd_help,
	&kmt_cmd_version,
	&kmt_cmd_complete,
	NULL,
};
