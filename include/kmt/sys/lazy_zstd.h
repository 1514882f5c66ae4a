/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of libzstd. Only for builds with HAVE_ZSTD. */
#ifndef KMT_SYS_LAZY_ZSTD_H
#define KMT_SYS_LAZY_ZSTD_H

#include <zstd.h>

#include <kmt/sys/lazy.h>

#define KMT_ZSTD_FUNCTIONS(X)                                                                      \
	X(ZSTD_createDCtx)                                                                         \
	X(ZSTD_freeDCtx)                                                                           \
	X(ZSTD_getFrameContentSize)                                                                \
	X(ZSTD_decompressStream)                                                                   \
	X(ZSTD_DCtx_reset)                                                                         \
	X(ZSTD_isError)                                                                            \
	X(ZSTD_getErrorName)

struct kmt_lazy_zstd {
	KMT_ZSTD_FUNCTIONS(KMT_LAZY_MEMBER)
};

/* NULL with ERR filled if it cannot be opened. */
static inline const struct kmt_lazy_zstd *kmt_lazy_zstd(struct kmt_err *err)
{
	return kmt_lazy_get(KMT_LAZY_ZSTD, err);
}

#endif
