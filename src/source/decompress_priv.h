/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One decoder per library. Private to src/source/decompress*.c. */
#ifndef KMT_SOURCE_DECOMPRESS_PRIV_H
#define KMT_SOURCE_DECOMPRESS_PRIV_H

#include <errno.h>
#include <kmt/source/decompress.h>

/* Each makes D ready for the first byte of a frame. */
int kmt_zstd_start(struct kmt_decompressor *d, struct kmt_err *err);
int kmt_xz_start(struct kmt_decompressor *d, struct kmt_err *err);
int kmt_lzma_start(struct kmt_decompressor *d, struct kmt_err *err); /* the format before xz */
int kmt_gzip_start(struct kmt_decompressor *d, struct kmt_err *err);

/* Each is a kmt_decompress_step(). */
int kmt_zstd_step(struct kmt_decompressor *d, struct kmt_decode *io, struct kmt_err *err);
int kmt_lzma_step(struct kmt_decompressor *d, struct kmt_decode *io, struct kmt_err *err);
int kmt_gzip_step(struct kmt_decompressor *d, struct kmt_decode *io, struct kmt_err *err);

/* Each frees its own part of D. */
void kmt_zstd_free(struct kmt_decompressor *d);
void kmt_lzma_free(struct kmt_decompressor *d);
void kmt_gzip_free(struct kmt_decompressor *d);

/* The size that the frame claims to have, if that is credible; else 0. */
size_t kmt_zstd_claim(const void *data, size_t n);

/* -EBADMSG: the data are damaged, WHY is the library's word for it. */
static inline int kmt_decompress_damaged(struct kmt_err *err, const char *name, const char *why)
{
	return kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "damaged %s data: %s", name, why);
}

#endif
