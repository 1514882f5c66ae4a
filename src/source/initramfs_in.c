/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "initramfs_priv.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/bytes.h>
#ifdef HAVE_ARCHIVE
#include <kmt/sys/lazy_archive.h>
#endif
#include <kmt/sys/lazy.h>

int kmt_initramfs_damaged(struct kmt_err *err, const char *what)
{
	return kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "damaged or no initramfs image: %s", what);
}

long kmt_initramfs_in_peek(struct kmt_initramfs_in *in, size_t n, struct kmt_err *err)
{
	if (in->len - in->pos < n) {
		memmove(in->buf, in->buf + in->pos, in->len - in->pos);
		in->len -= in->pos;
		in->pos = 0;
	}
	while (in->len - in->pos < n) {
		long got = in->fill(in, in->buf + in->len, KMT_INITRAMFS_BUFFER - in->len, err);

		if (got < 0)
			return got;
		if (!got)
			break;
		in->filled += (uint64_t)got;
		if (in->filled > in->max)
			return kmt_err_set(err, KMT_ERR_FAILED, EFBIG, "more than %llu MiB in the image",
				(unsigned long long)(in->max >> 20));
		in->len += (size_t)got;
	}
	return (long)(in->len - in->pos);
}

int kmt_initramfs_in_take(struct kmt_initramfs_in *in, void *out, uint64_t n, struct kmt_err *err)
{
	char *to = out;

	while (n) {
		long there = kmt_initramfs_in_peek(in, 1, err);
		size_t part;

		if (there < 0)
			return (int)there;
		if (!there)
			return kmt_initramfs_damaged(err, "it ends in the middle");
		part = (uint64_t)there < n ? (size_t)there : (size_t)n;
		if (to) {
			memcpy(to, in->buf + in->pos, part);
			to += part;
		}
		in->pos += part;
		in->offset += part;
		n -= part;
	}
	return 0;
}

static long fill_from_file(struct kmt_initramfs_in *in, void *buf, size_t n, struct kmt_err *err)
{
	uint64_t at = in->offset + (in->len - in->pos);
	ssize_t got;

	if (n > in->end - at)
		n = (size_t)(in->end - at);
	got = kmt_pread(in->fd, buf, n, at);
	return got < 0 ? kmt_err_errno(err, (int)-got, "cannot read the image") : got;
}

void kmt_initramfs_in_file(struct kmt_initramfs_in *in, int fd, uint64_t start, uint64_t n)
{
	*in = (struct kmt_initramfs_in){.fill = fill_from_file,
		.fd = fd,
		.offset = start,
		.end = start + n,
		.max = KMT_INITRAMFS_MAX};
	in->buf = kmt_alloc(KMT_INITRAMFS_BUFFER);
}

/* Until something comes out. */
static long fill_decoded(struct kmt_initramfs_in *in, void *buf, size_t n, struct kmt_err *err)
{
	struct kmt_initramfs_in *packed = in->packed;
	struct kmt_decode io = {.out = buf, .out_n = n};

	while (!in->ended && io.out_n == n) {
		long there = kmt_initramfs_in_peek(packed, 1, err);
		int r;

		if (there < 0)
			return there;
		io.in = packed->buf + packed->pos;
		io.in_n = (size_t)there;
		r = kmt_decompress_step(&in->decoder, in->compression, &io, err);
		if (r < 0)
			return r;
		in->ended = r;
		if (!r && io.in_n == (size_t)there && io.out_n == n)
			return kmt_initramfs_damaged(err, "it ends in the middle");
		packed->pos += (size_t)there - io.in_n;
		packed->offset += (size_t)there - io.in_n;
	}
	return (long)(n - io.out_n);
}

#ifdef HAVE_ARCHIVE

/* What a block of LZ4_LEGACY can have: LZ4_COMPRESSBOUND(8 MiB). */
#define LZ4_BLOCK_MAX ((8u << 20) + (8u << 20) / 255 + 16)

/*
 * Behind its magic, `lz4 -l` writes blocks, each behind its size, and no end mark; libarchive would take what
 * follows for one more. So it gets block after block, and nothing where no size of a block stands: how many
 * bytes of the present one are left, 0 at the end.
 */
static long lz4_block_left(struct kmt_initramfs_in *in, struct kmt_err *err)
{
	struct kmt_initramfs_in *packed = in->packed;
	uint32_t size;
	long n;

	if (in->block_left)
		return in->block_left;
	n = kmt_initramfs_in_peek(packed, 4, err);
	if (n < 4)
		return n < 0 ? n : 0;
	size = kmt_le32(packed->buf + packed->pos);
	if (packed->offset == in->packed_at) /* the magic */
		in->block_left = 4;
	else if (size && size <= LZ4_BLOCK_MAX)
		in->block_left = 4 + (long)size;
	return in->block_left;
}

