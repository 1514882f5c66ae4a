/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of zlib. Only for builds with HAVE_ZLIB. */
#ifndef KMT_SYS_LAZY_ZLIB_H
#define KMT_SYS_LAZY_ZLIB_H

#include <zlib.h>

#include <kmt/sys/lazy.h>

#define KMT_ZLIB_FUNCTIONS(X)                                                                      \
	X(inflateInit2_)                                                                           \
	X(inflateReset)                                                                            \
	X(inflate)                                                                                 \
	X(inflateEnd)

struct kmt_lazy_zlib {
	KMT_ZLIB_FUNCTIONS(KMT_LAZY_MEMBER)
};

/* NULL with ERR filled if it cannot be opened. */
static inline const struct kmt_lazy_zlib *kmt_lazy_zlib(struct kmt_err *err)
{
	return kmt_lazy_get(KMT_LAZY_ZLIB, err);
}

#endif
