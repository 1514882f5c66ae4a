/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "initramfs_priv.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>
#include <kmt/source/uki.h>

/*
 * The cpio format "newc": a header of 110 bytes, all numbers as eight hexadecimal digits, the name, the
 * data, each padded to four bytes. Of several names of one file (hard links) the last one has the data.
 */

#define HEADER_SIZE 110
#define TRAILER "TRAILER!!!"
#define FIELDS 13

enum { INO, MODE, UID, GID, NLINK, MTIME, FILESIZE, DEVMAJOR, DEVMINOR, RDEVMAJOR, RDEVMINOR, NAMESIZE };

/* A name whose data come with a later one. */
struct waiting {
	uint32_t ino, major, minor;
	char *path;
};

struct cpio {
	struct kmt_initramfs_in *in;
	const struct kmt_initramfs_visitor *visitor;
	struct kmt_initramfs_info *info;
	uint64_t start; /* padding counts from here */
	uint32_t field[FIELDS];
	char path[PATH_MAX + 2]; /* begins with '/' */
	struct kmt_strbuf data;
	KMT_VEC(struct waiting) waiting;
};

/* Whether a newc archive begins with these six bytes. */
static bool is_cpio(const unsigned char *magic)
{
	return !memcmp(magic, "070701", 6) || !memcmp(magic, "070702", 6);
}

