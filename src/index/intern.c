/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/intern.h>

#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>

#include <kmt/base/alloc.h>

#define FIRST_SLOTS 1024 /* a power of two, as every later size */
#define MIX 0x9e3779b97f4a7c15u

void kmt_intern_init(struct kmt_intern *t)
{
	/* 16 random bytes that the kernel gives every program. */
	const void *random = (const void *)getauxval(AT_RANDOM);

	*t = (struct kmt_intern){.seed = MIX};
	if (random)
		memcpy(&t->seed, random, sizeof(t->seed));
	t->n_slots = FIRST_SLOTS;
	t->slots = kmt_alloc(t->n_slots * sizeof(*t->slots));
}

void kmt_intern_free(struct kmt_intern *t)
{
	kmt_vec_free(&t->names);
	free(t->slots);
	kmt_arena_free(&t->arena);
	*t = (struct kmt_intern){0};
}

static uint64_t mix(uint64_t h, uint64_t a)
{
	h = (h ^ a) * MIX;
	return h ^ h >> 32;
}

/* Eight bytes at a time; the last ones may overlap those before. */
static uint64_t hash_of(uint64_t seed, const char *s, size_t n)
{
	uint64_t h = seed ^ n, a = 0;
	size_t at = 0;

	for (; n - at > 8; at += 8) {
		memcpy(&a, s + at, 8);
		h = mix(h, a);
	}
	if (n >= 8) {
		memcpy(&a, s + n - 8, 8);
	} else {
		a = 0;
		memcpy(&a, s, n);
	}
	return mix(mix(h, a), n);
}

static uint32_t *slot_of(const struct kmt_intern *t, const char *name, size_t len, uint64_t hash)
{
	size_t i = hash & (t->n_slots - 1);

	while (t->slots[i]) {
		const struct kmt_name_entry *e = &t->names.v[t->slots[i] - 1];

		if (e->hash == hash && e->len == len && !memcmp(e->name, name, len))
			break;
		i = (i + 1) & (t->n_slots - 1);
	}
	return &t->slots[i];
}

static void grow(struct kmt_intern *t)
{
	free(t->slots);
	t->n_slots *= 2;
	t->slots = kmt_alloc(t->n_slots * sizeof(*t->slots));
	for (size_t n = 0; n < t->names.n; n++) {
		size_t i = t->names.v[n].hash & (t->n_slots - 1);

		while (t->slots[i])
			i = (i + 1) & (t->n_slots - 1);
		t->slots[i] = (uint32_t)n + 1;
	}
}

static uint32_t intern(struct kmt_intern *t, const char *name, size_t len, bool copy)
{
	uint64_t hash = hash_of(t->seed, name, len);
	uint32_t *slot = slot_of(t, name, len, hash);
	struct kmt_name_entry e = {.name = name, .len = (uint32_t)len, .hash = hash};

	if (*slot)
		return *slot - 1;
	if (copy)
		e.name = kmt_arena_strndup(&t->arena, name, len);
	kmt_vec_push(&t->names, e);
	*slot = (uint32_t)t->names.n;
	if (2 * t->names.n > t->n_slots)
		grow(t);
	return (uint32_t)t->names.n - 1;
}

uint32_t kmt_intern(struct kmt_intern *t, const char *name, size_t len)
{
	return intern(t, name, len, true);
}

uint32_t kmt_intern_borrowed(struct kmt_intern *t, const char *name, size_t len)
{
	return intern(t, name, len, false);
}

uint32_t kmt_intern_find(const struct kmt_intern *t, const char *name, size_t len)
{
	uint32_t slot = *slot_of(t, name, len, hash_of(t->seed, name, len));

	return slot ? slot - 1 : KMT_INTERN_NONE;
}
