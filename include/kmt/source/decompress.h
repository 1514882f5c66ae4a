/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed module files, recognised by content. The libraries are opened at first use (sys/lazy).
 * Sizes that a file claims are never believed: output grows with what really comes out, up to
 * KMT_DECOMPRESS_MAX.
 */
#ifndef KMT_SOURCE_DECOMPRESS_H
#define KMT_SOURCE_DECOMPRESS_H

#include <stddef.h>
#include <kmt/base/err.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/root.h>

enum kmt_compression {
	KMT_COMP_NONE,
	KMT_COMP_ZSTD,
	KMT_COMP_XZ,
	KMT_COMP_GZIP,
	KMT_COMP_COUNT,
};

/* No module is larger: the largest of a distribution with debug information is below 200 MB. */
#define KMT_DECOMPRESS_MAX ((size_t)1 << 30)

/* By magic; NONE for anything else. */
enum kmt_compression kmt_compression_detect(const void *data, size_t n);
/* Of the file at PATH, whose first bytes are read. What can be opened but not read (a directory) is NONE. */
int kmt_compression_of_file(
	const struct kmt_root *root, const char *path, enum kmt_compression *out, struct kmt_err *err);
/* "none", "zstd", "xz", "gzip": the kernel's words. */
const char *kmt_compression_name(enum kmt_compression c);

/* Decoder state of the three libraries, made at first use and reused: one per thread. All zero is
 * valid; kmt_decompressor_free() makes it so again. */
struct kmt_decompressor {
	void *zstd;
	void *lzma;
	void *zlib;
	size_t max; /* the most output for one input; 0: KMT_DECOMPRESS_MAX */
};

/*
 * Appends the decompressed bytes to OUT; on error OUT is as it was. C must not be NONE. -EFBIG
 * above the limit, -EBADMSG for damaged or truncated data, -EOPNOTSUPP when the library is
 * missing or not built in (the message says which). Frames that follow each other are one output.
 */
int kmt_decompress(struct kmt_decompressor *d, enum kmt_compression c, const void *data, size_t n,
	struct kmt_strbuf *out, struct kmt_err *err);
void kmt_decompressor_free(struct kmt_decompressor *d);

#endif
