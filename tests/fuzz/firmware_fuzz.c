/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of the kernel log that may tell of firmware. */
#include "fuzz.h"

#include <stdlib.h>

#include <kmt/source/firmware.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_root root = {.fd = -1, .path = (char *)"/nowhere"};
	struct kmt_kmsg_log log = {0};
	struct kmt_firmwares found = {0};

	kmt_vec_push(&log.records,
		(struct kmt_kmsg_record){.text = kmt_arena_strndup(&log.arena, (const char *)data, size)});
	kmt_firmware_find(&log, &root, NULL, &log.arena, &found);
	for (size_t i = 0; i < found.rows.n; i++)
		if (!*found.rows.v[i].device || !*found.rows.v[i].name)
			abort();
	kmt_vec_free(&found.rows);
	kmt_kmsg_log_free(&log);
	return 0;
}
