/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes in their order, from a file or out of a decompressor. Private to src/source/initramfs*.c. */
#ifndef KMT_SOURCE_INITRAMFS_PRIV_H
#define KMT_SOURCE_INITRAMFS_PRIV_H

#include <kmt/source/decompress.h>
#include <kmt/source/initramfs.h>

#define KMT_INITRAMFS_BUFFER ((size_t)128 << 10)

struct kmt_initramfs_in {
	/* Puts at most N bytes at BUF: how many, 0 at the end, -errno. */
	long (*fill)(struct kmt_initramfs_in *in, void *buf, size_t n, struct kmt_err *err);
	unsigned char *buf; /* KMT_INITRAMFS_BUFFER bytes, of which LEN are filled and POS are used */
	size_t pos, len;
	uint64_t offset; /* of buf[pos] from the beginning */
	uint64_t max;	 /* -EFBIG when more comes out than this */
	uint64_t filled;
	/* of a file */
	int fd;
	uint64_t end; /* an offset, too */
	/* of compressed data */
	enum kmt_compression compression;
	struct kmt_decompressor decoder;
	bool ended;			 /* the decoder is at the end of its frame */
	struct kmt_initramfs_in *packed; /* where it comes from */
	uint64_t packed_at;		 /* the offset at which it began there */
	void *archive;			 /* of libarchive, where that decodes */
	long block_left;
	void *block;			 /* what libarchive looks at now */
	struct kmt_err *err;		 /* set by reading PACKED */
};

/* The N bytes from START on. */
void kmt_initramfs_in_file(struct kmt_initramfs_in *in, int fd, uint64_t start, uint64_t n);
/* One frame of compressed data at PACKED's position; -EBADMSG if there is none. */
int kmt_initramfs_in_unpack(
	struct kmt_initramfs_in *in, struct kmt_initramfs_in *packed, struct kmt_err *err);
/* PACKED goes on behind the frame. */
void kmt_initramfs_in_close(struct kmt_initramfs_in *in);

/* Makes at least N bytes (up to the buffer's size) available at buf + pos: how many there are, which is
 * less at the end; -errno. */
long kmt_initramfs_in_peek(struct kmt_initramfs_in *in, size_t n, struct kmt_err *err);
/* Exactly N bytes; -EBADMSG if there are less. OUT may be NULL: they are passed over. */
int kmt_initramfs_in_take(struct kmt_initramfs_in *in, void *out, uint64_t n, struct kmt_err *err);

int kmt_initramfs_damaged(struct kmt_err *err, const char *what);

#endif
