/* SPDX-License-Identifier: GPL-2.0-or-later */
/* udev rules and units, and the lists of /proc that name modules. */
#include "fuzz.h"

#include <kmt/source/mentions.h>
#include <kmt/source/procuse.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct kmt_arena arena = {0};
	struct kmt_mentions m = {0};
	struct kmt_procuses uses = {0};

	kmt_mentions_parse("fuzz", text, size, "loop", &arena, &m);
	for (int kind = KMT_PROCUSE_CRYPTO; kind <= KMT_PROCUSE_FILESYSTEMS; kind++)
		kmt_procuse_parse((enum kmt_procuse_kind)kind, text, size, &arena, &uses);
	kmt_vec_free(&uses.rows);
	kmt_vec_free(&m.rows);
	kmt_arena_free(&arena);
	return 0;
}
