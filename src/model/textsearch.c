/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/textsearch.h>

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>

/* No alias, description or symbol is longer; of what is, only the beginning is matched with a pattern. */
#define GLOB_MAX 4096

const char *const kmt_field_names[] = {
	[KMT_FIELD_NAME] = "name",
	[KMT_FIELD_DESCRIPTION] = "description",
	[KMT_FIELD_ALIAS] = "alias",
	[KMT_FIELD_AUTHOR] = "author",
	[KMT_FIELD_PARAM] = "param",
	[KMT_FIELD_SYMBOL] = "symbol",
	[KMT_FIELD_FIRMWARE] = "firmware",
	[KMT_FIELD_FIELDS] = NULL,
};

/* Not tolower(3): what matches must not depend on the locale. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char fold(char c, bool ident)
{
	return ident && c == '-' ? '_' : lower(c);
}

static bool is_ident(enum kmt_field field)
{
	return field != KMT_FIELD_DESCRIPTION && field != KMT_FIELD_AUTHOR;
}

static char *folded(const char *text, bool ident)
{
	char *copy = kmt_strdup(text);

	for (char *p = copy; *p; p++)
		*p = fold(*p, ident);
	return copy;
}

int kmt_textsearch_init(struct kmt_textsearch *s, size_t n, char *const *texts, unsigned int fields,
	struct kmt_err *err)
{
	*s = (struct kmt_textsearch){.fields = fields ? fields : (1u << KMT_FIELD_FIELDS) - 1};
	if (n > KMT_TEXTSEARCH_MAX)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "at most %d texts at a time",
			KMT_TEXTSEARCH_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!*texts[i])
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "the search text is empty");
		s->texts[s->n++] = (struct kmt_textsearch_text){
			.folded = folded(texts[i], false),
			.ident = folded(texts[i], true),
			.glob = strpbrk(texts[i], "*?["),
		};
	}
	return 0;
}

void kmt_textsearch_free(struct kmt_textsearch *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->texts[i].folded);
		free(s->texts[i].ident);
	}
	s->n = 0;
}

enum kmt_field kmt_field_of_key(const char *key, size_t n)
{
	static const struct {
		const char *key;
		enum kmt_field field;
	} keys[] = {
		{"description", KMT_FIELD_DESCRIPTION},
		{"alias", KMT_FIELD_ALIAS},
		{"author", KMT_FIELD_AUTHOR},
		{"parm", KMT_FIELD_PARAM},
		{"firmware", KMT_FIELD_FIRMWARE},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(keys); i++)
		if (strlen(keys[i].key) == n && !memcmp(keys[i].key, key, n))
			return keys[i].field;
	return KMT_FIELD_FIELDS;
}

static bool contains(const char *value, size_t n, const char *text, bool ident)
{
	size_t len = strlen(text);

	for (size_t at = 0; at + len <= n; at++) {
		size_t i = 0;

		while (i < len && fold(value[at + i], ident) == text[i])
			i++;
		if (i == len)
			return true;
	}
	return false;
}

static bool matches(const char *value, size_t n, const char *pattern, bool ident)
{
	char whole[GLOB_MAX];
	size_t len = n < sizeof(whole) - 1 ? n : sizeof(whole) - 1;

	for (size_t i = 0; i < len; i++)
		whole[i] = fold(value[i], ident);
	whole[len] = '\0';
	return !fnmatch(pattern, whole, 0);
}

uint32_t kmt_textsearch_match(
	const struct kmt_textsearch *s, enum kmt_field field, const char *value, size_t n)
{
	bool ident = is_ident(field);
	uint32_t found = 0;

	if (!(s->fields & 1u << field))
		return 0;
	for (size_t i = 0; i < s->n; i++) {
		const char *text = ident ? s->texts[i].ident : s->texts[i].folded;

		if (s->texts[i].glob ? matches(value, n, text, ident) : contains(value, n, text, ident))
			found |= 1u << i;
	}
	return found;
}

uint32_t kmt_textsearch_all(const struct kmt_textsearch *s)
{
	return s->n == 32 ? UINT32_MAX : (1u << s->n) - 1;
}
