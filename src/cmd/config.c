/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool config`: shows and changes the configuration of modules. */
#include "config_priv.h"

#include <kmt/cmd/banner.h>

#include "cmds_priv.h"

/* The first is meant when none is named. */
static const struct kmt_cmd *const verbs[] = {
	&kmt_cmd_config_list,
	&kmt_cmd_config_show,
	&kmt_cmd_config_files,
	&kmt_cmd_config_lint,
	&kmt_cmd_config_set_option,
	&kmt_cmd_config_alias,
	&kmt_cmd_config_softdep,
	&kmt_cmd_config_comment_out,
	&kmt_cmd_config_restore,
	&kmt_cmd_config_undo,
	&kmt_cmd_config_backup,
	&kmt_cmd_config_restore_backup,
	NULL,
};

static const char *const config_examples[] = {"kmtool config", "what was configured here, with its effect",
	"kmtool config show loop", "configuration of one module",
	"kmtool config files", "files in reading order, and files that are not read", NULL};

const struct kmt_cmd kmt_cmd_config = {
	.name = "config",
	.group = KMT_CMD_JUDGE,
	.summary = "Show the configuration of modules line by line, and change it safely",
	.operands = "[VERB] [ARGUMENT...]",
	.verbs = verbs,
	.examples = config_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS | KMT_TAKES_DRY_RUN,
};
