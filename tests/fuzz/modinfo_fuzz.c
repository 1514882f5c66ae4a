/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The contents of a .modinfo section. */
#include "fuzz.h"

#include <stdlib.h>

#include <kmt/source/modinfo.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_modinfo_params params = {0};
	struct kmt_modinfo modinfo = {0};
	const struct kmt_modinfo_field *field;

	kmt_modinfo_parse((const char *)data, size, &modinfo);
	kmt_modinfo_params(&modinfo, &params);
	/* Every value is terminated where it says that it ends. */
	kmt_vec_foreach (field, &modinfo.fields)
		if (field->value[field->value_len])
			abort();
	kmt_modinfo_get(&modinfo, "license");
	kmt_modinfo_params_free(&params);
	kmt_modinfo_free(&modinfo);
	return 0;
}
