/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of hwdata. */
#include "fuzz.h"

#include <kmt/source/hwdata.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t ids[] = {0x00000000, 0x1d6b0002, 0x80860001, 0x808610d3, 0x8086ffff, 0xffffffff};
	struct kmt_hwdata_names names = {0};
	struct kmt_arena arena = {0};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(ids); i++)
		kmt_vec_push(&names.rows, (struct kmt_hwdata_name){.id = ids[i]});
	kmt_hwdata_parse((const char *)data, size, &names, &arena);
	kmt_vec_free(&names.rows);
	kmt_arena_free(&arena);
	return 0;
}
