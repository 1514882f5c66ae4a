/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "initramfs_priv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#ifdef HAVE_ARCHIVE
#include <kmt/sys/lazy_archive.h>
#endif
#include <kmt/sys/lazy.h>

int kmt_initramfs_damaged(struct kmt_err *err, const char *what)
{
	return kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "damaged or no initramfs image: %s", what);
}

long kmt_initramfs_in_peek(struct kmt_initramfs_in *in, size_t n, struct kmt_err *err)
{
	if (in->len - in->pos < n) {
		memmove(in->buf, in->buf + in->pos, in->len - in->pos);
		in->len -= in->pos;
		in->pos = 0;
	}
	while (in->len - in->pos < n) {
		long got = in->fill(in, in->buf + in->len, KMT_INITRAMFS_BUFFER - in->len, err);

		if (got < 0)
			return got;
		if (!got)
			break;
		in->filled += (uint64_t)got;
		if (in->filled > in->max)
			return kmt_err_set(err, KMT_ERR_FAILED, EFBIG, "more than %llu MiB in the image",
				(unsigned long long)(in->max >> 20));
		in->len += (size_t)got;
	}
	return (long)(in->len - in->pos);
}

int kmt_initramfs_in_take(struct kmt_initramfs_in *in, void *out, uint64_t n, struct kmt_err *err)
{
	char *to = out;

	while (n) {
		long there = kmt_initramfs_in_peek(in, 1, err);
		size_t part;

		if (there < 0)
			return (int)there;
		if (!there)
			return kmt_initramfs_damaged(err, "it ends in the middle");
		part = (uint64_t)there < n ? (size_t)there : (size_t)n;
		if (to) {
			memcpy(to, in->buf + in->pos, part);
			to += part;
		}
		in->pos += part;
		in->offset += part;
		n -= part;
	}
	return 0;
}

static long fill_from_file(struct kmt_initramfs_in *in, void *buf, size_t n, struct kmt_err *err)
{
	ssize_t got;

	do
		got = pread(in->fd, buf, n, (off_t)(in->offset + (in->len - in->pos)));
	while (got < 0 && errno == EINTR);
	return got < 0 ? kmt_err_errno(err, errno, "cannot read the image") : got;
}

void kmt_initramfs_in_file(struct kmt_initramfs_in *in, int fd)
{
	*in = (struct kmt_initramfs_in){.fill = fill_from_file, .fd = fd, .max = KMT_INITRAMFS_MAX};
	in->buf = kmt_alloc(KMT_INITRAMFS_BUFFER);
}

#ifdef HAVE_ARCHIVE

struct format {
	const char *name;
	const char *magic;
	size_t magic_size;
	size_t add; /* offset of the decoder's function in the table of libarchive */
};

#define ADD(filter) offsetof(struct kmt_lazy_archive, archive_read_support_filter_##filter)

/* Those that the kernel unpacks, but lzop, for which libarchive runs a program. */
static const struct format formats[] = {
	{"gzip", "\x1f\x8b", 2, ADD(gzip)},
	{"zstd", "\x28\xb5\x2f\xfd", 4, ADD(zstd)},
	{"xz", "\xfd" "7zXZ", 6, ADD(xz)},
	{"lz4", "\x02\x21\x4c\x18", 4, ADD(lz4)}, /* lz4 -l, which the kernel wants */
	{"lz4", "\x04\x22\x4d\x18", 4, ADD(lz4)},
	{"bzip2", "BZh", 3, ADD(bzip2)},
	{"lzma", "\x5d\x00\x00", 3, ADD(lzma)},
};

static const struct format *find_format(const unsigned char *data, size_t n)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(formats); i++)
		if (n >= formats[i].magic_size && !memcmp(data, formats[i].magic, formats[i].magic_size))
			return &formats[i];
	return NULL;
}

/* libarchive has used up the last block when it asks for the next one, but may look at it still. */
static la_ssize_t next_block(struct archive *archive, void *ctx, const void **data)
{
	struct kmt_initramfs_in *in = ctx, *packed = in->packed;
	long n = kmt_initramfs_in_peek(packed, 1, in->err);

	if (n <= 0)
		return n;
	memcpy(in->block, packed->buf + packed->pos, (size_t)n);
	packed->pos += (size_t)n;
	packed->offset += (uint64_t)n;
	*data = in->block;
	return n;
}

