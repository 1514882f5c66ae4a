/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of liblzma. Only for builds with HAVE_LZMA. */
#ifndef KMT_SYS_LAZY_LZMA_H
#define KMT_SYS_LAZY_LZMA_H

#include <lzma.h>

#include <kmt/sys/lazy.h>

#define KMT_LZMA_FUNCTIONS(X)                                                                      \
	X(lzma_alone_decoder)                                                                      \
	X(lzma_stream_decoder)                                                                     \
	X(lzma_code)                                                                               \
	X(lzma_end)

struct kmt_lazy_lzma {
	KMT_LZMA_FUNCTIONS(KMT_LAZY_MEMBER)
};

/* NULL with ERR filled if it cannot be opened. */
static inline const struct kmt_lazy_lzma *kmt_lazy_lzma(struct kmt_err *err)
{
	return kmt_lazy_get(KMT_LAZY_LZMA, err);
}

#endif
