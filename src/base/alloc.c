/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/alloc.h>

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