static int decode_failed(const struct kmt_initramfs_in *in, struct kmt_err *err)
{
	const struct kmt_lazy_archive *lib = kmt_lazy_archive(NULL);
	const char *why = lib->archive_error_string(in->archive);

	if (err->kind) /* reading the file failed */
		return -err->errnum;
	return kmt_initramfs_damaged(err, why ? why : "it cannot be decompressed");
}

static long fill_unpacked(struct kmt_initramfs_in *in, void *buf, size_t n, struct kmt_err *err)
{
	la_ssize_t got;

	in->err = err;
	got = kmt_lazy_archive(NULL)->archive_read_data(in->archive, buf, n);
	return got < 0 ? decode_failed(in, err) : (long)got;
}

/* A decoder that this libarchive was built without is replaced by a program, and that is not run. */
static int add_decoder(const struct kmt_lazy_archive *lib, struct kmt_initramfs_in *in,
	const struct format *format, struct kmt_err *err)
{
	int (*add)(struct archive *);

	memcpy(&add, (const char *)lib + format->add, sizeof(add));
	if (add(in->archive) != ARCHIVE_OK)
		return kmt_err_set(err, KMT_ERR_FAILED, EOPNOTSUPP,
			"the image is compressed with %s, which this libarchive cannot read", format->name);
	return 0;
}

int kmt_initramfs_in_unpack(struct kmt_initramfs_in *in, struct kmt_initramfs_in *packed,
	const char **name, struct kmt_err *err)
{
	const struct kmt_lazy_archive *lib;
	const struct format *format = find_format(packed->buf + packed->pos, packed->len - packed->pos);
	struct archive_entry *entry;
	int r;

	*in = (struct kmt_initramfs_in){.fill = fill_unpacked, .max = packed->max, .packed = packed};
	if (!format)
		return kmt_initramfs_damaged(err, "neither a cpio archive nor a known compression");
	lib = kmt_lazy_archive(err);
	if (!lib)
		return -EOPNOTSUPP;
	*name = format->name;
	in->packed_at = packed->offset;
	in->archive = lib->archive_read_new();
	if (!in->archive)
		return kmt_err_set(err, KMT_ERR_FAILED, ENOMEM, "no memory for decompression");
	in->buf = kmt_alloc(KMT_INITRAMFS_BUFFER);
	in->block = kmt_alloc(KMT_INITRAMFS_BUFFER);
	in->err = err;
	r = add_decoder(lib, in, format, err);
	if (r < 0)
		return r;
	lib->archive_read_support_format_raw(in->archive);
	if (lib->archive_read_open(in->archive, in, NULL, next_block, NULL) != ARCHIVE_OK ||
		lib->archive_read_next_header(in->archive, &entry) != ARCHIVE_OK)
		return decode_failed(in, err);
	return 0;
}

void kmt_initramfs_in_close(struct kmt_initramfs_in *in)
{
	struct kmt_initramfs_in *packed = in->packed;

	if (in->archive) {
		const struct kmt_lazy_archive *lib = kmt_lazy_archive(NULL);
		int64_t used = lib->archive_filter_bytes(in->archive, -1);

		used = used > 0 ? used : 0;
		packed->offset = in->packed_at + (uint64_t)used;
		packed->pos = packed->len = 0;
		lib->archive_read_free(in->archive);
	}
	free(in->buf);
	free(in->block);
}

#else

int kmt_initramfs_in_unpack(struct kmt_initramfs_in *in, struct kmt_initramfs_in *packed,
	const char **name, struct kmt_err *err)
{
	*in = (struct kmt_initramfs_in){.packed = packed};
	kmt_lazy_get(KMT_LAZY_ARCHIVE, err); /* says that it is not in this build */
	return -EOPNOTSUPP;
}

void kmt_initramfs_in_close(struct kmt_initramfs_in *in)
{
}

#endif
