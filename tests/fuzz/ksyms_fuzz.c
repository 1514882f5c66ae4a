/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel exports: Module.symvers, or System.map if the first byte is 'm'; the second one is the
 * prefix of symbols. */
#include "fuzz.h"

#include <kmt/index/ksyms.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_intern names;
	struct kmt_links links = {.names = &names};
	struct kmt_diag diag = {0};
	struct kmt_slice text = {(const char *)data + 2, size - 2};

	if (size < 2)
		return 0;
	links.prefix = (char)data[1];
	kmt_intern_init(&names);
	if (data[0] == 'm')
		kmt_ksyms_system_map(&links, "fuzz", text, &diag);
	else
		kmt_ksyms_symvers(&links, "fuzz", text, &diag);
	kmt_links_free(&links);
	kmt_intern_free(&names);
	kmt_diag_clear(&diag);
	return 0;
}
