/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One record of /dev/kmsg. */
#include "fuzz.h"

#include <stdlib.h>

#include <kmt/sys/kmsg.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_kmsg_record record = {0};
	struct kmt_arena arena = {0};

	if (!kmt_kmsg_parse((const char *)data, size, &arena, &record) && !record.text)
		abort();
	kmt_arena_free(&arena);
	return 0;
}
