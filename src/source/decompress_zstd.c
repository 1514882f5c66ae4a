/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef HAVE_ZSTD
#include "decompress_priv.h"

#include <errno.h>

#include <kmt/sys/lazy_zstd.h>

/* How far a claimed size is believed, as a multiple of the compressed size. */
#define CLAIM_MAX_RATIO 64

size_t kmt_zstd_claim(const void *data, size_t n)
{
	unsigned long long size = kmt_lazy_zstd(NULL)->ZSTD_getFrameContentSize(data, n);

	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > KMT_DECOMPRESS_MAX ||
		size / CLAIM_MAX_RATIO > n)
		return 0;
	return (size_t)size;
}

int kmt_zstd_start(struct kmt_decompressor *d, struct kmt_err *err)
{
	const struct kmt_lazy_zstd *zstd = kmt_lazy_zstd(err);

	if (!zstd)
		return -EOPNOTSUPP;
	if (!d->zstd)
		d->zstd = zstd->ZSTD_createDCtx();
	if (!d->zstd)
		return kmt_err_set(err, KMT_ERR_FAILED, ENOMEM, "no memory for decompression");
	zstd->ZSTD_DCtx_reset(d->zstd, ZSTD_reset_session_only);
	return 0;
}

/* The library refuses frames that ask for a window above 128 MiB (ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
int kmt_zstd_step(struct kmt_decompressor *d, struct kmt_decode *io, struct kmt_err *err)
{
	const struct kmt_lazy_zstd *zstd = kmt_lazy_zstd(err);
	ZSTD_inBuffer input = {.src = io->in, .size = io->in_n};
	ZSTD_outBuffer output = {.dst = io->out, .size = io->out_n};
	size_t left = zstd->ZSTD_decompressStream(d->zstd, &output, &input);

	if (zstd->ZSTD_isError(left))
		return kmt_decompress_damaged(err, "zstd", zstd->ZSTD_getErrorName(left));
	io->in += input.pos;
	io->in_n -= input.pos;
	io->out += output.pos;
	io->out_n -= output.pos;
	return !left;
}

void kmt_zstd_free(struct kmt_decompressor *d)
{
	if (d->zstd)
		kmt_lazy_zstd(NULL)->ZSTD_freeDCtx(d->zstd);
	d->zstd = NULL;
}
#endif
