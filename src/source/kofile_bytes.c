/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a module file, from what was read already where that has them. */
#include "kofile_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

/* Two thirds of a distribution's modules are not larger than this and are read at once; of the
 * others only the ELF header and the build-id are at the start. */
#define SMALL_FILE ((uint64_t)64 << 10)
#define HEAD_SIZE ((uint64_t)4 << 10)
/* Section headers and signature of nearly every module. */
#define TAIL_MAX ((uint64_t)64 << 10)
/* The largest compressed file that is read. */
#define COMPRESSED_MAX ((uint64_t)256 << 20)

int kmt_kofile_fail(
	const struct kmt_kofile *ko, struct kmt_err *err, int errnum, const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	return kmt_err_set(err, KMT_ERR_FAILED, errnum, "%s%s: %s", ko->root ? ko->root->path : "",
		kmt_strbuf_str(&ko->path), text.s);
}

static int read_exactly(struct kmt_kofile *ko, struct kmt_strbuf *out, uint64_t offset, size_t n,
	struct kmt_err *err)
{
	ssize_t got;

	kmt_strbuf_truncate(out, 0);
	kmt_strbuf_reserve(out, n);
	got = kmt_pread(ko->fd, out->s, n, offset);
	if (got < 0)
		return kmt_kofile_fail(ko, err, (int)-got, "%s", strerror((int)-got));
	out->len = (size_t)got;
	out->s[out->len] = '\0';
	if (out->len < n)
		return kmt_kofile_fail(ko, err, EIO, "it became shorter while it was read");
	return 0;
}

static const unsigned char *in_window(const struct kmt_ko_window *w, uint64_t offset, uint64_t n)
{
	if (offset < w->offset || offset - w->offset > w->bytes.len ||
		n > w->bytes.len - (offset - w->offset))
		return NULL;
	return (const unsigned char *)w->bytes.s + (offset - w->offset);
}

int kmt_kofile_piece(struct kmt_kofile *ko, enum kmt_ko_slot slot, uint64_t offset, uint64_t n,
	const char *what, struct kmt_ko_piece *out, struct kmt_err *err)
{
	int r;

	*out = (struct kmt_ko_piece){.p = (const unsigned char *)"", .n = 0};
	if (offset > ko->size || n > ko->size - offset)
		return kmt_kofile_fail(ko, err, ENOEXEC,
			"truncated or damaged: %s should be %llu bytes at %llu, the file has %llu",
			what, (unsigned long long)n, (unsigned long long)offset,
			(unsigned long long)ko->size);
	if (n > KMT_KOFILE_PIECE_MAX)
		return kmt_kofile_fail(ko, err, EFBIG, "%s has %llu bytes, more than %zu MiB", what,
			(unsigned long long)n, KMT_KOFILE_PIECE_MAX >> 20);
	if (!n)
		return 0;
	out->n = (size_t)n;
	out->p = ko->data ? ko->data + offset : in_window(&ko->head, offset, n);
	if (!out->p)
		out->p = in_window(&ko->tail, offset, n);
	if (out->p)
		return 0;
	r = read_exactly(ko, &ko->slots[slot], offset, (size_t)n, err);
	out->p = (const unsigned char *)kmt_strbuf_str(&ko->slots[slot]);
	return r;
}

int kmt_kofile_read_tail(struct kmt_kofile *ko, uint64_t offset, struct kmt_err *err)
{
	if (ko->data || offset >= ko->size || ko->size - offset > TAIL_MAX ||
		in_window(&ko->head, offset, ko->size - offset))
		return 0;
	ko->tail.offset = offset;
	return read_exactly(ko, &ko->tail.bytes, offset, (size_t)(ko->size - offset), err);
}

/* A compressed file becomes a buffer. */
static int unpack(struct kmt_kofile *ko, struct kmt_err *err)
{
	int r;

	if (ko->size > COMPRESSED_MAX)
		return kmt_kofile_fail(ko, err, EFBIG, "a compressed file of more than %llu MiB",
			(unsigned long long)(COMPRESSED_MAX >> 20));
	/* What was read to recognize it is often the whole file. */
	if (!ko->data)
		ko->data = in_window(&ko->head, 0, ko->size);
	if (!ko->data) {
		r = read_exactly(ko, &ko->compressed, 0, (size_t)ko->size, err);
		if (r < 0)
			return r;
		ko->data = (const unsigned char *)ko->compressed.s;
	}
	kmt_strbuf_truncate(&ko->plain, 0);
	r = kmt_decompress(
		&ko->decompressor, ko->compression, ko->data, (size_t)ko->size, &ko->plain, err);
	if (r < 0) {
		kmt_err_wrap(
			err, "%s%s", ko->root ? ko->root->path : "", kmt_strbuf_str(&ko->path));
		return r;
	}
	ko->data = (const unsigned char *)kmt_strbuf_str(&ko->plain);
	ko->size = ko->plain.len;
	return 0;
}

int kmt_kofile_read_start(struct kmt_kofile *ko, struct kmt_err *err)
{
	const unsigned char *start = ko->data;
	uint64_t n = ko->size;
	int r;

	if (!start) {
		n = ko->size <= SMALL_FILE ? ko->size : HEAD_SIZE;
		r = read_exactly(ko, &ko->head.bytes, 0, (size_t)n, err);
		if (r < 0)
			return r;
		start = (const unsigned char *)ko->head.bytes.s;
	}
	ko->compression = kmt_compression_detect(start, (size_t)n);
	return ko->compression == KMT_COMP_NONE ? 0 : unpack(ko, err);
}
