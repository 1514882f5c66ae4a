/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool unload`: in the right order, with unused dependencies, and what prevents it. */
#include "change_priv.h"
#include "cmds_priv.h"

static const char *const unload_examples[] = {
	"kmtool unload -n --unused-deps br_netfilter", "show what else would be unloaded",
	"kmtool unload --dependents soundcore", "unload it with all its dependents",
	"kmtool unload --wait 5000 loop", "wait until it is no longer in use", NULL};

const struct kmt_cmd kmt_cmd_unload = {
	.name = "unload",
	.group = KMT_CMD_CHANGE,
	.summary = "Unload modules, optionally with dependents or unused dependencies",
	.operands = KMT_UNLOAD_OPERANDS,
	.complete = KMT_COMPLETE_LOADED,
	.opts = kmt_unload_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = unload_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = kmt_change_request,
};
