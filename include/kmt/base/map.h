/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash table from strings to pointers. Keys are not copied: they live in the arena of the rows they
 * name. No deletion; the order of insertion is not kept (walk your own array instead).
 */
#ifndef KMT_BASE_MAP_H
#define KMT_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct kmt_map_slot {
	const char *key;
	void *value;
	uint64_t hash;
};

/* All zero is valid and empty. */
struct kmt_map {
	struct kmt_map_slot *slots;
	size_t n, cap;
};

uint64_t kmt_hash(const void *data, size_t n); /* FNV-1a, for tables that are not given to an attacker */
void *kmt_map_get(const struct kmt_map *m, const char *key);	      /* NULL if absent */
void *kmt_map_getn(const struct kmt_map *m, const char *key, size_t n); /* KEY need not be terminated */
/* Returns the value that was there before (and stays), or NULL after adding VALUE. */
void *kmt_map_add(struct kmt_map *m, const char *key, void *value);
void kmt_map_set(struct kmt_map *m, const char *key, void *value); /* adds or replaces */
void kmt_map_free(struct kmt_map *m);

#endif
