/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool unload`: in the right order, all of what became unused, and who stands in the way. */
#include "change_priv.h"
#include "cmds_priv.h"

static const char *const unload_examples[] = {
	"kmtool unload -n --unused-deps br_netfilter", "show what would go with it",
	"kmtool unload --dependents soundcore", "all that uses it goes too",
	"kmtool unload --wait 5000 loop", "wait until nothing uses it any more", NULL};

const struct kmt_cmd kmt_cmd_unload = {
	.name = "unload",
	.group = KMT_CMD_CHANGE,
	.summary = "Unload modules, with what uses them or what they leave unused",
	.operands = KMT_UNLOAD_OPERANDS,
	.complete = KMT_COMPLETE_LOADED,
	.opts = kmt_unload_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = unload_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = kmt_change_request,
};
