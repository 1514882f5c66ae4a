/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/pattern.h>

#include <ctype.h>
#include <string.h>
#include <sys/types.h>

static char fold(char c)
{
	return c == '-' ? '_' : c;
}

static ssize_t match_name(const char *module, const char *line)
{
	size_t n = 0;

	if (!module) {
		while (isalnum((unsigned char)line[n]) || fold(line[n]) == '_')
			n++;
		return n ? (ssize_t)n : -1;
	}
	for (; module[n]; n++)
		if (fold(module[n]) != fold(line[n]))
			return -1;
	return (ssize_t)n;
}

/* How much of LINE the N bytes at PIECE (no '*' in them) cover, or -1. */
static ssize_t match_piece(const char *piece, size_t n, const char *module, const char *line)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (piece[i] == '%') {
			ssize_t len = match_name(module, line + at);

			if (len < 0)
				return -1;
			at += (size_t)len;
		} else if (piece[i] != line[at++]) {
			return -1;
		}
	}
	return (ssize_t)at;
}

bool kmt_pattern_match(
	const char *pattern, const char *module, const char *line, struct kmt_capture *out)
{
	size_t n = strcspn(pattern, "*"), captures = 0;
	ssize_t len = match_piece(pattern, n, module, line);

	memset(out, 0, KMT_CAPTURES * sizeof(*out));
	if (len < 0)
		return false;
	line += len;
	for (pattern += n; *pattern == '*'; pattern += n) {
		const char *from = line;

		pattern++;
		n = strcspn(pattern, "*");
		if (!n)
			line += strlen(line);
		while ((len = match_piece(pattern, n, module, line)) < 0)
			if (!*line++)
				return false;
		if (captures < KMT_CAPTURES)
			out[captures++] = (struct kmt_capture){from, (size_t)(line - from)};
		line += len;
	}
	return true;
}
