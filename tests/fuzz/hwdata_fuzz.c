/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modalias in the first line, behind it a list of hwdata. */
#include "fuzz.h"

#include <string.h>

#include <kmt/source/hwdata.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *newline = memchr(data, '\n', size);
	size_t first = newline ? (size_t)(newline - text) : size;
	struct kmt_hwdata h = {0};
	const char *modalias = kmt_arena_strndup(&h.arena, text, first);

	kmt_hwdata_ask(&h, modalias);
	kmt_hwdata_ask(&h, "pci:v00008086d000010D3sv");
	for (int i = 0; i < KMT_HWDATA_COUNT; i++)
		kmt_hwdata_parse(text + first, size - first, &h.lists[i], &h.arena);
	kmt_hwdata_find(&h, modalias);
	kmt_hwdata_free(&h);
	return 0;
}
