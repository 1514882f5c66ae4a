/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "initramfs_priv.h"

#include <errno.h>
#include <stdlib.h>

#include <kmt/base/alloc.h>
#include <kmt/source/uki.h>

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
	bool early = info->archives > 0 && !info->compression;
	int r = kmt_initramfs_in_unpack(&in, file, err);

	info->early |= early;
	info->compression = kmt_compression_name(in.compression);
	if (visitor->max)
		in.max = visitor->max;
	if (!r)
		r = walk_archives(&in, visitor, info, err);
	kmt_initramfs_in_close(&in);
	if (!r && file->offset <= in.packed_at)
		r = kmt_initramfs_damaged(err, "compressed data of no length");
	return r;
}

/* The N bytes at START of the file: archives, each compressed or not. */
static int walk_part(int fd, const struct kmt_uki_section *part, const struct kmt_initramfs_visitor *visitor,
	struct kmt_initramfs_info *info, struct kmt_err *err)
{
	struct kmt_initramfs_in file;
	int r;

	kmt_initramfs_in_file(&file, fd, part->offset, part->n);
	do {
		r = walk_archives(&file, visitor, info, err);
		if (r > 0)
			r = walk_packed(&file, visitor, info, err) ?: 1;
	} while (r > 0);
	free(file.buf);
	return r;
}

/* In the order in which they come to the kernel. */
static int walk_uki(int fd, const struct kmt_initramfs_visitor *visitor, struct kmt_initramfs_info *info,
	struct kmt_err *err)
{
	static const char *const sections[] = {".ucode", ".initrd"};
	int r = 0;

	for (size_t i = 0; !r && i < KMT_ARRAY_SIZE(sections); i++) {
		struct kmt_uki_section part;

		r = kmt_uki_find(fd, sections[i], &part);
		if (!r)
			r = walk_part(fd, &part, visitor, info, err);
		else if (r == -ENOENT)
			r = 0;
		else
			kmt_initramfs_damaged(err, "a PE file with damaged headers");
	}
	return r;
}

int kmt_initramfs_walk(int fd, const struct kmt_initramfs_visitor *visitor,
	struct kmt_initramfs_info *info, struct kmt_err *err)
{
	static const struct kmt_uki_section whole = {0, INT64_MAX};
	struct kmt_initramfs_info own = {0};
	struct kmt_err why = KMT_ERR_INIT;
	int r;

	info = info ? info : &own;
	*info = own;
	r = kmt_uki_is_pe(fd) ? walk_uki(fd, visitor, info, &why)
			      : walk_part(fd, &whole, visitor, info, &why);
	if (!r && !info->archives)
		r = kmt_initramfs_damaged(&why, "it is empty");
	if (err)
		*err = why;
	else
		kmt_err_clear(&why);
	return r;
}
