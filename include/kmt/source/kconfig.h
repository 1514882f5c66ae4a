/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration that a kernel was built with, "CONFIG_X=y": /boot/config-VERSION, or the file in its
 * module tree or in its build directory. */
#ifndef KMT_SOURCE_KCONFIG_H
#define KMT_SOURCE_KCONFIG_H

#include <kmt/base/arena.h>
#include <kmt/base/slice.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/root.h>

/* Appends the text to OUT, and returns the path of the file, in ARENA; NULL if there is none. */
const char *kmt_kconfig_read(
	const struct kmt_root *root, const char *version, struct kmt_arena *arena, struct kmt_strbuf *out);

/* The value of OPTION ("CONFIG_X") without quotes; false if it is not set. Pure. */
bool kmt_kconfig_find(const struct kmt_strbuf *text, const char *option, struct kmt_slice *value);

#endif
