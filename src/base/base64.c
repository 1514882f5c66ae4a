/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/base64.h>

void kmt_base64_add(struct kmt_strbuf *out, const void *data, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		unsigned int bits = p[i] << 16u;

		if (left > 1)
			bits |= p[i + 1] << 8u;
		if (left > 2)
			bits |= p[i + 2];
		kmt_strbuf_addc(out, letters[bits >> 18 & 63]);
		kmt_strbuf_addc(out, letters[bits >> 12 & 63]);
		kmt_strbuf_addc(out, left > 1 ? letters[bits >> 6 & 63] : '=');
		kmt_strbuf_addc(out, left > 2 ? letters[bits & 63] : '=');
	}
}
