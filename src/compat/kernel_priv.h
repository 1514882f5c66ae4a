/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tools ask the running kernel, and what they have it do. */
#ifndef KMT_COMPAT_KERNEL_PRIV_H
#define KMT_COMPAT_KERNEL_PRIV_H

#include <stdint.h>
#include <kmt/base/vec.h>

#include "tool_priv.h"

/* From /sys/module/NAME. */
enum kmt_tool_state {
	KMT_TOOL_ABSENT,
	KMT_TOOL_BUILTIN, /* it has a directory, but no initstate */
	KMT_TOOL_COMING,
	KMT_TOOL_LIVE,
	KMT_TOOL_GOING,
};
enum kmt_tool_state kmt_tool_state(const struct kmt_tool_env *env, const char *name);

/* The reference count; -errno: -ENOENT if the module is gone, or the kernel cannot unload. */
int64_t kmt_tool_refs(const struct kmt_tool_env *env, const char *name);
/* The holders in the directory's order; names are to be freed with kmt_root_list_free(). */
void kmt_tool_holders(const struct kmt_tool_env *env, const char *name, struct kmt_strv *out);

/* Inserts the module file that is open at FD, which is closed. PATH is its name for messages. 0 or -errno. */
int kmt_tool_insert(struct kmt_tool_env *env, const char *name, const char *path, int fd, const char *params,
	unsigned int flags);
/* Removes NAME, which is in normal form. 0 or -errno. */
int kmt_tool_remove(struct kmt_tool_env *env, const char *name, bool force);

#endif
