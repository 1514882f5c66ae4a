/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of modules-load.d. */
#include "fuzz.h"

#include <kmt/source/modulesload.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_modulesload m = {0};

	kmt_modulesload_parse("fuzz", (const char *)data, size, &m);
	kmt_modulesload_free(&m);
	return 0;
}
