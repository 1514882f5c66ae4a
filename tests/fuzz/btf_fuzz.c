/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first half is the kernel's type information, the other that of a module. */
#include "fuzz.h"

#include <kmt/source/btf.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_btf base, split;

	if (!kmt_btf_open(data, size / 2, &base, NULL) &&
		!kmt_btf_open(data + size / 2, size - size / 2, &split, NULL))
		kmt_btf_compare(&base, &split);
	return 0;
}
