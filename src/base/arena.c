/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/arena.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>

/* Small first block: most commands touch one module. Later blocks double up to a limit. */
#define FIRST_BLOCK 4096
#define LARGEST_BLOCK (1u << 20)

struct kmt_arena_block {
	struct kmt_arena_block *next;
	size_t used, size;
	max_align_t data[];
};

static struct kmt_arena_block *add_block(struct kmt_arena *a, size_t least)
{
	size_t size = a->head ? 2 * a->head->size : FIRST_BLOCK;
	struct kmt_arena_block *b;

	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < least)
		size = least;
	b = kmt_alloc(sizeof(*b) + size);
	b->size = size;
	b->next = a->head;
	a->head = b;
	return b;
}

/* Bytes are zero because a block comes zeroed and no part of it is handed out twice. */
static void *take(struct kmt_arena *a, size_t size, size_t align)
{
	struct kmt_arena_block *b = a->head;
	size_t at = b ? (b->used + align - 1) & ~(align - 1) : 0;

	if (!b || at > b->size || size > b->size - at) {
		b = add_block(a, size);
		at = 0;
	}
	b->used = at + size;
	return (char *)b->data + at;
}

void *kmt_arena_alloc(struct kmt_arena *a, size_t size)
{
	return take(a, size, _Alignof(max_align_t));
}

char *kmt_arena_strndup(struct kmt_arena *a, const char *s, size_t n)
{
	size_t len = n ? strnlen(s, n) : 0; /* S may be NULL for no bytes */
	char *copy = take(a, len + 1, 1);

	if (len)
		memcpy(copy, s, len);
	return copy;
}

char *kmt_arena_strdup(struct kmt_arena *a, const char *s)
{
	return kmt_arena_strndup(a, s, strlen(s));
}

char *kmt_arena_vprintf(struct kmt_arena *a, const char *fmt, va_list ap)
{
	size_t room = a->head ? a->head->size - a->head->used : 0;
	char *s = room ? (char *)a->head->data + a->head->used : NULL;
	va_list again;
	int n;

	/* Into what is free, which mostly has room; else that is cleared again. */
	va_copy(again, ap);
	n = vsnprintf(s, room, fmt, ap);
	if (n >= 0 && (size_t)n < room) {
		a->head->used += (size_t)n + 1;
	} else {
		if (room)
			memset(s, 0, room);
		s = take(a, (size_t)(n < 0 ? 0 : n) + 1, 1);
		if (n > 0)
			vsnprintf(s, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	return s;
}

char *kmt_arena_printf(struct kmt_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = kmt_arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void kmt_arena_adopt(struct kmt_arena *a, struct kmt_arena *from)
{
	struct kmt_arena_block **last = &a->head;

	while (*last)
		last = &(*last)->next;
	*last = from->head;
	from->head = NULL;
}

void kmt_arena_free(struct kmt_arena *a)
{
	while (a->head) {
		struct kmt_arena_block *next = a->head->next;

		free(a->head);
		a->head = next;
	}
}
