/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef HAVE_ZSTD
#include "decompress_priv.h"

#include <errno.h>

#include <kmt/sys/lazy_zstd.h>

/* How far a claimed size is believed, as a multiple of the compressed size. */
#define CLAIM_MAX_RATIO 64

/* With the whole frame as input and room for the whole output, the library skips its own window
 * buffer. So make that room if the claim is credible; what is claimed in vain costs address space
 * only. */
static void reserve_claimed(
	const struct kmt_lazy_zstd *zstd, struct kmt_compressed in, struct kmt_strbuf *out)
{
	unsigned long long size = zstd->ZSTD_getFrameContentSize(in.data, in.n);

	if (size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR &&
		size <= KMT_DECOMPRESS_MAX && size / CLAIM_MAX_RATIO <= in.n)
		kmt_strbuf_reserve(out, (size_t)size);
}

/* The library refuses frames that ask for a window above 128 MiB (ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
int kmt_decompress_zstd(struct kmt_decompressor *d, struct kmt_compressed in,
	struct kmt_strbuf *out, struct kmt_err *err)
{
	const struct kmt_lazy_zstd *zstd = kmt_lazy_zstd(err);
	ZSTD_inBuffer input = {.src = in.data, .size = in.n};
	size_t start = out->len, left = 1;

	if (!zstd)
		return -EOPNOTSUPP;
	if (!d->zstd)
		d->zstd = zstd->ZSTD_createDCtx();
	if (!d->zstd)
		return kmt_err_set(err, KMT_ERR_FAILED, ENOMEM, "no memory for decompression");
	zstd->ZSTD_DCtx_reset(d->zstd, ZSTD_reset_session_only);
	reserve_claimed(zstd, in, out);
	while (left || input.pos < input.size) {
		ZSTD_outBuffer output = {0};
		size_t consumed = input.pos;
		int r = kmt_decompress_grow(d, out, start, err);

		if (r < 0)
			return r;
		output.dst = out->s + out->len;
		output.size = kmt_decompress_room(d, out, start);
		left = zstd->ZSTD_decompressStream(d->zstd, &output, &input);
		if (zstd->ZSTD_isError(left))
			return kmt_decompress_damaged(
				err, KMT_COMP_ZSTD, zstd->ZSTD_getErrorName(left));
		out->len += output.pos;
		if (left && !output.pos && input.pos == consumed)
			return kmt_decompress_damaged(err, KMT_COMP_ZSTD, "truncated");
	}
	return 0;
}

void kmt_decompress_zstd_free(struct kmt_decompressor *d)
{
	if (d->zstd)
		kmt_lazy_zstd(NULL)->ZSTD_freeDCtx(d->zstd);
	d->zstd = NULL;
}
#endif
