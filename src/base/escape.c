/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/escape.h>

#include <stdint.h>

#include <kmt/base/alloc.h>

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

uint32_t kmt_utf8_decode(const char *str, size_t len)
{
	const unsigned char *s = (const unsigned char *)str;
	uint32_t c = len == 1 ? s[0] : s[0] & (0xffu >> (len + 1));

	for (size_t i = 1; i < len; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

bool kmt_char_is_hidden(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{0x00, 0x1f},	    /* C0 */
		{0x7f, 0xa0},	    /* DEL, C1, no-break space */
		{0xad, 0xad},	    /* soft hyphen */
		{0x61c, 0x61c},	    /* Arabic letter mark */
		{0x180e, 0x180e},   /* Mongolian vowel separator */
		{0x200b, 0x200f},   /* zero width, direction marks */
		{0x2028, 0x202e},   /* line and paragraph separators, embedding, override */
		{0x2060, 0x206f},   /* word joiner, invisible operators, isolates, deprecated formats */
		{0xfeff, 0xfeff},   /* byte order mark */
		{0xfff9, 0xfffb},   /* interlinear annotation */
		{0xe0000, 0xe007f}, /* tags */
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(hidden); i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return true;
	return false;
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
		if (!len || kmt_char_is_hidden(kmt_utf8_decode(s + i, len)))
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
