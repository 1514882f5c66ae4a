/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/cmd.h>

#include "cmds_priv.h"

#define ENTRY(name) &kmt_cmd_##name,
const struct kmt_cmd *const kmt_cmds[] = {KMT_COMMANDS(ENTRY) NULL};
