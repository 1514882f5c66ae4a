/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An index trie (modules.alias.bin): the input is a query, a newline, and the file. */
#include "fuzz.h"

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/trie.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size < 256 ? size : 256);
	struct kmt_index_matches matches = {0};
	struct kmt_arena arena = {0};
	struct kmt_trie trie = {0};
	kmt_autofree char *query = NULL;

	if (!newline)
		return 0;
	query = kmt_strndup((const char *)data, (size_t)(newline - data));
	trie.data = newline + 1;
	trie.size = size - (size_t)(newline + 1 - data);
	kmt_trie_match(&trie, query, &arena, &matches);
	kmt_trie_all(&trie, &arena, &matches);
	kmt_vec_free(&matches.rows);
	kmt_arena_free(&arena);
	return 0;
}
