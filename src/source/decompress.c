/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decompress_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <kmt/sys/lazy.h>

#define MAGIC_MAX 6 /* of xz */
#define FIRST_OUTPUT ((size_t)64 << 10)

struct format {
	const char *name;
	const char *magic;
	size_t magic_size;
	enum kmt_lazy_lib lib;
	/* NULL if the build has no support for it: then the library cannot be opened either. */
	int (*run)(struct kmt_decompressor *d, struct kmt_compressed in, struct kmt_strbuf *out,
		struct kmt_err *err);
	void (*free)(struct kmt_decompressor *d);
};

static const struct format formats[KMT_COMP_COUNT] = {
	[KMT_COMP_NONE] =
		{
			.name = "none",
		},
	[KMT_COMP_ZSTD] =
		{
			.name = "zstd",
			.magic = "\x28\xb5\x2f\xfd",
			.magic_size = 4,
			.lib = KMT_LAZY_ZSTD,
#ifdef HAVE_ZSTD
			.run = kmt_decompress_zstd,
			.free = kmt_decompress_zstd_free,
#endif
		},
	[KMT_COMP_XZ] =
		{
			.name = "xz",
			.magic = "\xfd"
				 "7zXZ",
			.magic_size = 6, /* with the final NUL */
			.lib = KMT_LAZY_LZMA,
#ifdef HAVE_LZMA
			.run = kmt_decompress_xz,
			.free = kmt_decompress_xz_free,
#endif
		},
	[KMT_COMP_GZIP] =
		{
			.name = "gzip",
			.magic = "\x1f\x8b",
			.magic_size = 2,
			.lib = KMT_LAZY_ZLIB,
#ifdef HAVE_ZLIB
			.run = kmt_decompress_gzip,
			.free = kmt_decompress_gzip_free,
#endif
		},
};

enum kmt_compression kmt_compression_detect(const void *data, size_t n)
{
	for (int c = KMT_COMP_NONE + 1; c < KMT_COMP_COUNT; c++)
		if (n >= formats[c].magic_size &&
			!memcmp(data, formats[c].magic, formats[c].magic_size))
			return c;
	return KMT_COMP_NONE;
}

int kmt_compression_of_file(
	const struct kmt_root *root, const char *path, enum kmt_compression *out, struct kmt_err *err)
{
	kmt_autoclose int fd = kmt_root_openat(root, path, O_RDONLY | O_NONBLOCK);
	char magic[MAGIC_MAX];
	ssize_t n;

	if (fd < 0)
		return kmt_err_errno(err, -fd, "%s%s", root->path, path);
	n = read(fd, magic, sizeof(magic));
	*out = n > 0 ? kmt_compression_detect(magic, (size_t)n) : KMT_COMP_NONE;
	return 0;
}

const char *kmt_compression_name(enum kmt_compression c)
{
	return formats[c].name;
}

static size_t limit(const struct kmt_decompressor *d)
{
	return d->max ? d->max : KMT_DECOMPRESS_MAX;
}

size_t kmt_decompress_room(
	const struct kmt_decompressor *d, const struct kmt_strbuf *out, size_t start)
{
	size_t left = limit(d) - (out->len - start);
	size_t room = out->cap ? out->cap - out->len - 1 : 0;

	return room < left ? room : left;
}

int kmt_decompress_grow(
	const struct kmt_decompressor *d, struct kmt_strbuf *out, size_t start, struct kmt_err *err)
{
	if (kmt_decompress_room(d, out, start))
		return 0;
	if (out->len - start >= limit(d))
		return kmt_err_set(err, KMT_ERR_FAILED, EFBIG,
			"more than %zu MiB when decompressed", limit(d) >> 20);
	kmt_strbuf_reserve(out, FIRST_OUTPUT);
	return 0;
}

int kmt_decompress_damaged(struct kmt_err *err, enum kmt_compression c, const char *why)
{
	return kmt_err_set(
		err, KMT_ERR_FAILED, EBADMSG, "damaged %s data: %s", formats[c].name, why);
}

int kmt_decompress(struct kmt_decompressor *d, enum kmt_compression c, const void *data, size_t n,
	struct kmt_strbuf *out, struct kmt_err *err)
{
	struct kmt_compressed in = {.data = data, .n = n};
	size_t start = out->len;
	int r;

	if (!kmt_lazy_get(formats[c].lib, err))
		return -EOPNOTSUPP;
	r = formats[c].run(d, in, out, err);
	if (r < 0)
		kmt_strbuf_truncate(out, start);
	else
		out->s[out->len] = '\0';
	return r;
}

void kmt_decompressor_free(struct kmt_decompressor *d)
{
	for (int c = 0; c < KMT_COMP_COUNT; c++)
		if (formats[c].free)
			formats[c].free(d);
}
