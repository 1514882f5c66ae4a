/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool reload`: unload and load again as one plan, with the values that the parameters have now. */
#include "change_priv.h"
#include "cmds_priv.h"

static const char *const reload_examples[] = {
	"kmtool reload -n loop", "show the plan, and which parameter values are kept",
	"kmtool reload ./driver.ko debug=1", "replace the loaded build by the one in this file",
	"kmtool reload --dependents snd", "reload it with all its dependents", NULL};

const struct kmt_cmd kmt_cmd_reload = {
	.name = "reload",
	.group = KMT_CMD_CHANGE,
	.summary = "Unload modules and load them again with their present parameter values",
	.operands = KMT_LOAD_OPERANDS,
	.complete = KMT_COMPLETE_RELOAD_ARG,
	.opts = kmt_reload_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = reload_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = kmt_change_request,
};
