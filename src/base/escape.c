/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/escape.h>

#include <stdbool.h>
#include <stdint.h>

static bool continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t kmt_utf8_len(const char *str, size_t n)
{
	const unsigned char *s = (const unsigned char *)str;

	if (!n)
		return 0;
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		return n >= 2 && continues(s[1]) ? 2 : 0;
	if (s[0] >= 0xe0 && s[0] <= 0xef) {
		if (n < 3 || !continues(s[1]) || !continues(s[2]))
			return 0;
		if (s[0] == 0xe0 && s[1] < 0xa0) /* overlong */
			return 0;
		if (s[0] == 0xed && s[1] > 0x9f) /* surrogate */
			return 0;
		return 3;
	}
	if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		if (n < 4 || !continues(s[1]) || !continues(s[2]) || !continues(s[3]))
			return 0;
		if (s[0] == 0xf0 && s[1] < 0x90) /* overlong */
			return 0;
		if (s[0] == 0xf4 && s[1] > 0x8f) /* above U+10FFFF */
			return 0;
		return 4;
	}
	return 0;
}

/* C0, DEL, and C1 in its two-byte UTF-8 form (U+0080 to U+009F). */
static bool is_control(const unsigned char *s, size_t len)
{
	if (len == 1)
		return s[0] < 0x20 || s[0] == 0x7f;
	return len == 2 && s[0] == 0xc2 && s[1] < 0xa0;
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

static void add_hex(struct kmt_strbuf *out, const unsigned char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kmt_strbuf_addf(out, "\\x%02x", s[i]);
}

void kmt_escape_text(struct kmt_strbuf *out, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n) {
		const unsigned char *p = (const unsigned char *)s + i;
		size_t run = 0, len;

		while (i + run < n && plain(p[run]))
			run++;
		kmt_strbuf_add(out, p, run);
		i += run;
		if (i == n)
			break;
		p += run;
		len = kmt_utf8_len(s + i, n - i);
		if (!len || is_control(p, len))
			add_hex(out, p, len ? len : 1);
		else
			kmt_strbuf_add(out, p, len);
		i += len ? len : 1;
	}
}

void kmt_escape_utf8(struct kmt_strbuf *out, const char *s, size_t n)
{
	static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
	size_t i = 0;

	while (i < n) {
		size_t len = kmt_utf8_len(s + i, n - i);

		if (len)
			kmt_strbuf_add(out, s + i, len);
		else
			kmt_strbuf_addstr(out, replacement);
		i += len ? len : 1;
	}
}
