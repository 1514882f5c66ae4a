/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostile text made safe to show. Modules, configuration and the kernel log may hold control
 * characters, escape sequences and bytes that are not UTF-8.
 */
#ifndef KMT_BASE_ESCAPE_H
#define KMT_BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/strbuf.h>

/* Appends N bytes for a terminal or a line-oriented pipe: hidden characters (kmt_char_is_hidden()) and bytes
 * that are no valid UTF-8 become \xNN, a backslash stays. Tabs and newlines are escaped too. */
void kmt_escape_text(struct kmt_strbuf *out, const char *s, size_t n);

/* Appends N bytes as valid UTF-8 for JSON: bytes that are no valid UTF-8 become U+FFFD. Control
 * characters stay: the JSON writer escapes them. */
void kmt_escape_utf8(struct kmt_strbuf *out, const char *s, size_t n);

/* The length of the valid UTF-8 sequence at S (at most N bytes), or 0 (RFC 3629: no surrogates, no
 * overlong forms, nothing above U+10FFFF). */
size_t kmt_utf8_len(const char *s, size_t n);

/* The code point of a valid sequence of LEN bytes. */
uint32_t kmt_utf8_decode(const char *s, size_t len);

/* Whether the code point is a control character, or one that cannot be seen or changes the direction of what
 * follows (Unicode TR36). */
bool kmt_char_is_hidden(uint32_t c);

#endif
