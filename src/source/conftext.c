/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/conftext.h>

#include <string.h>

void kmt_conftext_split(const char *text, size_t n, bool join, struct kmt_conftext *out)
{
	struct kmt_conftext_line line = {.number = 1};
	unsigned int number = 1;

	for (size_t i = 0; i < n; i++) {
		if (join && text[i] == '\\') {
			out->open_backslash = i + 1 == n;
			i++;
			number += i < n && text[i] == '\n';
			continue;
		}
		if (text[i] != '\n')
			continue;
		line.n = i + 1 - line.start;
		kmt_vec_push(&out->lines, line);
		line = (struct kmt_conftext_line){.start = i + 1, .number = ++number};
	}
	line.n = n - line.start;
	out->open = line.n > 0;
	if (out->open)
		kmt_vec_push(&out->lines, line);
}

void kmt_conftext_free(struct kmt_conftext *t)
{
	kmt_vec_free(&t->lines);
}

size_t kmt_conftext_find(const struct kmt_conftext *t, unsigned int number)
{
	size_t i = 0;

	while (i < t->lines.n && t->lines.v[i].number != number)
		i++;
	return i;
}

bool kmt_conftext_is_marked(const char *text, const struct kmt_conftext_line *line)
{
	size_t n = strlen(KMT_CONFTEXT_MARK);

	return line->n >= n && !memcmp(text + line->start, KMT_CONFTEXT_MARK, n);
}

/* TEXT up to line I, MIDDLE, and TEXT from byte REST on. */
static void splice(const char *text, size_t n, const struct kmt_conftext_line *line, const char *middle,
	size_t rest, struct kmt_strbuf *out)
{
	kmt_strbuf_add(out, text, line->start);
	kmt_strbuf_addstr(out, middle);
	kmt_strbuf_add(out, text + rest, n - rest);
}

void kmt_conftext_replace(const char *text, size_t n, const struct kmt_conftext *t, size_t i,
	const char *line, struct kmt_strbuf *out)
{
	const struct kmt_conftext_line *old = &t->lines.v[i];
	size_t end = old->start + old->n;

	/* The newline stays with a new line, and goes with one that goes. */
	if (line && text[end - 1] == '\n')
		end--;
	splice(text, n, old, line ? line : "", end, out);
}

void kmt_conftext_comment_out(
	const char *text, size_t n, const struct kmt_conftext *t, size_t i, struct kmt_strbuf *out)
{
	const struct kmt_conftext_line *line = &t->lines.v[i];

	splice(text, n, line, KMT_CONFTEXT_MARK, line->start, out);
}

void kmt_conftext_restore(
	const char *text, size_t n, const struct kmt_conftext *t, size_t i, struct kmt_strbuf *out)
{
	const struct kmt_conftext_line *line = &t->lines.v[i];
	size_t mark = kmt_conftext_is_marked(text, line) ? strlen(KMT_CONFTEXT_MARK) : 0;

	splice(text, n, line, "", line->start + mark, out);
}

void kmt_conftext_escape(const char *text, struct kmt_strbuf *out)
{
	for (; *text; text++) {
		if (*text == '\\')
			kmt_strbuf_addc(out, '\\');
		kmt_strbuf_addc(out, *text);
	}
}

/* How many newlines it takes before a new line can be added. A backslash at the end takes the first. */
static size_t open_end(const char *text, size_t n)
{
	struct kmt_conftext t = {0};
	size_t closing;

	kmt_conftext_split(text, n, true, &t);
	closing = t.open ? 1 + t.open_backslash : 0;
	kmt_conftext_free(&t);
	return closing;
}

void kmt_conftext_append(const char *text, size_t n, const char *line, struct kmt_strbuf *out)
{
	size_t closing = open_end(text, n);

	kmt_strbuf_add(out, text, n);
	while (closing--)
		kmt_strbuf_addc(out, '\n');
	kmt_strbuf_addstr(out, line);
	kmt_strbuf_addc(out, '\n');
}
