/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which a trie is written: by key, then by priority, then the last added first. */
#ifndef KMT_INDEX_TRIE_SORT_H
#define KMT_INDEX_TRIE_SORT_H

#include <kmt/index/trie_write.h>

void kmt_trie_sort(struct kmt_trie_entry *v, size_t n);

#endif
