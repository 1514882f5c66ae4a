/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.dep and modules.dep.bin, with all of their modules taken apart. */
#include "fuzz.h"

#include <string.h>

#include "src/source/modindex_priv.h"

#define LOOKUPS_MAX 16

static void read_trie(const uint8_t *data, size_t size)
{
	struct kmt_root root = {.fd = -1, .path = (char *)""};
	struct kmt_modindex idx = {.root = &root, .dir = "/tree", .version = "1"};
	unsigned char *copy = kmt_alloc(size + !size);
	struct kmt_index_matches keys = {0};

	memcpy(copy, data, size);
	idx.parts = kmt_alloc(sizeof(*idx.parts));
	idx.parts->tries[KMT_INDEX_DEP] = (struct kmt_trie){copy, size};
	kmt_modindex_start_dep(&idx);
	kmt_modindex_keys(&idx, KMT_INDEX_DEP, &keys, NULL);
	for (size_t i = 0; i < keys.rows.n && i < LOOKUPS_MAX; i++)
		kmt_modindex_find(&idx, keys.rows.v[i].pattern);
	kmt_vec_free(&keys.rows);
	kmt_modindex_close(&idx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_root root = {.fd = -1, .path = (char *)""};
	struct kmt_modindex idx = {.root = &root, .dir = "/tree", .version = "1"};
	struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_diag diag = {0};
	struct kmt_err err = KMT_ERR_INIT;

	read_trie(data, size);
	kmt_strbuf_add(&text, data, size);
	idx.parts = kmt_alloc(sizeof(*idx.parts));
	idx.parts->diag = &diag;
	if (!kmt_modindex_parse_dep(&idx, &text, &err))
		for (size_t i = 0; i < kmt_modindex_count(&idx); i++)
			kmt_modindex_find(&idx, kmt_modindex_at(&idx, i)->name);
	kmt_modindex_close(&idx);
	kmt_err_clear(&err);
	kmt_diag_clear(&diag);
	return 0;
}
