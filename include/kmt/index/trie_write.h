/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing an index trie (source/trie.h), as depmod does, from an array: no node objects. The result
 * depends only on the entries and their order of insertion, never on addresses or threads. Pure.
 */
#ifndef KMT_INDEX_TRIE_WRITE_H
#define KMT_INDEX_TRIE_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

/* Both orders hold the same and are read by every version of kmod. */
enum kmt_trie_order {
	KMT_TRIE_POSTORDER, /* children before their parent: kmod up to 33 */
	KMT_TRIE_PREORDER,  /* parent before its children: kmod since 34 */
};

struct kmt_trie_entry {
	const char *key;	/* 7-bit, terminated; neither is copied */
	const char *value;	/* VALUE_LEN bytes without a NUL */
	size_t value_len;
	uint32_t priority;	/* values of one key: ascending; among equals the last added comes first */
	uint32_t seq;		/* order of insertion */
};

struct kmt_trie_writer {
	KMT_VEC(struct kmt_trie_entry) entries;
};

/* Whether KEY can be one: 7-bit characters only, and below KMT_ALIAS_MAX bytes. */
bool kmt_trie_key_ok(const char *key);

/* KEY and VALUE must live until the trie is written. */
void kmt_trie_add(struct kmt_trie_writer *w, const char *key, const char *value, size_t value_len,
	uint32_t priority);
/* Sorts the entries and appends the whole file to OUT, which must be empty. -EFBIG if it grows beyond the
 * 256 MiB that a reference can express. */
int kmt_trie_write(struct kmt_trie_writer *w, enum kmt_trie_order order, struct kmt_strbuf *out);
void kmt_trie_writer_free(struct kmt_trie_writer *w);

#endif
