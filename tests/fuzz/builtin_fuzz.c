/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is built in: modules.builtin, and the same bytes as modules.builtin.modinfo. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "src/source/modindex_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_modindex idx = {.dir = "/tree", .version = "1"};
	struct kmt_root root = {.fd = -1, .path = (char *)""};
	struct kmt_diag diag = {0};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	kmt_autofree char *text = kmt_realloc_array(NULL, size + 1, 1);
	const char *p = memcpy(text, data, size), *end = p + size;
	struct kmt_modinfo_field field;
	struct kmt_slice module;

	idx.root = &root;
	idx.parts = kmt_alloc(sizeof(*idx.parts));
	idx.parts->diag = &diag;
	kmt_modindex_parse_builtin(&idx, text, size, &err);
	while (kmt_builtin_next(&p, end, &module, &field))
		if (field.value[field.value_len])
			abort();
	kmt_modindex_close(&idx);
	kmt_diag_clear(&diag);
	return 0;
}
