/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/decoder.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/lazy.h>
#include <kmt/sys/paths.h>

/* The start of the file. What is read beyond its end is zero: FAILED says so. */
struct head {
	const unsigned char *p;
	size_t n, at;
	bool failed;
};

static unsigned int next(struct head *h)
{
	if (h->at >= h->n) {
		h->failed = true;
		return 0;
	}
	return h->p[h->at++];
}

static uint64_t little_endian(struct head *h, unsigned int bytes)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < bytes; i++)
		v |= (uint64_t)next(h) << 8 * i;
	return v;
}

/* A number of xz, seven bits a byte. */
static uint64_t xz_number(struct head *h)
{
	uint64_t v = 0;
	unsigned int c = 0x80;

	for (unsigned int shift = 0; shift < 63 && c & 0x80; shift += 7) {
		c = next(h);
		v |= (uint64_t)(c & 0x7f) << shift;
	}
	return v;
}

/* RFC 1952 */
#define GZIP_DEFLATE 8
#define GZIP_TEXT 1
#define GZIP_NAME 8

static const char *gzip_limit(struct head *h, struct kmt_decoder_choice *out)
{
	h->at = 2;
	if (next(h) != GZIP_DEFLATE)
		return "it is not packed with deflate";
	if (next(h) & ~(unsigned int)(GZIP_TEXT | GZIP_NAME))
		return "its header has fields that the kernel does not skip (a comment, a checksum or extra data)";
	return NULL;
}

/* The .xz file format, 2.1.1 and 3.1 */
#define XZ_FLAGS 6
#define XZ_BLOCK 12
#define XZ_HAS_PACKED 0x40
#define XZ_HAS_SIZE 0x80
#define XZ_LZMA2 0x21
#define XZ_FIRST_BCJ 4
#define XZ_LAST_BCJ 11
#define XZ_DICT_MAX 39 /* 3 GiB; one more is 4 GiB - 1 */

static const char *xz_check_limit(unsigned int check)
{
	switch (check) {
	case 0:
	case 1:
		return NULL;
	case 4:
		return "it has a CRC64 check, and the kernel takes only CRC32 (xz --check=crc32)";
	case 10:
		return "it has a SHA-256 check, and the kernel takes only CRC32 (xz --check=crc32)";
	default:
		return "it has an unknown check, and the kernel takes only CRC32 (xz --check=crc32)";
	}
}

static const char *xz_filter_limit(struct head *h, unsigned int flags, struct kmt_decoder_choice *out)
{
	uint64_t id = xz_number(h), size = xz_number(h);

	if (flags & 3) {
		if ((flags & 3) > 1 || id < XZ_FIRST_BCJ || id > XZ_LAST_BCJ || size)
			return "its filters are not those that the kernel knows";
		snprintf(out->why, sizeof(out->why), "if it was built with the filter of the architecture");
		id = xz_number(h);
		size = xz_number(h);
	}
	if (id != XZ_LZMA2 || size != 1)
		return "its filters are not those that the kernel knows";
	return next(h) > XZ_DICT_MAX ? "its dictionary has 4 GiB, and the kernel takes 3" : NULL;
}

static const char *xz_limit(struct head *h, struct kmt_decoder_choice *out)
{
	const char *limit;
	unsigned int flags;

	h->at = XZ_FLAGS + 1;
	limit = xz_check_limit(next(h));
	if (limit)
		return limit;
	h->at = XZ_BLOCK;
	if (!next(h)) /* no block: it is empty */
		return NULL;
	flags = next(h);
	if (flags & XZ_HAS_PACKED)
		xz_number(h);
	if (flags & XZ_HAS_SIZE)
		xz_number(h);
	return xz_filter_limit(h, flags, out);
}

/* RFC 8878, 3.1.1.1 */
#define ZSTD_SINGLE 0x20
#define ZSTD_WINDOW_MAX (((uint64_t)1 << 27) + 1)

static const char *zstd_limit(struct head *h, struct kmt_decoder_choice *out)
{
	static const unsigned int id_sizes[] = {0, 1, 2, 4}, content_sizes[] = {0, 2, 4, 8};
	unsigned int flags, content, descriptor;
	uint64_t window = 0;

	h->at = 4;
	flags = next(h);
	content = flags >> 6;
	if (!(flags & ZSTD_SINGLE)) {
		descriptor = next(h);
		window = (uint64_t)1 << (10 + (descriptor >> 3));
		window += window / 8 * (descriptor & 7);
	}
	if (little_endian(h, id_sizes[flags & 3]))
		return "it was packed with a dictionary";
	if (flags & ZSTD_SINGLE)
		window = little_endian(h, content ? content_sizes[content] : 1);
	return window > ZSTD_WINDOW_MAX ? "its window has more than 128 MiB" : NULL;
}

static const struct {
	enum kmt_lazy_lib lib;
	const char *(*limit)(struct head *h, struct kmt_decoder_choice *out);
} decoders[KMT_COMP_MODULES] = {
	[KMT_COMP_ZSTD] = {KMT_LAZY_ZSTD, zstd_limit},
	[KMT_COMP_XZ] = {KMT_LAZY_LZMA, xz_limit},
	[KMT_COMP_GZIP] = {KMT_LAZY_ZLIB, gzip_limit},
};

static void not_by_kernel(struct kmt_decoder_choice *out, const char *why)
{
	enum kmt_lazy_lib lib = decoders[out->compression].lib;
	bool here = kmt_lazy_get(lib, NULL);

	out->decoder = here ? KMT_DECODER_USER : KMT_DECODER_NOBODY;
	snprintf(out->why, sizeof(out->why), "%s%s%s", why, here ? "" : "; nor can kmtool without ",
		here ? "" : kmt_lazy_name(lib));
}

void kmt_decoder_choose(const void *data, size_t n, const char *kernel, struct kmt_decoder_choice *out)
{
	struct head head = {.p = data, .n = n};
	const char *limit;

	*out = (struct kmt_decoder_choice){.compression = kmt_compression_detect(data, n)};
	if (out->compression == KMT_COMP_NONE)
		return;
	if (!kernel) {
		not_by_kernel(out, "the kernel does not unpack modules");
	} else if (strcmp(kernel, kmt_compression_name(out->compression)) != 0) {
		kmt_autofree char *why = kmt_asprintf("the kernel unpacks only %.16s", kernel);

		not_by_kernel(out, why);
	} else {
		limit = decoders[out->compression].limit(&head, out);
		out->decoder = KMT_DECODER_KERNEL;
		if (head.failed)
			limit = "its header is cut off";
		if (limit)
			not_by_kernel(out, limit);
	}
}

int kmt_decoder_of_file(
	const struct kmt_root *root, const char *path, struct kmt_decoder_choice *out, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf kernel = KMT_STRBUF_INIT;
	struct stat st;
	kmt_autoclose int fd = kmt_root_open_file(root, path, 0, &st);
	unsigned char head[KMT_DECODER_HEAD];
	ssize_t n;

	if (fd < 0)
		return kmt_err_errno(err, -fd, "%s%s", root->path, path);
	n = kmt_pread(fd, head, sizeof(head), 0);
	if (n < 0)
		return kmt_err_errno(err, (int)-n, "%s%s", root->path, path);
	kmt_decoder_choose(head, (size_t)n,
		kmt_root_read_line(root, KMT_PATH_SYS_COMPRESSION, &kernel) ? NULL : kmt_strbuf_str(&kernel), out);
	return 0;
}
