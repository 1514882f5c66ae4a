/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/output.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/out/lines.h>

#define ESC '\033'
#define FURTHER 2 /* columns that the rest of a line that is too long is indented by */

/* What the numbers of one sequence make of HUE. */
static enum kmt_hue hue_of(const char *s, enum kmt_hue hue)
{
	static const struct {
		long code;
		enum kmt_hue hue;
	} hues[] = {
		{0, KMT_HUE_NONE}, {1, KMT_HUE_BOLD}, {2, KMT_HUE_DIM}, {31, KMT_HUE_BAD}, {32, KMT_HUE_GOOD},
		{33, KMT_HUE_WARN},
	};

	do {
		char *end;
		long code = strtol(s, &end, 10);

		for (size_t i = 0; i < KMT_ARRAY_SIZE(hues); i++)
			if (hues[i].code == code)
				hue = hues[i].hue;
		s = *end == ';' ? end + 1 : "";
	} while (*s);
	return hue;
}

/* Behind the sequence at S, which begins with Escape. */
static const char *skip_sequence(const char *s)
{
	const char *last = s[1] == '[' ? "@~" : "0~";

	s += s[1] == '[' ? 2 : 1;
	while (*s && (*s < last[0] || *s > last[1]) && *s != '\n')
		s++;
	return *s && *s != '\n' ? s + 1 : s;
}

void kmt_output_doc(const char *text, struct kmt_doc *doc)
{
	enum kmt_hue hue = KMT_HUE_NONE;
	struct kmt_lines lines = {0};

	while (*text) {
		kmt_lines_start(&lines);
		while (*text && *text != '\n') {
			size_t n = strcspn(text, "\033\r\n");

			if (n)
				kmt_lines_add_bytes(&lines, hue, text, n);
			text += n;
			if (*text == ESC) {
				const char *end = skip_sequence(text);

				if (text[1] == '[' && end[-1] == 'm')
					hue = hue_of(text + 2, hue);
				text = end;
			} else if (*text == '\r') {
				text++;
			}
		}
		text += *text == '\n';
	}
	kmt_doc_lines(doc, &lines, FURTHER);
	kmt_lines_free(&lines);
}
