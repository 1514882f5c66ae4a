/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of modprobe.d. */
#include "fuzz.h"

#include <kmt/source/modprobed.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct kmt_conf_file file = {.path = "fuzz.conf"};
	struct kmt_conf conf = {0};
	struct kmt_diag diag = {0};

	kmt_modprobed_parse(&file, (const char *)data, size, &conf, &diag);
	kmt_conf_free(&conf);
	kmt_diag_clear(&diag);
	return 0;
}
