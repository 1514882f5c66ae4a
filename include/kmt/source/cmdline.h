/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /proc/cmdline says about modules: module.parameter=value, modprobe.blacklist= (read by modprobe)
 * and module_blacklist= (read by the kernel). Pure: text in, rows out.
 */
#ifndef KMT_SOURCE_CMDLINE_H
#define KMT_SOURCE_CMDLINE_H

#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>

struct kmt_cmdline_option {
	const char *module;	/* normal form */
	const char *param;	/* "param" or "param=value", as it is handed to the kernel */
};

struct kmt_cmdline {
	KMT_VEC(struct kmt_cmdline_option) options;	/* in order */
	struct kmt_strv modprobe_blacklist;	/* as written: modprobe does not fold '-' here */
	struct kmt_strv modules_load;	/* what systemd loads at boot: modules_load= and rd.modules_load= */
	struct kmt_strv module_blacklist;	/* as written; the kernel compares byte for byte */
};

/* At most 4095 bytes are looked at, as modprobe does. Strings live in ARENA. */
void kmt_cmdline_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_cmdline *out);
void kmt_cmdline_free(struct kmt_cmdline *c);

#endif
