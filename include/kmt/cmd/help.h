/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help pages, made from the command and option tables. */
#ifndef KMT_CMD_HELP_H
#define KMT_CMD_HELP_H

#include <stdio.h>
#include <kmt/cmd/cmd.h>

/* WIDTH: columns to fill. */
void kmt_help_overview(FILE *out, const struct kmt_cmd *const *cmds, unsigned int width);
void kmt_help_print(FILE *out, const struct kmt_cmd *cmd, unsigned int width);

/* "kmtool", the version and the libraries in this build, one line each. */
void kmt_version_print(FILE *out);

#endif
