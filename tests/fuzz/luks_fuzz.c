/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header of a LUKS volume. */
#include "fuzz.h"

#include <kmt/source/luks.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_arena arena = {0};
	struct kmt_luks luks;

	kmt_luks_parse(data, size, &arena, &luks);
	kmt_luks_free(&luks);
	kmt_arena_free(&arena);
	return 0;
}
