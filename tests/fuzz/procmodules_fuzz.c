/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of /proc/modules. */
#include "fuzz.h"

#include <kmt/source/procmodules.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_procmodules modules = {0};
	struct kmt_arena arena = {0};
	struct kmt_diag diag = {0};

	kmt_procmodules_parse((const char *)data, size, &arena, &modules, &diag);
	kmt_procmodules_free(&modules);
	kmt_arena_free(&arena);
	kmt_diag_clear(&diag);
	return 0;
}
