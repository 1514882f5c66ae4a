/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool config` that change files: by the line or the last change, and by what to add. */
#include "config_priv.h"

#define TAKES_EDIT (KMT_TAKES_MACHINE | KMT_TAKES_JSON | KMT_TAKES_RAW | KMT_TAKES_DRY_RUN)

static const char *const comment_examples[] = {
	"kmtool config comment-out /etc/modprobe.d/local.conf:3", "comment out this line", NULL};

const struct kmt_cmd kmt_cmd_config_comment_out = {
	.name = "config comment-out",
	.summary = "Comment out a line (undo with 'restore')",
	.operands = KMT_LINE_OPERANDS,
	.complete = KMT_COMPLETE_FILE,
	.examples = comment_examples,
	.takes = TAKES_EDIT,
	.run = kmt_change_request,
};

static const char *const restore_examples[] = {
	"kmtool config restore /etc/modprobe.d/local.conf:3", "restore that line", NULL};

const struct kmt_cmd kmt_cmd_config_restore = {
	.name = "config restore",
	.summary = "Restore a line that was commented out by comment-out",
	.operands = KMT_LINE_OPERANDS,
	.complete = KMT_COMPLETE_FILE,
	.examples = restore_examples,
	.takes = TAKES_EDIT,
	.run = kmt_change_request,
};

static const char *const undo_examples[] = {"kmtool config undo -n", "show what would be reverted", NULL};

const struct kmt_cmd kmt_cmd_config_undo = {
	.name = "config undo",
	.summary = "Revert the last change of configuration files",
	.examples = undo_examples,
	.takes = TAKES_EDIT,
	.run = kmt_change_request,
};

static const char *const option_examples[] = {"kmtool config set-option loop max_part=7",
	"set an option for every load", "kmtool config set-option loop --unset max_part",
	"remove it again", NULL};

const struct kmt_cmd kmt_cmd_config_set_option = {
	.name = "config set-option",
	.summary = "Set parameters of a module for every load",
	.operands = KMT_SET_OPTION_OPERANDS,
	.complete = KMT_COMPLETE_PARAMS_ARG,
	.opts = kmt_set_option_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = option_examples,
	.takes = TAKES_EDIT,
	.run = kmt_change_request,
};

static const char *const alias_examples[] = {"kmtool config alias net-pf-10 off",
	"disable this alias", NULL};

const struct kmt_cmd kmt_cmd_config_alias = {
	.name = "config alias",
	.summary = "Define an alias for a module; 'off' disables the alias",
	.operands = KMT_ALIAS_OPERANDS,
	.opts = kmt_edit_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = alias_examples,
	.takes = TAKES_EDIT,
	.run = kmt_change_request,
};

static const char *const softdep_examples[] = {"kmtool config softdep btrfs pre: crc32c-intel",
	"load it before btrfs, if possible", NULL};

const struct kmt_cmd kmt_cmd_config_softdep = {
	.name = "config softdep",
	.summary = "Define soft dependencies: modules to load before or after another one",
	.operands = KMT_SOFTDEP_OPERANDS,
	.complete = KMT_COMPLETE_MODULE,
	.opts = kmt_edit_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = softdep_examples,
	.takes = TAKES_EDIT,
	.run = kmt_change_request,
};