/* libarchive has used up the last block when it asks for the next one, but may look at it still. */
static la_ssize_t next_block(struct archive *archive, void *ctx, const void **data)
{
	struct kmt_initramfs_in *in = ctx, *packed = in->packed;
	bool is_legacy = in->compression == KMT_COMP_LZ4_LEGACY;
	long n, left = is_legacy ? lz4_block_left(in, in->err) : LONG_MAX;

	if (left <= 0)
		return left;
	n = kmt_initramfs_in_peek(packed, 1, in->err);
	if (n <= 0)
		return n;
	if (n > left)
		n = left;
	if (is_legacy)
		in->block_left -= n;
	memcpy(in->block, packed->buf + packed->pos, (size_t)n);
	packed->pos += (size_t)n;
	packed->offset += (uint64_t)n;
	*data = in->block;
	return n;
}

static int decode_failed(const struct kmt_initramfs_in *in, struct kmt_err *err)
{
	const struct kmt_lazy_archive *lib = kmt_lazy_archive(NULL);
	const char *why = lib->archive_error_string(in->archive);

	if (err->kind) /* reading the file failed */
		return -err->errnum;
	return kmt_initramfs_damaged(err, why ? why : "it cannot be decompressed");
}

static long fill_from_archive(struct kmt_initramfs_in *in, void *buf, size_t n, struct kmt_err *err)
{
	la_ssize_t got;

	in->err = err;
	got = kmt_lazy_archive(NULL)->archive_read_data(in->archive, buf, n);
	return got < 0 ? decode_failed(in, err) : (long)got;
}

/* A decoder that this libarchive was built without is replaced by a program, and that is not run. */
static int open_archive(struct kmt_initramfs_in *in, struct kmt_err *err)
{
	const struct kmt_lazy_archive *lib = kmt_lazy_archive(err);
	struct archive_entry *entry;
	int r;

	if (!lib)
		return -EOPNOTSUPP;
	in->fill = fill_from_archive;
	in->archive = lib->archive_read_new();
	if (!in->archive)
		return kmt_err_set(err, KMT_ERR_FAILED, ENOMEM, "no memory for decompression");
	in->block = kmt_alloc(KMT_INITRAMFS_BUFFER);
	in->err = err;
	r = in->compression == KMT_COMP_BZIP2 ? lib->archive_read_support_filter_bzip2(in->archive)
					      : lib->archive_read_support_filter_lz4(in->archive);
	if (r != ARCHIVE_OK)
		return kmt_err_set(err, KMT_ERR_FAILED, EOPNOTSUPP,
			"the image is compressed with %s, which this libarchive cannot read",
			kmt_compression_name(in->compression));
	lib->archive_read_support_format_raw(in->archive);
	if (lib->archive_read_open(in->archive, in, NULL, next_block, NULL) != ARCHIVE_OK ||
		lib->archive_read_next_header(in->archive, &entry) != ARCHIVE_OK)
		return decode_failed(in, err);
	return 0;
}

/* It may have been given more than it used. */
static void close_archive(struct kmt_initramfs_in *in)
{
	const struct kmt_lazy_archive *lib = kmt_lazy_archive(NULL);
	int64_t used = lib->archive_filter_bytes(in->archive, -1);

	in->packed->offset = in->packed_at + (uint64_t)(used > 0 ? used : 0);
	in->packed->pos = in->packed->len = 0;
	lib->archive_read_free(in->archive);
}

#else

static int open_archive(struct kmt_initramfs_in *in, struct kmt_err *err)
{
	kmt_lazy_get(KMT_LAZY_ARCHIVE, err); /* says that it is not in this build */
	return -EOPNOTSUPP;
}

static void close_archive(struct kmt_initramfs_in *in)
{
}

#endif

int kmt_initramfs_in_unpack(struct kmt_initramfs_in *in, struct kmt_initramfs_in *packed, struct kmt_err *err)
{
	enum kmt_compression c =
		kmt_compression_detect_image(packed->buf + packed->pos, packed->len - packed->pos);

	*in = (struct kmt_initramfs_in){.fill = fill_decoded,
		.max = packed->max,
		.packed = packed,
		.packed_at = packed->offset,
		.compression = c};
	if (c == KMT_COMP_NONE)
		return kmt_initramfs_damaged(err, "neither a cpio archive nor a known compression");
	in->buf = kmt_alloc(KMT_INITRAMFS_BUFFER);
	return c >= KMT_COMP_LZ4_LEGACY ? open_archive(in, err) : kmt_decompress_start(&in->decoder, c, err);
}

void kmt_initramfs_in_close(struct kmt_initramfs_in *in)
{
	if (in->archive)
		close_archive(in);
	kmt_decompressor_free(&in->decoder);
	free(in->buf);
	free(in->block);
}
