/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool load`: what modprobe does, with its reasons, and nothing left behind when it fails. */
#include "change_priv.h"
#include "cmds_priv.h"

static const char *const load_examples[] = {
	"kmtool load -n br_netfilter", "show what would be loaded, and why",
	"kmtool load loop max_loop=4", "load loop with a parameter",
	"kmtool load ./driver.ko", "load this file, with dependencies from the module tree", NULL};

const struct kmt_cmd kmt_cmd_load = {
	.name = "load",
	.group = KMT_CMD_CHANGE,
	.summary = "Load modules with their dependencies; undo everything on failure",
	.operands = KMT_LOAD_OPERANDS,
	.complete = KMT_COMPLETE_LOAD_ARG,
	.opts = kmt_load_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = load_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = kmt_change_request,
};
