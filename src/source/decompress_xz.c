/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef HAVE_LZMA
#include "decompress_priv.h"

#include <errno.h>
#include <stdlib.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/lazy_lzma.h>

/* The dictionary is allocated as the header claims. `xz -9` needs 65 MiB to decompress. */
#define MEMORY_MAX ((uint64_t)256 << 20)

static const char *why(lzma_ret r)
{
	switch (r) {
	case LZMA_OPTIONS_ERROR:
		return "unknown options";
	case LZMA_FORMAT_ERROR:
		return "unknown format";
	default:
		return "it does not decode";
	}
}

static int fail(struct kmt_err *err, lzma_ret r)
{
	if (r == LZMA_MEM_ERROR)
		return kmt_err_set(err, KMT_ERR_FAILED, ENOMEM, "no memory for decompression");
	if (r == LZMA_MEMLIMIT_ERROR)
		return kmt_err_set(err, KMT_ERR_FAILED, EFBIG,
			"more than %llu MiB of memory needed to decompress",
			(unsigned long long)(MEMORY_MAX >> 20));
	return kmt_decompress_damaged(err, "xz", why(r));
}

static int start(struct kmt_decompressor *d, bool xz, struct kmt_err *err)
{
	const struct kmt_lazy_lzma *lzma = kmt_lazy_lzma(err);
	lzma_ret r;

	if (!lzma)
		return -EOPNOTSUPP;
	if (!d->lzma)
		d->lzma = kmt_alloc(sizeof(lzma_stream)); /* all zero is LZMA_STREAM_INIT */
	r = xz ? lzma->lzma_stream_decoder(d->lzma, MEMORY_MAX, 0)
	       : lzma->lzma_alone_decoder(d->lzma, MEMORY_MAX);
	return r == LZMA_OK ? 0 : fail(err, r);
}

int kmt_xz_start(struct kmt_decompressor *d, struct kmt_err *err)
{
	return start(d, true, err);
}

int kmt_lzma_start(struct kmt_decompressor *d, struct kmt_err *err)
{
	return start(d, false, err);
}

int kmt_lzma_step(struct kmt_decompressor *d, struct kmt_decode *io, struct kmt_err *err)
{
	lzma_stream *stream = d->lzma;
	lzma_ret r;

	stream->next_in = io->in;
	stream->avail_in = io->in_n;
	stream->next_out = io->out;
	stream->avail_out = io->out_n;
	r = kmt_lazy_lzma(NULL)->lzma_code(stream, LZMA_RUN);
	io->in = stream->next_in;
	io->in_n = stream->avail_in;
	io->out = stream->next_out;
	io->out_n = stream->avail_out;
	if (r == LZMA_OK || r == LZMA_BUF_ERROR) /* the latter: nothing to do without more input or room */
		return 0;
	return r == LZMA_STREAM_END ? 1 : fail(err, r);
}

void kmt_lzma_free(struct kmt_decompressor *d)
{
	if (d->lzma)
		kmt_lazy_lzma(NULL)->lzma_end(d->lzma);
	free(d->lzma);
	d->lzma = NULL;
}
#endif
