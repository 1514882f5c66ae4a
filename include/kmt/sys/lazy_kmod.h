/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of libkmod: inserting and removing. */
#ifndef KMT_SYS_LAZY_KMOD_H
#define KMT_SYS_LAZY_KMOD_H

#include <libkmod.h>

#include <kmt/sys/lazy.h>

#define KMT_KMOD_FUNCTIONS(X)                                                                      \
	X(kmod_new)                                                                                \
	X(kmod_unref)                                                                              \
	X(kmod_set_log_fn)                                                                         \
	X(kmod_set_log_priority)                                                                   \
	X(kmod_module_new_from_path)                                                               \
	X(kmod_module_new_from_name)                                                               \
	X(kmod_module_insert_module)                                                               \
	X(kmod_module_remove_module)                                                               \
	X(kmod_module_unref)

struct kmt_lazy_kmod {
	KMT_KMOD_FUNCTIONS(KMT_LAZY_MEMBER)
};

/* NULL with ERR filled if it cannot be opened. */
static inline const struct kmt_lazy_kmod *kmt_lazy_kmod(struct kmt_err *err)
{
	return kmt_lazy_get(KMT_LAZY_KMOD, err);
}

#endif
