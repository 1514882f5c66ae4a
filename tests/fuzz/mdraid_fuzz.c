/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The superblock of a RAID's member. */
#include "fuzz.h"

#include <kmt/source/mdraid.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_mdraid md;

	kmt_mdraid_parse(data, size, &md);
	return 0;
}
