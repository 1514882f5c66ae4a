/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decompress_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/sys/lazy.h>

#define MAGIC_MAX 6 /* of xz */
#define FIRST_OUTPUT ((size_t)64 << 10)

struct format {
	const char *name;
	const char *magic;
	size_t magic_size;
	enum kmt_lazy_lib lib;
	/* NULL if the build has no support for it (then the library cannot be opened either), and for what
	 * only libarchive decodes. */
	int (*start)(struct kmt_decompressor *d, struct kmt_err *err);
	int (*step)(struct kmt_decompressor *d, struct kmt_decode *io, struct kmt_err *err);
};

#ifdef HAVE_ZSTD
#define ZSTD_CODEC .start = kmt_zstd_start, .step = kmt_zstd_step
#else
#define ZSTD_CODEC
#endif
#ifdef HAVE_LZMA
#define XZ_CODEC .start = kmt_xz_start, .step = kmt_lzma_step
#define LZMA_CODEC .start = kmt_lzma_start, .step = kmt_lzma_step
#else
#define XZ_CODEC
#define LZMA_CODEC
#endif
#ifdef HAVE_ZLIB
#define GZIP_CODEC .start = kmt_gzip_start, .step = kmt_gzip_step
#else
#define GZIP_CODEC
#endif

/* The magic of xz has a final NUL. The kernel takes only what `lz4 -l` writes. */
static const struct format formats[KMT_COMP_COUNT] = {
	[KMT_COMP_NONE] = {.name = "none", .magic = "", .magic_size = 0},
	[KMT_COMP_ZSTD] = {.name = "zstd", .magic = "\x28\xb5\x2f\xfd", .magic_size = 4,
		.lib = KMT_LAZY_ZSTD, ZSTD_CODEC},
	[KMT_COMP_XZ] = {.name = "xz", .magic = "\xfd" "7zXZ", .magic_size = 6,
		.lib = KMT_LAZY_LZMA, XZ_CODEC},
	[KMT_COMP_GZIP] = {.name = "gzip", .magic = "\x1f\x8b", .magic_size = 2,
		.lib = KMT_LAZY_ZLIB, GZIP_CODEC},
	[KMT_COMP_LZMA] = {.name = "lzma", .magic = "\x5d\x00\x00", .magic_size = 3,
		.lib = KMT_LAZY_LZMA, LZMA_CODEC},
	[KMT_COMP_LZ4_LEGACY] = {.name = "lz4", .magic = "\x02\x21\x4c\x18", .magic_size = 4,
		.lib = KMT_LAZY_ARCHIVE},
	[KMT_COMP_LZ4] = {.name = "lz4", .magic = "\x04\x22\x4d\x18", .magic_size = 4,
		.lib = KMT_LAZY_ARCHIVE},
	[KMT_COMP_BZIP2] = {.name = "bzip2", .magic = "BZh", .magic_size = 3,
		.lib = KMT_LAZY_ARCHIVE},
};

static enum kmt_compression detect(const void *data, size_t n, int end)
{
	for (int c = KMT_COMP_NONE + 1; c < end; c++)
		if (n >= formats[c].magic_size && !memcmp(data, formats[c].magic, formats[c].magic_size))
			return c;
	return KMT_COMP_NONE;
}

enum kmt_compression kmt_compression_detect(const void *data, size_t n)
{
	return detect(data, n, KMT_COMP_MODULES);
}

enum kmt_compression kmt_compression_detect_image(const void *data, size_t n)
{
	return detect(data, n, KMT_COMP_COUNT);
}

enum kmt_compression kmt_compression_of_fd(int fd)
{
	char magic[MAGIC_MAX];
	ssize_t n = kmt_pread(fd, magic, sizeof(magic), 0);

	return n > 0 ? kmt_compression_detect(magic, (size_t)n) : KMT_COMP_NONE;
}

