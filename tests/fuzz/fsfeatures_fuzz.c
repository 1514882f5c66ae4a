/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The superblocks of filesystems; the first byte tells which. */
#include "fuzz.h"

#include <kmt/source/fsfeatures.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {"btrfs", "ext4", "f2fs", "xfs"};
	struct kmt_fsfeatures f;

	if (size)
		kmt_fsfeatures_parse(types[data[0] & 3], data + 1, size - 1, &f);
	return 0;
}
