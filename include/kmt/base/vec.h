/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Typed growing arrays. KMT_VEC(struct row) rows = {0}; kmt_vec_push(&rows, row); rows.v[i];
 * kmt_vec_free(&rows). Elements are copied by value; what they point to is not owned.
 */
#ifndef KMT_BASE_VEC_H
#define KMT_BASE_VEC_H

#include <stdlib.h>
#include <kmt/base/alloc.h>

#define KMT_VEC(type)                                                                              \
	struct {                                                                                   \
		type *v;                                                                           \
		size_t n, cap;                                                                     \
	}

/* Appends VALUE. */
#define kmt_vec_push(vec, ...)                                                                     \
	do {                                                                                       \
		__typeof__(vec) kmt_vec_ = (vec);                                                  \
		if (kmt_vec_->n == kmt_vec_->cap) {                                                \
			kmt_vec_->cap = kmt_vec_->cap ? 2 * kmt_vec_->cap : 8;                     \
			kmt_vec_->v = kmt_realloc_array(                                           \
				kmt_vec_->v, kmt_vec_->cap, sizeof(*kmt_vec_->v));                 \
		}                                                                                  \
		kmt_vec_->v[kmt_vec_->n++] = (__VA_ARGS__);                                        \
	} while (0)

/* An empty vector has no memory, and to NULL nothing may be added, not even zero. */
#define kmt_vec_foreach(item, vec)                                                                 \
	for (item = (vec)->v; item && item < (vec)->v + (vec)->n; item++)

#define kmt_vec_free(vec)                                                                          \
	do {                                                                                       \
		free((vec)->v);                                                                    \
		(vec)->v = NULL;                                                                   \
		(vec)->n = (vec)->cap = 0;                                                         \
	} while (0)

/* A vector of strings is passed between functions so often that it has a name. */
struct kmt_strv {
	const char **v;
	size_t n, cap;
};

#endif
