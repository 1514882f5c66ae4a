/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names as numbers. A module tree mentions 400000 symbol names, of which 20000 are different: each thread
 * numbers those that it meets, and the tables are joined afterwards.
 */
#ifndef KMT_INDEX_INTERN_H
#define KMT_INDEX_INTERN_H

#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>

struct kmt_name_entry {
	const char *name;	/* terminated; in the table's arena or borrowed */
	uint32_t len;
	uint64_t hash;
};

struct kmt_intern {
	KMT_VEC(struct kmt_name_entry) names; /* by number */
	uint32_t *slots;	/* number plus one; 0 is free */
	size_t n_slots;
	uint64_t seed;
	struct kmt_arena arena;
};

/* The seed makes collisions unpredictable for who writes hostile modules. */
void kmt_intern_init(struct kmt_intern *t);
void kmt_intern_free(struct kmt_intern *t);

/* The number of NAME (LEN bytes, no NUL among them); a new one is copied. */
uint32_t kmt_intern(struct kmt_intern *t, const char *name, size_t len);
/* The same, but a new one is not copied: NAME must be terminated and live as long as the table. */
uint32_t kmt_intern_borrowed(struct kmt_intern *t, const char *name, size_t len);

/* KMT_INTERN_NONE if the table does not have it. */
#define KMT_INTERN_NONE UINT32_MAX
uint32_t kmt_intern_find(const struct kmt_intern *t, const char *name, size_t len);

#endif
