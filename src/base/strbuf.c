/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/strbuf.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>

#define FIRST_SIZE 64

void kmt_strbuf_reserve(struct kmt_strbuf *b, size_t extra)
{
	size_t cap = b->cap ? b->cap : FIRST_SIZE;

	if (extra < b->cap - b->len)
		return;
	while (cap - b->len <= extra)
		cap = cap > SIZE_MAX / 4 ? b->len + extra + 1 : 2 * cap;
	b->s = kmt_realloc_array(b->s, cap, 1);
	b->cap = cap;
	b->s[b->len] = '\0';
}

void kmt_strbuf_add(struct kmt_strbuf *b, const void *data, size_t n)
{
	kmt_strbuf_reserve(b, n);
	if (n)
		memcpy(b->s + b->len, data, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void kmt_strbuf_addstr(struct kmt_strbuf *b, const char *s)
{
	kmt_strbuf_add(b, s, strlen(s));
}

void kmt_strbuf_addc(struct kmt_strbuf *b, char c)
{
	kmt_strbuf_add(b, &c, 1);
}

void kmt_strbuf_vaddf(struct kmt_strbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	/* Into what is free, which mostly has room. */
	va_copy(again, ap);
	n = vsnprintf(b->s ? b->s + b->len : NULL, b->cap - b->len, fmt, ap);
	if (n > 0 && (size_t)n >= b->cap - b->len) {
		kmt_strbuf_reserve(b, (size_t)n);
		vsnprintf(b->s + b->len, (size_t)n + 1, fmt, again);
	}
	if (n > 0)
		b->len += (size_t)n;
	va_end(again);
}

void kmt_strbuf_addf(struct kmt_strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kmt_strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

void kmt_strbuf_item(struct kmt_strbuf *b, const char *sep, const char *fmt, ...)
{
	va_list ap;

	if (b->len)
		kmt_strbuf_addstr(b, sep);
	va_start(ap, fmt);
	kmt_strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

void kmt_strbuf_truncate(struct kmt_strbuf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->s[len] = '\0';
}

const char *kmt_strbuf_str(const struct kmt_strbuf *b)
{
	return b->s ? b->s : "";
}

char *kmt_strbuf_steal(struct kmt_strbuf *b)
{
	char *s;

	kmt_strbuf_reserve(b, 0);
	s = b->s;
	*b = (struct kmt_strbuf)KMT_STRBUF_INIT;
	return s;
}

void kmt_strbuf_free(struct kmt_strbuf *b)
{
	free(b->s);
	*b = (struct kmt_strbuf)KMT_STRBUF_INIT;
}
