/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/mountinfo.h>

#include <stdbool.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/num.h>
#include <kmt/base/slice.h>

/* Of the fields before the "-": ID, parent, MAJOR:MINOR, root, mount point, options. */
#define DEVICE_FIELD 2
#define POINT_FIELD 4

static bool is_octal(const char *s, size_t n)
{
	return n >= 4 && s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
	       s[3] >= '0' && s[3] <= '7';
}

/* Blank, tab, newline, backslash and '#' are written as three octal digits. */
static const char *decode(struct kmt_slice w, struct kmt_arena *arena)
{
	char *text = kmt_arena_alloc(arena, w.n + 1), *to = text;
	size_t i = 0;

	while (i < w.n) {
		char c = w.s[i];
		size_t step = 1;

		if (is_octal(w.s + i, w.n - i)) {
			c = (char)((w.s[i + 1] - '0') << 6 | (w.s[i + 2] - '0') << 3 |
				   (w.s[i + 3] - '0'));
			step = 4;
		}
		*to++ = c;
		i += step;
	}
	return text;
}

static bool parse_device(struct kmt_slice w, struct kmt_mount *out)
{
	kmt_autofree char *text = kmt_strndup(w.s, w.n);
	char *colon = strchr(text, ':');
	uint64_t major, minor;

	if (!colon)
		return false;
	*colon = '\0';
	if (kmt_num_u64(text, 10, &major) || kmt_num_u64(colon + 1, 10, &minor) ||
		major > UINT32_MAX || minor > UINT32_MAX)
		return false;
	out->major = (unsigned int)major;
	out->minor = (unsigned int)minor;
	return true;
}

static bool parse_line(struct kmt_slice line, struct kmt_arena *arena, struct kmt_mount *out)
{
	struct kmt_slice w;

	for (int field = 0; field <= POINT_FIELD; field++) {
		w = kmt_slice_word(&line);
		if (!w.n || (field == DEVICE_FIELD && !parse_device(w, out)))
			return false;
	}
	out->point = decode(w, arena);
	do
		w = kmt_slice_word(&line);
	while (w.n && !kmt_slice_is(w, "-"));
	w = kmt_slice_word(&line);
	if (!w.n)
		return false;
	out->type = decode(w, arena);
	out->source = decode(kmt_slice_word(&line), arena);
	out->options = decode(kmt_slice_word(&line), arena);
	return true;
}

void kmt_mountinfo_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_mountinfo *out)
{
	struct kmt_slice rest = {text, n}, line;

	while (kmt_slice_line(&rest, &line)) {
		struct kmt_mount row = {0};

		if (parse_line(line, arena, &row))
			kmt_vec_push(&out->rows, row);
	}
}

void kmt_mountinfo_free(struct kmt_mountinfo *m)
{
	kmt_vec_free(&m->rows);
}

static bool has_option(const char *options, const char *wanted)
{
	size_t n = strlen(wanted);

	for (; *options; options += strcspn(options, ","), options += *options == ',')
		if (strcspn(options, ",") == n && !memcmp(options, wanted, n))
			return true;
	return false;
}

void kmt_fstab_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_fstab *out)
{
	struct kmt_slice rest = {text, n}, line;

	for (unsigned int number = 1; kmt_slice_line(&rest, &line); number++) {
		struct kmt_fstab_line row = {.line = number};
		struct kmt_slice word;

		line.n -= line.n && line.s[line.n - 1] == '\r';
		word = kmt_slice_word(&line);
		if (!word.n || *word.s == '#')
			continue;
		row.source = decode(word, arena);
		row.point = decode(kmt_slice_word(&line), arena);
		word = kmt_slice_word(&line);
		row.type = decode(word, arena);
		row.options = decode(kmt_slice_word(&line), arena);
		if (word.n && !has_option(row.options, "noauto"))
			kmt_vec_push(&out->rows, row);
	}
}

void kmt_swaps_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_strv *out)
{
	struct kmt_slice rest = {text, n}, line;

	while (kmt_slice_line(&rest, &line)) {
		struct kmt_slice word = kmt_slice_word(&line);

		if (word.n && *word.s == '/')
			kmt_vec_push(out, decode(word, arena));
	}
}
