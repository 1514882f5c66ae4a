/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "initramfs_priv.h"

#include <stdlib.h>

/* Passes over the zeros between two archives. How many bytes there are then (0 at the end). */
static long skip_zeros(struct kmt_initramfs_in *in, struct kmt_err *err)
{
	long n;

	while ((n = kmt_initramfs_in_peek(in, 6, err)) > 0 && !in->buf[in->pos])
		kmt_initramfs_in_take(in, NULL, 1, err);
	return n;
}

/* Archive after archive. Inside of compressed data nothing is compressed again. */
static int walk_archives(struct kmt_initramfs_in *in, const struct kmt_initramfs_visitor *visitor,
	struct kmt_initramfs_info *info, struct kmt_err *err)
{
	int r = 0;

	while (!r) {
		long n = skip_zeros(in, err);

		if (n <= 0)
			return (int)n;
		if (n < 6 || !kmt_initramfs_is_cpio(in->buf + in->pos))
			return in->packed ? kmt_initramfs_damaged(err, "what was compressed is no cpio archive")
					  : 1;
		r = kmt_initramfs_cpio(in, visitor, info, err);
	}
	return r;
}

static int walk_packed(struct kmt_initramfs_in *file, const struct kmt_initramfs_visitor *visitor,
	struct kmt_initramfs_info *info, struct kmt_err *err)
{
	struct kmt_initramfs_in in;
	uint64_t at;
	bool early = info->archives > 0 && !info->compression;
	int r = kmt_initramfs_in_unpack(&in, file, &info->compression, err);

	info->early |= early;
	if (visitor->max)
		in.max = visitor->max;
	if (!r)
		r = walk_archives(&in, visitor, info, err);
	at = in.packed_at;
	kmt_initramfs_in_close(&in);
	if (!r && file->offset <= at)
		r = kmt_initramfs_damaged(err, "compressed data of no length");
	return r;
}

int kmt_initramfs_walk(int fd, const struct kmt_initramfs_visitor *visitor,
	struct kmt_initramfs_info *info, struct kmt_err *err)
{
	struct kmt_initramfs_info own = {0};
	struct kmt_initramfs_in file;
	struct kmt_err why = KMT_ERR_INIT;
	int r;

	info = info ? info : &own;
	*info = own;
	kmt_initramfs_in_file(&file, fd);
	do {
		r = walk_archives(&file, visitor, info, &why);
		if (r > 0)
			r = walk_packed(&file, visitor, info, &why) ?: 1;
	} while (r > 0);
	free(file.buf);
	if (!r && !info->archives)
		r = kmt_initramfs_damaged(&why, "it is empty");
	if (err)
		*err = why;
	else
		kmt_err_clear(&why);
	return r;
}
