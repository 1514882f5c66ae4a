/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bump allocator: many small objects with one lifetime (the rows of a snapshot, the steps of a
 * plan) are allocated one by one and freed together. Nothing in an arena is freed alone.
 */
#ifndef KMT_BASE_ARENA_H
#define KMT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct kmt_arena_block;

/* All zero is a valid, empty arena. Not thread-safe: one arena per thread. */
struct kmt_arena {
	struct kmt_arena_block *head;
};

void *kmt_arena_alloc(struct kmt_arena *a, size_t size); /* zeroed, aligned for any object */
char *kmt_arena_strdup(struct kmt_arena *a, const char *s);
char *kmt_arena_strndup(struct kmt_arena *a, const char *s, size_t n); /* stops at a NUL, as strndup */
char *kmt_arena_printf(struct kmt_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *kmt_arena_vprintf(struct kmt_arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* What lives in FROM lives in A from now on; FROM is empty. */
void kmt_arena_adopt(struct kmt_arena *a, struct kmt_arena *from);
void kmt_arena_free(struct kmt_arena *a); /* frees everything; the arena is empty again */

#define KMT_ARENA_NEW(a, type) ((type *)kmt_arena_alloc(a, sizeof(type)))

#endif
