/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool block` and `unblock`: modules that stay out, with a proof. */
#include "change_priv.h"
#include "cmds_priv.h"

#define TAKES_BLOCK (KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON)

static const char *const block_examples[] = {"kmtool block -n ksmbd", "show what would be written",
	"kmtool block ksmbd --verify", "block ksmbd, and report every loading path", NULL};

const struct kmt_cmd kmt_cmd_block = {
	.name = "block",
	.group = KMT_CMD_CHANGE,
	.summary = "Prevent modules from being loaded by any path",
	.operands = KMT_BLOCK_OPERANDS,
	.complete = KMT_COMPLETE_MODULE,
	.opts = kmt_block_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = block_examples,
	.takes = TAKES_BLOCK,
	.run = kmt_change_request,
};

static const char *const unblock_examples[] = {"kmtool unblock ksmbd", "allow loading it again", NULL};

const struct kmt_cmd kmt_cmd_unblock = {
	.name = "unblock",
	.group = KMT_CMD_CHANGE,
	.summary = "Remove a block made by `kmtool block`",
	.operands = KMT_BLOCK_OPERANDS,
	.complete = KMT_COMPLETE_MODULE,
	.examples = unblock_examples,
	.takes = TAKES_BLOCK,
	.run = kmt_change_request,
};
