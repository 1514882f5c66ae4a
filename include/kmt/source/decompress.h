/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed module files and initramfs images, recognised by content. The libraries are opened at first use
 * (sys/lazy).
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
	KMT_COMP_MODULES, /* only images have the following */
	KMT_COMP_LZMA = KMT_COMP_MODULES,
	KMT_COMP_LZ4_LEGACY, /* of this and the following libarchive has the decoders */
	KMT_COMP_LZ4,
	KMT_COMP_BZIP2,
	KMT_COMP_COUNT,
};

/* No module is larger: the largest of a distribution with debug information is below 200 MB. */
#define KMT_DECOMPRESS_MAX ((size_t)1 << 30)

/* What modules are compressed with, by magic; NONE for anything else. */
enum kmt_compression kmt_compression_detect(const void *data, size_t n);
/* Of the open file, whose first bytes are read. */
enum kmt_compression kmt_compression_of_fd(int fd);
/* The same for images: what the kernel unpacks, but lzo. */
enum kmt_compression kmt_compression_detect_image(const void *data, size_t n);
/* "none", "zstd", "xz", "gzip", "lzma", "lz4", "bzip2": the kernel's words. */
const char *kmt_compression_name(enum kmt_compression c);

/* Decoder state of the three libraries, made at first use and reused: one per thread. All zero is
 * valid; kmt_decompressor_free() makes it so again. */
struct kmt_decompressor {
	void *zstd;
	void *lzma;
	void *zlib;
	size_t max; /* the most output of kmt_decompress() for one input; 0: KMT_DECOMPRESS_MAX */
};

/*
 * Appends the decompressed bytes to OUT; on error OUT is as it was. C is a compression of modules. -EFBIG
 * above the limit, -EBADMSG for damaged or truncated data, -EOPNOTSUPP when the library is
 * missing or not built in (the message says which). Frames that follow each other are one output.
 */
int kmt_decompress(struct kmt_decompressor *d, enum kmt_compression c, const void *data, size_t n,
	struct kmt_strbuf *out, struct kmt_err *err);
void kmt_decompressor_free(struct kmt_decompressor *d);

/* A decoder moves on as far as it reads and writes. */
struct kmt_decode {
	const unsigned char *in;
	size_t in_n;
	unsigned char *out;
	size_t out_n;
};

/*
 * One frame (stream, member), piece by piece: first _start(), then _step() again and again. That returns 1
 * at the end of the frame, where IN stands then; else 0: it needs more of IN, or more room. -EOPNOTSUPP from
 * the start where no library decodes C in this way: lz4 and bzip2.
 */
int kmt_decompress_start(struct kmt_decompressor *d, enum kmt_compression c, struct kmt_err *err);
int kmt_decompress_step(struct kmt_decompressor *d, enum kmt_compression c, struct kmt_decode *io,
	struct kmt_err *err);

#endif
