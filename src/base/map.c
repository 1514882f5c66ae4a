/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/map.h>

#include <string.h>

#include <kmt/base/alloc.h>

#define FIRST_SIZE 64 /* a power of two, as every later size */

uint64_t kmt_hash(const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

/* The slot that holds KEY, or the free one where it belongs. The table is never full. */
static struct kmt_map_slot *find(const struct kmt_map *m, const char *key, size_t n, uint64_t hash)
{
	size_t i = hash & (m->cap - 1);

	while (m->slots[i].key) {
		const struct kmt_map_slot *s = &m->slots[i];

		if (s->hash == hash && !strncmp(s->key, key, n) && s->key[n] == '\0')
			break;
		i = (i + 1) & (m->cap - 1);
	}
	return &m->slots[i];
}

static void grow(struct kmt_map *m)
{
	struct kmt_map bigger = {.n = m->n, .cap = m->cap ? 2 * m->cap : FIRST_SIZE};

	bigger.slots = kmt_alloc(bigger.cap * sizeof(*bigger.slots));
	for (size_t i = 0; i < m->cap; i++) {
		const struct kmt_map_slot *s = &m->slots[i];

		if (s->key)
			*find(&bigger, s->key, strlen(s->key), s->hash) = *s;
	}
	free(m->slots);
	*m = bigger;
}

void *kmt_map_getn(const struct kmt_map *m, const char *key, size_t n)
{
	return m->n ? find(m, key, n, kmt_hash(key, n))->value : NULL;
}

void *kmt_map_get(const struct kmt_map *m, const char *key)
{
	return kmt_map_getn(m, key, strlen(key));
}

static struct kmt_map_slot *slot_for(struct kmt_map *m, const char *key)
{
	size_t n = strlen(key);
	uint64_t hash = kmt_hash(key, n);
	struct kmt_map_slot *s;

	if (4 * (m->n + 1) > 3 * m->cap)
		grow(m);
	s = find(m, key, n, hash);
	s->hash = hash;
	return s;
}

void *kmt_map_add(struct kmt_map *m, const char *key, void *value)
{
	struct kmt_map_slot *s = slot_for(m, key);

	if (s->key)
		return s->value;
	s->key = key;
	s->value = value;
	m->n++;
	return NULL;
}

void kmt_map_set(struct kmt_map *m, const char *key, void *value)
{
	struct kmt_map_slot *s = slot_for(m, key);

	if (!s->key) {
		s->key = key;
		m->n++;
	}
	s->value = value;
}

void kmt_map_free(struct kmt_map *m)
{
	free(m->slots);
	*m = (struct kmt_map){0};
}
