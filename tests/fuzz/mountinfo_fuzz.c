/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is mounted and swapped on: /proc/self/mountinfo; /proc/swaps if the first byte is 's', /etc/fstab for 'f'. */
#include "fuzz.h"

#include <kmt/source/mountinfo.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_mountinfo mounts = {0};
	struct kmt_fstab fstab = {0};
	struct kmt_strv swaps = {0};
	struct kmt_arena arena = {0};

	if (size && data[0] == 's')
		kmt_swaps_parse((const char *)data + 1, size - 1, &arena, &swaps);
	else if (size && data[0] == 'f')
		kmt_fstab_parse((const char *)data + 1, size - 1, &arena, &fstab);
	else
		kmt_mountinfo_parse((const char *)data, size, &arena, &mounts);
	kmt_mountinfo_free(&mounts);
	kmt_vec_free(&fstab.rows);
	kmt_vec_free(&swaps);
	kmt_arena_free(&arena);
	return 0;
}
