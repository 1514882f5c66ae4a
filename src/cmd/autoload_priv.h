/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool autoload`. */
#ifndef KMT_CMD_AUTOLOAD_H
#define KMT_CMD_AUTOLOAD_H

#include <kmt/cmd/cmd.h>
#include <kmt/model/settings.h>

extern const struct kmt_cmd kmt_cmd_autoload_add;
extern const struct kmt_cmd kmt_cmd_autoload_list;
extern const struct kmt_cmd kmt_cmd_autoload_remove;

#endif
