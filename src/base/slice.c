/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/slice.h>

#include <string.h>

static struct kmt_slice take(struct kmt_slice *from, size_t n)
{
	struct kmt_slice taken = {from->s, n};

	from->s += n;
	from->n -= n;
	return taken;
}

bool kmt_slice_line(struct kmt_slice *text, struct kmt_slice *line)
{
	const char *newline;

	if (!text->n)
		return false;
	newline = memchr(text->s, '\n', text->n);
	*line = take(text, newline ? (size_t)(newline - text->s) : text->n);
	take(text, newline != NULL);
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct kmt_slice kmt_slice_word(struct kmt_slice *text)
{
	size_t n = 0;

	while (n < text->n && is_blank(text->s[n]))
		n++;
	take(text, n);
	for (n = 0; n < text->n && !is_blank(text->s[n]);)
		n++;
	return take(text, n);
}

bool kmt_slice_is(struct kmt_slice s, const char *text)
{
	return strlen(text) == s.n && !memcmp(s.s, text, s.n);
}

bool kmt_slice_skip(struct kmt_slice *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (n > s->n || memcmp(s->s, prefix, n) != 0)
		return false;
	take(s, n);
	return true;
}
