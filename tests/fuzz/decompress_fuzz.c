/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compressed data, twice with the same decoder: its state must survive whatever the first one was.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/source/decoder.h>

#define OUTPUT_MAX ((size_t)16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kmt_autostrbuf struct kmt_strbuf first = KMT_STRBUF_INIT, second = KMT_STRBUF_INIT;
	struct kmt_decompressor d = {.max = OUTPUT_MAX};
	enum kmt_compression c = kmt_compression_detect(data, size);
	struct kmt_decoder_choice choice;

	kmt_decoder_choose(data, size, kmt_compression_name(c), &choice);
	if (c != KMT_COMP_NONE) {
		int r = kmt_decompress(&d, c, data, size, &first, NULL);

		if (kmt_decompress(&d, c, data, size, &second, NULL) != r)
			abort();
		if (first.len != second.len || first.len > OUTPUT_MAX ||
			memcmp(kmt_strbuf_str(&first), kmt_strbuf_str(&second), first.len) != 0)
			abort();
	}
	kmt_decompressor_free(&d);
	return 0;
}
