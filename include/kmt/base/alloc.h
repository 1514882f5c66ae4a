/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is there or ends the program, and cleanup attributes.
 *
 * kmtool is a short-lived program whose data is small and capped before it is allocated; running out
 * of memory is not a state worth carrying through every return value. The functions here never
 * return NULL. They must not be used for sizes taken from a file unless the caller has capped them.
 */
#ifndef KMT_BASE_ALLOC_H
#define KMT_BASE_ALLOC_H

#include <stddef.h>
#include <stdlib.h>

void *kmt_alloc(size_t size);			     /* zeroed; free() it */
void *kmt_realloc_array(void *p, size_t n, size_t size); /* overflow-checked */
/* For a job that fills many megabytes, before it starts threads: from now on, memory that is freed waits for
 * its next use, all threads share one heap, and that grows by huge pages. Only address space is taken now. */
void kmt_alloc_plenty(void);
char *kmt_strdup(const char *s);
char *kmt_strndup(const char *s, size_t n);
char *kmt_asprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Frees what the variable points to when it leaves its scope. */
static inline void kmt_cleanup_free_p(void *p)
{
	free(*(void **)p);
}
#define kmt_autofree __attribute__((cleanup(kmt_cleanup_free_p)))

void kmt_cleanup_close_p(const int *fd);
#define kmt_autoclose __attribute__((cleanup(kmt_cleanup_close_p)))

/* Runs FN(&variable) when the variable leaves its scope. */
#define kmt_auto(fn) __attribute__((cleanup(fn)))

/* Hands an owned pointer on: returns it and leaves NULL behind, so the cleanup does nothing. */
#define kmt_take(p)                                                                                \
	({                                                                                         \
		__typeof__(p) kmt_taken_ = (p);                                                    \
		(p) = NULL;                                                                        \
		kmt_taken_;                                                                        \
	})

/* The same for a file descriptor. */
static inline int kmt_take_fd(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

#define KMT_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
