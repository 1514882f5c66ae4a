/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.dep, with all of its modules taken apart. */
#include "fuzz.h"

#include "src/source/modindex_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_root root = {.fd = -1, .path = (char *)""};
	struct kmt_modindex idx = {.root = &root, .dir = "/tree", .version = "1"};
	struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_diag diag = {0};
	struct kmt_err err = KMT_ERR_INIT;

	kmt_strbuf_add(&text, data, size);
	idx.parts = kmt_alloc(sizeof(*idx.parts));
	if (!kmt_modindex_parse_dep(&idx, &text, &diag, &err))
		for (size_t i = 0; i < kmt_modindex_count(&idx); i++)
			kmt_modindex_find(&idx, kmt_modindex_at(&idx, i)->name);
	kmt_modindex_close(&idx);
	kmt_err_clear(&err);
	kmt_diag_clear(&diag);
	return 0;
}
