/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One decoder per compression, and what they share. Private to src/source/decompress*.c. */
#ifndef KMT_SOURCE_DECOMPRESS_PRIV_H
#define KMT_SOURCE_DECOMPRESS_PRIV_H

#include <kmt/source/decompress.h>

struct kmt_compressed {
	const unsigned char *data;
	size_t n;
};

/* Each appends to OUT, as kmt_decompress() does, and may leave a part of the output after an error.
 */
int kmt_decompress_zstd(struct kmt_decompressor *d, struct kmt_compressed in,
	struct kmt_strbuf *out, struct kmt_err *err);
int kmt_decompress_xz(struct kmt_decompressor *d, struct kmt_compressed in, struct kmt_strbuf *out,
	struct kmt_err *err);
int kmt_decompress_gzip(struct kmt_decompressor *d, struct kmt_compressed in,
	struct kmt_strbuf *out, struct kmt_err *err);

/* Each frees its own part of D. */
void kmt_decompress_zstd_free(struct kmt_decompressor *d);
void kmt_decompress_xz_free(struct kmt_decompressor *d);
void kmt_decompress_gzip_free(struct kmt_decompressor *d);

/* Makes room for more output after START bytes that were there before; -EFBIG at D's limit. */
int kmt_decompress_grow(const struct kmt_decompressor *d, struct kmt_strbuf *out, size_t start,
	struct kmt_err *err);
/* How much of OUT may still be filled. */
size_t kmt_decompress_room(
	const struct kmt_decompressor *d, const struct kmt_strbuf *out, size_t start);

/* -EBADMSG: the data are damaged, WHY is the library's word for it. */
int kmt_decompress_damaged(struct kmt_err *err, enum kmt_compression c, const char *why);

#endif
