/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of /proc/bus/input/devices. */
#include "fuzz.h"

#include <kmt/source/inputdevices.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_inputdevices devices = {0};
	struct kmt_arena arena = {0};

	kmt_inputdevices_parse((const char *)data, size, &arena, &devices);
	kmt_vec_free(&devices.rows);
	kmt_arena_free(&arena);
	return 0;
}
