/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands, in the order of help: the file of each in this folder defines its entry, kmt_cmd_NAME. */
#ifndef KMT_CMD_CMDS_H
#define KMT_CMD_CMDS_H

#include <kmt/cmd/cmd.h>

#define KMT_COMMANDS(X) \
	X(list) \
	X(info) \
	X(deps) \
	X(search) \
	X(provides) \
	X(symbols) \
	X(devices) \
	X(needs) \
	X(users) \
	X(params) \
	X(config) \
	X(check) \
	X(why) \
	X(block) \
	X(unblock) \
	X(autoload) \
	X(load) \
	X(unload) \
	X(reload) \
	X(log) \
	X(status) \
	X(kernels) \
	X(diff) \
	X(index) \
	X(new) \
	X(browse) \
	X(help) \
	X(version) \
	X(complete)

#define KMT_DECLARE(name) extern const struct kmt_cmd kmt_cmd_##name;
KMT_COMMANDS(KMT_DECLARE)
#undef KMT_DECLARE

#endif
