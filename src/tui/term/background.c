/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "background_priv.h"

#include <stdlib.h>
#include <string.h>

enum kmt_background kmt_background_colorfgbg(const char *text)
{
	const char *last = text ? strrchr(text, ';') : NULL;
	char *end;
	unsigned long n;

	if (!last)
		return KMT_BACKGROUND_UNKNOWN;
	n = strtoul(last + 1, &end, 10);
	if (end == last + 1 || *end || n > 15)
		return KMT_BACKGROUND_UNKNOWN;
	return n == 7 || n > 8 ? KMT_BACKGROUND_LIGHT : KMT_BACKGROUND_DARK;
}

/* "ffff" of one to four digits, as a share of 255; -1: it is none. */
static int component(const char **s)
{
	char *end;
	size_t n;
	unsigned long value = strtoul(*s, &end, 16), most = 0;

	n = (size_t)(end - *s);
	if (!n || n > 4)
		return -1;
	for (size_t i = 0; i < n; i++)
		most = most << 4 | 15;
	*s = end + (*end == '/');
	return (int)(value * 255 / most);
}

enum kmt_background kmt_background_answer(const char *text)
{
	static const char mark[] = "]11;rgb:";
	const char *s = strstr(text, mark);
	int red, green, blue;

	if (!s)
		return KMT_BACKGROUND_UNKNOWN;
	s += strlen(mark);
	red = component(&s);
	green = component(&s);
	blue = component(&s);
	if (red < 0 || green < 0 || blue < 0)
		return KMT_BACKGROUND_UNKNOWN;
	/* As bright as the eye takes them (ITU-R BT.601). */
	return 299 * red + 587 * green + 114 * blue > 127500 ? KMT_BACKGROUND_LIGHT : KMT_BACKGROUND_DARK;
}
