/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/line.h>

#include <stdio.h>
#include <string.h>

#include <kmt/tui/key.h>

void kmt_line_set(struct kmt_line *line, const char *text)
{
	snprintf(line->text, sizeof(line->text), "%s", text);
	line->len = line->cursor = strlen(line->text);
}

static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t before(const struct kmt_line *line, size_t i)
{
	if (i)
		i--;
	while (i && continues(line->text[i]))
		i--;
	return i;
}

static size_t behind(const struct kmt_line *line, size_t i)
{
	if (i < line->len)
		i++;
	while (i < line->len && continues(line->text[i]))
		i++;
	return i;
}

static void delete(struct kmt_line *line, size_t from, size_t to)
{
	memmove(line->text + from, line->text + to, line->len - to + 1);
	line->len -= to - from;
	line->cursor = from;
}

static size_t encode(int c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static void insert(struct kmt_line *line, int c)
{
	char bytes[4];
	size_t n = encode(c, bytes);

	if (line->len + n >= sizeof(line->text))
		return;
	memmove(line->text + line->cursor + n, line->text + line->cursor, line->len - line->cursor + 1);
	memcpy(line->text + line->cursor, bytes, n);
	line->len += n;
	line->cursor += n;
}

static size_t word_start(const struct kmt_line *line)
{
	size_t i = line->cursor;

	while (i && line->text[i - 1] == ' ')
		i--;
	while (i && line->text[i - 1] != ' ')
		i--;
	return i;
}

bool kmt_line_key(struct kmt_line *line, int key)
{
	switch (key) {
	case KMT_KEY_LEFT:
	case KMT_KEY_CTRL('b'):
		line->cursor = before(line, line->cursor);
		return true;
	case KMT_KEY_RIGHT:
	case KMT_KEY_CTRL('f'):
		line->cursor = behind(line, line->cursor);
		return true;
	case KMT_KEY_HOME:
	case KMT_KEY_CTRL('a'):
		line->cursor = 0;
		return true;
	case KMT_KEY_END:
	case KMT_KEY_CTRL('e'):
		line->cursor = line->len;
		return true;
	case KMT_KEY_BACKSPACE:
		delete(line, before(line, line->cursor), line->cursor);
		return true;
	case KMT_KEY_DELETE:
	case KMT_KEY_CTRL('d'):
		delete(line, line->cursor, behind(line, line->cursor));
		return true;
	case KMT_KEY_CTRL('u'):
		delete(line, 0, line->cursor);
		return true;
	case KMT_KEY_CTRL('w'):
		delete(line, word_start(line), line->cursor);
		return true;
	}
	if (key < ' ' || key == 127 || key >= KMT_KEY_SPECIAL || (key >= 0xd800 && key < 0xe000))
		return false;
	insert(line, key);
	return true;
}
