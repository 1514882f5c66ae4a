/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index tries of depmod (modules.*.bin): their format, and looking keys up. Pure.
 *
 * All numbers are big-endian u32: a magic, a version (major in the upper half), a reference to the root
 * node. A reference is an offset from the start of the file in its low 28 bits and flags above that tell
 * which parts the node has, in this order:
 *
 *   PREFIX	text ended by a NUL
 *   CHILDREN	first and last character (a byte each), and a reference for each character of that range
 *   VALUES	a number of values; each is a priority and a text ended by a NUL
 *
 * The path to a node, characters and prefixes, is its key; keys are fnmatch(3) patterns. A reference
 * without flags is to a node without parts, wherever it points: depmod's root is such a one where there are
 * no keys, and a file of no bytes is an index without keys, too.
 */
#ifndef KMT_SOURCE_TRIE_H
#define KMT_SOURCE_TRIE_H

#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>

#define KMT_TRIE_MAGIC 0xB007F457u
#define KMT_TRIE_VERSION 0x00020001u
#define KMT_TRIE_ROOT 8u /* where the reference to the root is */
#define KMT_TRIE_HEADER_SIZE 12u
#define KMT_TRIE_HAS_PREFIX 0x80000000u
#define KMT_TRIE_HAS_VALUES 0x40000000u
#define KMT_TRIE_HAS_CHILDREN 0x20000000u
#define KMT_TRIE_OFFSET 0x0fffffffu
/* Keys are 7-bit: first and last are below this. */
#define KMT_TRIE_CHARS 128

struct kmt_trie {
	const unsigned char *data;
	size_t size;
};

struct kmt_index_match {
	const char *pattern;	/* the key that matched */
	const char *module;	/* normal form; need not exist in modules.dep if the index is stale */
	unsigned int priority;
};

struct kmt_index_matches {
	KMT_VEC(struct kmt_index_match) rows;
};

/* Appends all keys that match QUERY (normal form) in libkmod's order; strings are put in ARENA. -EBADMSG,
 * and nothing is appended, if the trie is corrupt. */
int kmt_trie_match(const struct kmt_trie *trie, const char *query, struct kmt_arena *arena,
	struct kmt_index_matches *out);

/* All keys with their values, in the order of `modprobe -c`: by character, a key before those that go on. */
int kmt_trie_all(const struct kmt_trie *trie, struct kmt_arena *arena, struct kmt_index_matches *out);

#endif
