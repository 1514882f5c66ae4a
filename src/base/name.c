/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/name.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>

static const char *const endings[] = {".ko", ".ko.gz", ".ko.xz", ".ko.zst"};

static char fold(char c)
{
	return c == '-' ? '_' : c;
}

static bool ok_in_name(unsigned char c)
{
	return c > ' ' && c != 0x7f && c != '/';
}

static int normalize_n(const char *name, size_t n, char *out, size_t size)
{
	if (!n)
		return -EINVAL;
	if (n >= size)
		return -ENAMETOOLONG;
	for (size_t i = 0; i < n; i++) {
		if (!ok_in_name((unsigned char)name[i]))
			return -EINVAL;
		out[i] = fold(name[i]);
	}
	out[n] = '\0';
	return 0;
}

int kmt_name_normalize(const char *name, char *out, size_t size)
{
	return normalize_n(name, strlen(name), out, size);
}

int kmt_alias_normalize(const char *alias, char *out, size_t size)
{
	size_t n = strlen(alias);
	char *p = out;

	if (n >= size)
		return -ENAMETOOLONG;
	memcpy(out, alias, n + 1);
	/* Few aliases have any of these. */
	while ((p = strpbrk(p, "-[]"))) {
		if (*p == ']')
			return -EINVAL;
		if (*p == '[') {
			p = strchr(p, ']');
			if (!p)
				return -EINVAL;
		} else {
			*p = '_';
		}
		p++;
	}
	return 0;
}

int kmt_name_from_path(const char *path, char *out, size_t size)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	return normalize_n(base, strcspn(base, "."), out, size);
}

bool kmt_name_equal(const char *a, const char *b)
{
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return fold(*a) == fold(*b);
}

bool kmt_name_is_module_file(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < KMT_ARRAY_SIZE(endings); i++) {
		size_t e = strlen(endings[i]);

		if (n > e && !strcmp(name + n - e, endings[i]))
			return true;
	}
	return false;
}

bool kmt_name_is_path(const char *arg)
{
	const char *colon = strchr(arg, ':'), *slash = strchr(arg, '/');

	if (colon && slash && colon < slash && *arg != '.')
		return false;
	return slash || kmt_name_is_module_file(arg);
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned int kmt_name_distance(const char *a, const char *b)
{
	/* Three rows of the matrix: insertion, deletion and substitution look one row back, a swap of
	 * neighbours two. Names are short; what is longer counts as far away. */
	unsigned int rows[3][KMT_NAME_MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > KMT_NAME_MAX || lb > KMT_NAME_MAX)
		return KMT_NAME_MAX;
	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned int *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= lb; j++) {
			char ca = fold(a[i - 1]), cb = fold(b[j - 1]);

			row[j] = min3(up[j] + 1, row[j - 1] + 1, up[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && ca == fold(b[j - 2]) && fold(a[i - 2]) == cb &&
				up2[j - 2] + 1 < row[j])
				row[j] = up2[j - 2] + 1;
		}
	}
	return rows[la % 3][lb];
}
