/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte buffer that is always NUL-terminated. It may hold NUL bytes: LEN counts, not strlen. */
#ifndef KMT_BASE_STRBUF_H
#define KMT_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct kmt_strbuf {
	char *s; /* NULL while nothing was ever added; see kmt_strbuf_str() */
	size_t len, cap;
};

#define KMT_STRBUF_INIT {0}

void kmt_strbuf_reserve(struct kmt_strbuf *b, size_t extra); /* room for EXTRA more bytes and the NUL */
void kmt_strbuf_add(struct kmt_strbuf *b, const void *data, size_t n);
void kmt_strbuf_addstr(struct kmt_strbuf *b, const char *s);
void kmt_strbuf_addc(struct kmt_strbuf *b, char c);
void kmt_strbuf_addf(struct kmt_strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void kmt_strbuf_vaddf(struct kmt_strbuf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* Adds an item of a list: SEP before it unless the buffer is empty. */
void kmt_strbuf_item(struct kmt_strbuf *b, const char *sep, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void kmt_strbuf_truncate(struct kmt_strbuf *b, size_t len); /* LEN <= b->len; keeps the memory */
const char *kmt_strbuf_str(const struct kmt_strbuf *b);	    /* "" if empty; valid until the next change */
char *kmt_strbuf_steal(struct kmt_strbuf *b);		    /* the caller frees it; the buffer is empty */
void kmt_strbuf_free(struct kmt_strbuf *b);
#define kmt_autostrbuf __attribute__((cleanup(kmt_strbuf_free)))

#endif
