/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifdef HAVE_ZLIB
#include "decompress_priv.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/lazy_zlib.h>

/* The largest window, with a gzip header and trailer (zlib.h, inflateInit2). */
#define GZIP_WINDOW_BITS (15 + 16)

int kmt_gzip_start(struct kmt_decompressor *d, struct kmt_err *err)
{
	const struct kmt_lazy_zlib *zlib = kmt_lazy_zlib(err);
	z_stream *stream;

	if (!zlib)
		return -EOPNOTSUPP;
	if (d->zlib) {
		zlib->inflateReset(d->zlib);
		return 0;
	}
	stream = kmt_alloc(sizeof(*stream));
	if (zlib->inflateInit2_(stream, GZIP_WINDOW_BITS, ZLIB_VERSION, sizeof(*stream)) != Z_OK) {
		free(stream);
		return kmt_err_set(err, KMT_ERR_FAILED, ENOMEM, "no memory for decompression");
	}
	d->zlib = stream;
	return 0;
}

/* zlib counts in unsigned int. */
static unsigned int at_most(size_t n)
{
	return n < UINT_MAX ? (unsigned int)n : UINT_MAX;
}

int kmt_gzip_step(struct kmt_decompressor *d, struct kmt_decode *io, struct kmt_err *err)
{
	unsigned int in = at_most(io->in_n), out = at_most(io->out_n);
	z_stream *stream = d->zlib;
	int z;

	stream->next_in = (z_const unsigned char *)io->in;
	stream->avail_in = in;
	stream->next_out = io->out;
	stream->avail_out = out;
	z = kmt_lazy_zlib(NULL)->inflate(stream, Z_NO_FLUSH);
	io->in = stream->next_in;
	io->in_n -= in - stream->avail_in;
	io->out = stream->next_out;
	io->out_n -= out - stream->avail_out;
	if (z == Z_OK || z == Z_BUF_ERROR) /* the latter: nothing to do without more input or room */
		return 0;
	if (z == Z_STREAM_END)
		return 1;
	return kmt_decompress_damaged(err, "gzip", stream->msg ? stream->msg : "it does not decode");
}

void kmt_gzip_free(struct kmt_decompressor *d)
{
	if (d->zlib)
		kmt_lazy_zlib(NULL)->inflateEnd(d->zlib);
	free(d->zlib);
	d->zlib = NULL;
}
#endif
