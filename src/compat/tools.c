/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tools that there are. */
#include "tools_priv.h"

#define TOOL(name) &kmt_tool_##name,

const struct kmt_tool *const kmt_tools[] = {KMT_TOOLS(TOOL) NULL};