const char *kmt_compression_name(enum kmt_compression c)
{
	return formats[c].name;
}

int kmt_decompress_start(struct kmt_decompressor *d, enum kmt_compression c, struct kmt_err *err)
{
	if (!kmt_lazy_get(formats[c].lib, err))
		return -EOPNOTSUPP;
	return formats[c].start ? formats[c].start(d, err) : -EOPNOTSUPP;
}

int kmt_decompress_step(struct kmt_decompressor *d, enum kmt_compression c, struct kmt_decode *io,
	struct kmt_err *err)
{
	return formats[c].step(d, io, err);
}

/* Room for more output after START bytes that were there before; -EFBIG at D's limit. */
static int make_room(const struct kmt_decompressor *d, struct kmt_strbuf *out, size_t start,
	struct kmt_decode *io, struct kmt_err *err)
{
	size_t max = d->max ? d->max : KMT_DECOMPRESS_MAX, left = max - (out->len - start);

	if (!left)
		return kmt_err_set(
			err, KMT_ERR_FAILED, EFBIG, "more than %zu MiB when decompressed", max >> 20);
	if (out->cap < out->len + 2)
		kmt_strbuf_reserve(out, FIRST_OUTPUT);
	io->out = (unsigned char *)out->s + out->len;
	io->out_n = out->cap - out->len - 1;
	if (io->out_n > left)
		io->out_n = left;
	return 0;
}

static int decompress_frame(struct kmt_decompressor *d, enum kmt_compression c, struct kmt_decode *io,
	struct kmt_strbuf *out, size_t start, struct kmt_err *err)
{
	int r = kmt_decompress_start(d, c, err);

	while (!r) {
		size_t in = io->in_n, room;

		r = make_room(d, out, start, io, err);
		if (r < 0)
			return r;
		room = io->out_n;
		r = kmt_decompress_step(d, c, io, err);
		if (r < 0)
			return r;
		out->len += room - io->out_n;
		if (!r && in == io->in_n && room == io->out_n)
			return kmt_decompress_damaged(err, formats[c].name, "truncated");
	}
	return r;
}

/* Whether a further frame follows. What stands behind the last member is no error to gzip, to kmod and to the
 * kernel; streams of xz may have zeros between them. */
static bool is_another(enum kmt_compression c, struct kmt_decode *io)
{
	while (c == KMT_COMP_XZ && io->in_n && !*io->in) {
		io->in++;
		io->in_n--;
	}
	return c == KMT_COMP_GZIP ? kmt_compression_detect(io->in, io->in_n) == c : io->in_n > 0;
}

int kmt_decompress(struct kmt_decompressor *d, enum kmt_compression c, const void *data, size_t n,
	struct kmt_strbuf *out, struct kmt_err *err)
{
	struct kmt_decode io = {.in = data, .in_n = n};
	size_t start = out->len;
	int r;

	if (!kmt_lazy_get(formats[c].lib, err))
		return -EOPNOTSUPP;
#ifdef HAVE_ZSTD
	/* With the whole frame as input and room for the whole output, the library skips its own window
	 * buffer. What is claimed in vain costs address space only. */
	if (c == KMT_COMP_ZSTD && kmt_zstd_claim(data, n))
		kmt_strbuf_reserve(out, kmt_zstd_claim(data, n));
#endif
	do
		r = decompress_frame(d, c, &io, out, start, err);
	while (r > 0 && is_another(c, &io));
	if (r < 0)
		kmt_strbuf_truncate(out, start);
	else
		out->s[out->len] = '\0';
	return r < 0 ? r : 0;
}

void kmt_decompressor_free(struct kmt_decompressor *d)
{
#ifdef HAVE_ZSTD
	kmt_zstd_free(d);
#endif
#ifdef HAVE_LZMA
	kmt_lzma_free(d);
#endif
#ifdef HAVE_ZLIB
	kmt_gzip_free(d);
#endif
}
