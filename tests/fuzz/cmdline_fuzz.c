/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel command line. */
#include "fuzz.h"

#include <kmt/source/cmdline.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_arena arena = {0};
	struct kmt_cmdline cmdline = {0};

	kmt_cmdline_parse((const char *)data, size, &arena, &cmdline);
	kmt_cmdline_free(&cmdline);
	kmt_arena_free(&arena);
	return 0;
}
