/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of libkmod: inserting and removing. Only for builds with HAVE_KMOD. */
#ifndef KMT_SYS_LAZY_KMOD_H
#define KMT_SYS_LAZY_KMOD_H

#include <dlfcn.h>
#include <stdarg.h>
#include <libkmod.h>

#include <kmt/sys/lazy.h>

#define KMT_KMOD_SONAME "libkmod.so.2"
#define KMT_KMOD_FUNCTIONS(X)                                                                      \
	X(kmod_new)                                                                                \
	X(kmod_set_log_fn)                                                                         \
	X(kmod_module_new_from_path)                                                               \
	X(kmod_module_new_from_name)                                                               \
	X(kmod_module_get_name)                                                                    \
	X(kmod_module_insert_module)                                                               \
	X(kmod_module_remove_module)

struct kmt_lazy_kmod {
	KMT_KMOD_FUNCTIONS(KMT_LAZY_MEMBER)
};

/* NULL with ERR filled if it cannot be opened. */
static inline const struct kmt_lazy_kmod *kmt_lazy_kmod(struct kmt_err *err)
{
	return kmt_lazy_get(KMT_LAZY_KMOD, err);
}

/* Of the opened library: whether it gives a file as it is to a kernel that can decompress it. kmod 31 and 32
 * do that, too, but cannot be told from 30; this function came with 33. */
static inline bool kmt_lazy_kmod_asks_kernel_to_decompress(void)
{
	void *handle = dlopen(KMT_KMOD_SONAME, RTLD_NOW | RTLD_NOLOAD);
	bool newer = handle && dlsym(handle, "kmod_module_get_weakdeps");

	if (handle)
		dlclose(handle);
	return newer;
}

#endif
