/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modalias: what is told of the device from it, and whether an alias stands for it. The first line is the
 * alias. */
#include "fuzz.h"

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/devdesc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kmt_autofree char *text = kmt_strndup((const char *)data, size);
	char *end = strchr(text, '\n');

	kmt_devdesc_class(end ? end + 1 : text);
	if (end) {
		*end = '\0';
		kmt_modalias_matches(text, end + 1);
	}
	return 0;
}
