/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line as the person could type it again, for "sudo kmtool ...". */
#ifndef KMT_CMD_COMMAND_LINE_H
#define KMT_CMD_COMMAND_LINE_H

#include <kmt/cmd/cmd.h>

/* "kmtool CMD OPTION... OPERAND...", quoted for a shell. OPTS are the command's own. The caller frees it. */
char *kmt_command_line(const struct kmt_env *env, const void *opts);

#endif