static int hex_digit(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int read_header(struct cpio *c, struct kmt_err *err)
{
	unsigned char header[HEADER_SIZE];
	int r = kmt_initramfs_in_take(c->in, header, sizeof(header), err);

	if (r < 0)
		return r;
	if (!is_cpio(header))
		return kmt_initramfs_damaged(err, "no header of a file where one should be");
	for (size_t i = 0; i < FIELDS; i++) {
		c->field[i] = 0;
		for (size_t k = 0; k < 8; k++) {
			int digit = hex_digit(header[6 + 8 * i + k]);

			if (digit < 0)
				return kmt_initramfs_damaged(err, "a header without a number");
			c->field[i] = c->field[i] << 4 | (uint32_t)digit;
		}
	}
	return 0;
}

static int pad(struct cpio *c, struct kmt_err *err)
{
	return kmt_initramfs_in_take(c->in, NULL, -(c->in->offset - c->start) & 3, err);
}

/* "./etc/x" and "etc/x" become "/etc/x". Names with ".." are passed over: "" is wanted by nobody. */
static int read_name(struct cpio *c, struct kmt_err *err)
{
	char name[PATH_MAX + 1];
	const char *p = name;
	size_t n = c->field[NAMESIZE];
	int r;

	if (!n || n > PATH_MAX)
		return kmt_initramfs_damaged(err, "a name that is too long or empty");
	r = kmt_initramfs_in_take(c->in, name, n, err);
	if (!r)
		r = pad(c, err);
	if (r < 0)
		return r;
	name[n] = '\0';
	while (*p == '/' || (p[0] == '.' && p[1] == '/'))
		p++;
	c->path[0] = '/';
	strcpy(c->path + 1, p);
	if (strstr(c->path, "/../") || strstr(c->path, "//"))
		c->path[0] = '\0';
	return 0;
}

static bool is_trailer(const struct cpio *c)
{
	return !strcmp(c->path, "/" TRAILER);
}

static bool is_wanted(const struct cpio *c)
{
	uint32_t type = c->field[MODE] & S_IFMT;

	return (type == S_IFREG || type == S_IFLNK) && c->path[0] &&
	       c->visitor->want(c->visitor->ctx, c->path);
}

static int hand_out(struct cpio *c, const char *path, struct kmt_err *err)
{
	const struct kmt_initramfs_entry entry = {.path = path,
		.data = kmt_strbuf_str(&c->data),
		.n = c->data.len,
		.is_link = (c->field[MODE] & S_IFMT) == S_IFLNK};

	return c->visitor->entry(c->visitor->ctx, &entry, err);
}

static bool same_file(const struct cpio *c, const struct waiting *w)
{
	return w->path && w->ino == c->field[INO] && w->major == c->field[DEVMAJOR] &&
	       w->minor == c->field[DEVMINOR];
}

static int hand_out_waiting(struct cpio *c, struct kmt_err *err)
{
	struct waiting *w;
	int r = 0;

	kmt_vec_foreach(w, &c->waiting) {
		if (r || !same_file(c, w))
			continue;
		r = hand_out(c, w->path, err);
		free(w->path);
		w->path = NULL;
	}
	return r;
}

static bool is_awaited(const struct cpio *c)
{
	const struct waiting *w;

	kmt_vec_foreach(w, &c->waiting) {
		if (same_file(c, w))
			return true;
	}
	return false;
}

/* The data of the file, to whom they belong. */
static int read_data(struct cpio *c, struct kmt_err *err)
{
	uint64_t n = c->field[FILESIZE];
	bool linked = c->field[NLINK] > 1 && (c->field[MODE] & S_IFMT) == S_IFREG;
	bool wanted = is_wanted(c), awaited = linked && n && is_awaited(c);
	int r;

	if (wanted && linked && !n) {
		kmt_vec_push(&c->waiting, (struct waiting){c->field[INO], c->field[DEVMAJOR],
						  c->field[DEVMINOR], kmt_strdup(c->path)});
		return 0;
	}
	if (!wanted && !awaited)
		return kmt_initramfs_in_take(c->in, NULL, n, err);
	if (n > KMT_INITRAMFS_FILE_MAX)
		return kmt_err_set(err, KMT_ERR_FAILED, EFBIG, "%s in the image is larger than %llu MiB",
			c->path, (unsigned long long)(KMT_INITRAMFS_FILE_MAX >> 20));
	kmt_strbuf_truncate(&c->data, 0);
	while (n) {
		char part[8192];
		size_t size = n < sizeof(part) ? (size_t)n : sizeof(part);

		r = kmt_initramfs_in_take(c->in, part, size, err);
		if (r < 0)
			return r;
		kmt_strbuf_add(&c->data, part, size);
		n -= size;
	}
	r = wanted ? hand_out(c, c->path, err) : 0;
	return !r && awaited ? hand_out_waiting(c, err) : r;
}

/* 1 after the trailer. */
static int read_entry(struct cpio *c, struct kmt_err *err)
{
	int r = read_header(c, err);

	if (!r)
		r = read_name(c, err);
	if (r < 0)
		return r;
	if (is_trailer(c))
		return 1;
	if (++c->info->entries > KMT_INITRAMFS_ENTRIES_MAX)
		return kmt_err_set(err, KMT_ERR_FAILED, EFBIG, "more than %u files in the image",
			KMT_INITRAMFS_ENTRIES_MAX);
	r = read_data(c, err);
	return r ? r : pad(c, err);
}

/* One archive, up to its trailer. */
static int initramfs_cpio(struct kmt_initramfs_in *in, const struct kmt_initramfs_visitor *visitor,
	struct kmt_initramfs_info *info, struct kmt_err *err)
{
	struct cpio c = {.in = in, .visitor = visitor, .info = info, .start = in->offset};
	struct waiting *w;
	int r;

	do
		r = read_entry(&c, err);
	while (!r);
	info->archives++;
	/* Files of several names, and all of them empty. */
	kmt_strbuf_truncate(&c.data, 0);
	kmt_vec_foreach(w, &c.waiting) {
		if (w->path && r > 0) {
			int e = hand_out(&c, w->path, err);

			r = e < 0 ? e : r;
		}
		free(w->path);
	}
	kmt_vec_free(&c.waiting);
	kmt_strbuf_free(&c.data);
	return r < 0 ? r : 0;
}

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
		if (n < 6 || !is_cpio(in->buf + in->pos))
			return in->packed ? kmt_initramfs_damaged(err, "what was compressed is no cpio archive")
					  : 1;
		r = initramfs_cpio(in, visitor, info, err);
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
