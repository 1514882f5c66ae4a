/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing an index trie (modules.*.bin), as depmod does, from a sorted array: no node objects. The result
 * depends only on the entries and their order of insertion, never on addresses or threads. Pure.
 *
 * The format, all numbers big-endian: u32 magic, u32 version, u32 reference to the root. A reference is
 * an offset from the start of the file in its low 28 bits and flags above that tell which parts the node
 * has, in this order: a prefix (terminated), children (u8 first, u8 last, one reference for each character
 * between), values (u32 count, then u32 priority and a terminated string for each).
 */
#ifndef KMT_INDEX_TRIE_H
#define KMT_INDEX_TRIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

#define KMT_TRIE_MAGIC 0xB007F457u
#define KMT_TRIE_VERSION 0x00020001u
#define KMT_TRIE_HAS_PREFIX 0x80000000u
#define KMT_TRIE_HAS_VALUES 0x40000000u
#define KMT_TRIE_HAS_CHILDREN 0x20000000u
#define KMT_TRIE_OFFSET 0x0fffffffu
/* Keys are 7-bit: first and last are below this. */
#define KMT_TRIE_CHARS 128

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
