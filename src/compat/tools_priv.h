/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of tools: one file each. */
#ifndef KMT_COMPAT_TOOLS_PRIV_H
#define KMT_COMPAT_TOOLS_PRIV_H

#include "tool_priv.h"

/* In the order of "kmod help". */
#define KMT_TOOLS(TOOL)                                                                            \
	TOOL(list)                                                                                 \
	TOOL(static_nodes)                                                                         \
	TOOL(lsmod)                                                                                \
	TOOL(rmmod)                                                                                \
	TOOL(insmod)                                                                               \
	TOOL(modinfo)                                                                              \
	TOOL(modprobe)                                                                             \
	TOOL(depmod)

#define DECLARE(name) extern const struct kmt_tool kmt_tool_##name;
KMT_TOOLS(DECLARE)
#undef DECLARE

#endif
