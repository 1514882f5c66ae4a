/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who unpacks a compressed module: the kernel (since 5.17, the one algorithm that /sys/module/compression
 * names: kernel/module/decompress.c), or the program that loads it. Tells by the headers of the file alone
 * whether the kernel's decoder can; unpacks nothing. What it cannot unpack, kmtool and modprobe do.
 *
 * The limits of the kernel's decoders:
 *	gzip	of the optional fields of the header only the file name is skipped
 *	xz	no check or CRC32 (lib/xz verifies no other: CRC64, xz's default, is refused up to 6.12 at least);
 *		LZMA2, with one filter of an architecture before it that the kernel was built with; a dictionary of
 *		at most 3 GiB
 *	zstd	(since 6.2) a window of at most 128 MiB, no dictionary
 */
#ifndef KMT_SOURCE_DECODER_H
#define KMT_SOURCE_DECODER_H

#include <kmt/source/decompress.h>

enum kmt_decoder {
	KMT_DECODER_NONE,   /* it is not compressed */
	KMT_DECODER_KERNEL,
	KMT_DECODER_USER,
	KMT_DECODER_NOBODY, /* and the library is missing here */
};

struct kmt_decoder_choice {
	enum kmt_compression compression;
	enum kmt_decoder decoder;
	char why[160]; /* not the kernel: a clause; the kernel: "", or what may keep it from it */
};

/* The most of a file that is looked at. */
#define KMT_DECODER_HEAD 1280

/* DATA is the start of the file, N bytes; KERNEL the word of /sys/module/compression, NULL without it. */
void kmt_decoder_choose(const void *data, size_t n, const char *kernel, struct kmt_decoder_choice *out);
/* The same for the file at PATH and the kernel of ROOT. */
int kmt_decoder_of_file(
	const struct kmt_root *root, const char *path, struct kmt_decoder_choice *out, struct kmt_err *err);

#endif
