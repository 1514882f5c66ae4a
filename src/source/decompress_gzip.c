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

static int prepare(
	const struct kmt_lazy_zlib *zlib, struct kmt_decompressor *d, struct kmt_err *err)
{
	z_stream *stream;

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

/* One gzip member. zlib counts in unsigned int: output goes in pieces, input is below the limit of
 * module files. */
static int inflate_member(const struct kmt_lazy_zlib *zlib, const struct kmt_decompressor *d,
	struct kmt_strbuf *out, size_t start, struct kmt_err *err)
{
	z_stream *stream = d->zlib;
	int z = Z_OK;

	while (z != Z_STREAM_END) {
		size_t room;
		int r = kmt_decompress_grow(d, out, start, err);

		if (r < 0)
			return r;
		room = kmt_decompress_room(d, out, start);
		stream->next_out = (unsigned char *)out->s + out->len;
		stream->avail_out = (unsigned int)room;
		z = zlib->inflate(stream, Z_NO_FLUSH);
		out->len += room - stream->avail_out;
		if (z == Z_BUF_ERROR)
			return kmt_decompress_damaged(err, KMT_COMP_GZIP, "truncated");
		if (z != Z_OK && z != Z_STREAM_END)
			return kmt_decompress_damaged(err, KMT_COMP_GZIP,
				stream->msg ? stream->msg : "it does not decode");
	}
	return 0;
}

int kmt_decompress_gzip(struct kmt_decompressor *d, struct kmt_compressed in,
	struct kmt_strbuf *out, struct kmt_err *err)
{
	const struct kmt_lazy_zlib *zlib = kmt_lazy_zlib(err);
	size_t start = out->len;
	z_stream *stream;
	int r;

	if (!zlib)
		return -EOPNOTSUPP;
	if (in.n > KMT_DECOMPRESS_MAX)
		return kmt_err_set(err, KMT_ERR_FAILED, EFBIG, "too large to decompress");
	r = prepare(zlib, d, err);
	if (r < 0)
		return r;
	stream = d->zlib;
	stream->next_in = (z_const unsigned char *)in.data;
	stream->avail_in = (unsigned int)in.n;
	do {
		r = inflate_member(zlib, d, out, start, err);
		if (r < 0)
			return r;
		zlib->inflateReset(stream);
		/* What follows the last member is no error to gzip, to kmod and to the kernel. */
	} while (kmt_compression_detect(stream->next_in, stream->avail_in) == KMT_COMP_GZIP);
	return 0;
}

void kmt_decompress_gzip_free(struct kmt_decompressor *d)
{
	if (d->zlib)
		kmt_lazy_zlib(NULL)->inflateEnd(d->zlib);
	free(d->zlib);
	d->zlib = NULL;
}
#endif
