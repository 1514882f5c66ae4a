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
	case LZMA_BUF_ERROR:
		return "truncated";
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
	return kmt_decompress_damaged(err, KMT_COMP_XZ, why(r));
}

int kmt_decompress_xz(struct kmt_decompressor *d, struct kmt_compressed in, struct kmt_strbuf *out,
	struct kmt_err *err)
{
	const struct kmt_lazy_lzma *lzma = kmt_lazy_lzma(err);
	size_t start = out->len;
	lzma_stream *stream;
	lzma_ret r;

	if (!lzma)
		return -EOPNOTSUPP;
	if (!d->lzma)
		d->lzma = kmt_alloc(sizeof(*stream)); /* all zero is LZMA_STREAM_INIT */
	stream = d->lzma;
	r = lzma->lzma_stream_decoder(stream, MEMORY_MAX, LZMA_CONCATENATED);
	stream->next_in = in.data;
	stream->avail_in = in.n;
	while (r == LZMA_OK) {
		size_t room;
		int e = kmt_decompress_grow(d, out, start, err);

		if (e < 0)
			return e;
		room = kmt_decompress_room(d, out, start);
		stream->next_out = (unsigned char *)out->s + out->len;
		stream->avail_out = room;
		r = lzma->lzma_code(stream, LZMA_FINISH);
		out->len += room - stream->avail_out;
	}
	return r == LZMA_STREAM_END ? 0 : fail(err, r);
}

void kmt_decompress_xz_free(struct kmt_decompressor *d)
{
	if (d->lzma)
		kmt_lazy_lzma(NULL)->lzma_end(d->lzma);
	free(d->lzma);
	d->lzma = NULL;
}
#endif
