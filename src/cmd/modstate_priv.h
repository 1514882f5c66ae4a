/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a module in one word, for tables that mix modules on disk, built-in and loaded ones. */
#ifndef KMT_CMD_MODSTATE_H
#define KMT_CMD_MODSTATE_H

#include <kmt/model/snapshot.h>
#include <kmt/out/rows.h>

/* "loaded", "loading", "unloading", "built-in", "available"; absent if none applies. ON_DISK: there is a
 * file for it. */
void kmt_modstate_cell(const struct kmt_snapshot *snap, const char *name, bool on_disk, bool builtin,
	struct kmt_cell *out);

#endif
