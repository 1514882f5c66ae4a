/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/help.h>

#include "cmds.h"

void kmt_version_print(FILE *out)
{
	fputs(PACKAGE_STRING "\n", out);
}

static int run_version(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_version_print(stdout);
	return 0;
}

const struct kmt_cmd kmt_cmd_version = {
	.name = "version",
	.summary = "Print the version and what this build can do",
	.in_main_page = true,
	.run = run_version,
};
