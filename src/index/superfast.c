/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/superfast.h>

/* Always little-endian, so that a big-endian machine writes the same order. */
static uint32_t two_bytes(const char *s)
{
	return (uint32_t)(unsigned char)s[0] | (uint32_t)(unsigned char)s[1] << 8;
}

uint32_t kmt_superfast(const char *s, size_t n)
{
	uint32_t h = (uint32_t)n;

	for (; n >= 4; n -= 4, s += 4) {
		h += two_bytes(s);
		h = h << 16 ^ two_bytes(s + 2) << 11 ^ h;
		h += h >> 11;
	}
	switch (n) {
	case 3:
		h += two_bytes(s);
		h ^= h << 16;
		h ^= (uint32_t)(unsigned char)s[2] << 18;
		h += h >> 11;
		break;
	case 2:
		h += two_bytes(s);
		h ^= h << 11;
		h += h >> 17;
		break;
	case 1:
		h += (uint32_t)(signed char)s[0];
		h ^= h << 10;
		h += h >> 1;
		break;
	}
	h ^= h << 3;
	h += h >> 5;
	h ^= h << 4;
	h += h >> 17;
	h ^= h << 25;
	h += h >> 6;
	return h;
}
