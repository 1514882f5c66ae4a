/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/alloc.h>

#include <limits.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1; before it is refused, and pages come one by one */
#endif
#define HEAP_FIRST ((size_t)256 << 10)
#define HEAP_SIZE (64 << 20)
#define HEAP_STEP (1 << 20)
#define HEAP_MMAP_MIN (32 << 20) /* malloc() allows no more */
#define HUGE_PAGE ((uintptr_t)2 << 20) /* with small ones of 4 KiB */

/* The one place below src/cmd that writes to stderr: there is no way to carry this error upwards. */
static void *must(void *p)
{
	static const char msg[] = "kmtool: out of memory\n";

	if (!p) {
		ssize_t ignored = write(STDERR_FILENO, msg, sizeof(msg) - 1);

		(void)ignored;
		abort();
	}
	return p;
}

void *kmt_alloc(size_t size)
{
	return must(calloc(1, size ? size : 1));
}

void *kmt_realloc_array(void *p, size_t n, size_t size)
{
	if (size && n > PTRDIFF_MAX / size)
		return must(NULL);
	return must(realloc(p, n && size ? n * size : 1));
}

void kmt_alloc_plenty(void)
{
#ifdef M_TOP_PAD
	char *start, *end;
	void *volatile first; /* so that it is not optimized away */

	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, HEAP_MMAP_MIN);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	/* What is before the next boundary would come by small pages: the heap goes on after it. */
	sbrk((intptr_t)(-(uintptr_t)sbrk(0) & (HUGE_PAGE - 1)));
	start = sbrk(0);
	/* More than a new heap has: it grows at once, unless a limit forbids that; and later as usual. */
	mallopt(M_TOP_PAD, HEAP_SIZE);
	first = malloc(HEAP_FIRST);
	free(first);
	mallopt(M_TOP_PAD, HEAP_STEP);
	end = sbrk(0);
	if (end <= start)
		return;
	madvise(start, (size_t)(end - start), MADV_HUGEPAGE);
	/* malloc() has already written to the first. */
	madvise(start, HUGE_PAGE, MADV_COLLAPSE);
#endif
}

char *kmt_strdup(const char *s)
{
	return must(strdup(s));
}

char *kmt_strndup(const char *s, size_t n)
{
	return must(strndup(s, n));
}

char *kmt_asprintf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return must(s);
}

void kmt_cleanup_close_p(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
