/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/confindex.h>

#include <fnmatch.h>
#include <string.h>

#define WILDCARDS "*?[\\" /* of fnmatch(3) */

bool kmt_conf_is_pattern(const char *name)
{
	return strpbrk(name, WILDCARDS) != NULL;
}

bool kmt_conf_matches(const char *pattern, const char *name)
{
	return kmt_conf_is_pattern(pattern) ? !fnmatch(pattern, name, 0) : !strcmp(pattern, name);
}

static bool takes_patterns(enum kmt_conf_kind kind)
{
	return kind != KMT_CONF_BLACKLIST && kind != KMT_CONF_OPTIONS;
}

/* Lines are added from the last to the first: each new one is the head of its chain. */
static void add(
	struct kmt_confindex *out, struct kmt_map *map, const char *key, const struct kmt_conf_line *line)
{
	struct kmt_confindex_entry *entry = KMT_ARENA_NEW(&out->arena, struct kmt_confindex_entry);

	*entry = (struct kmt_confindex_entry){line, kmt_map_get(map, key)};
	kmt_map_set(map, key, entry);
}

static void add_pattern(struct kmt_confindex *out, const struct kmt_conf_line *line)
{
	size_t n = strcspn(line->pattern, WILDCARDS);

	add(out, &out->patterns[line->kind], kmt_arena_strndup(&out->arena, line->pattern, n), line);
	if (out->longest[line->kind] < n)
		out->longest[line->kind] = n;
}

void kmt_confindex_build(const struct kmt_conf *conf, struct kmt_confindex *out)
{
	for (size_t i = conf->lines.n; i-- > 0;) {
		const struct kmt_conf_line *line = &conf->lines.v[i];

		if (line->kind >= KMT_CONF_DIRECTIVES)
			continue;
		add(out, &out->exact[line->kind], line->pattern, line);
		if (line->kind == KMT_CONF_ALIAS)
			add(out, &out->aliases, line->value, line);
		if (takes_patterns(line->kind) && kmt_conf_is_pattern(line->pattern))
			add_pattern(out, line);
	}
}

void kmt_confindex_free(struct kmt_confindex *index)
{
	for (size_t i = 0; i < KMT_CONF_DIRECTIVES; i++) {
		kmt_map_free(&index->exact[i]);
		kmt_map_free(&index->patterns[i]);
	}
	kmt_map_free(&index->aliases);
	kmt_arena_free(&index->arena);
}

const struct kmt_confindex_entry *kmt_confindex_spelt(
	const struct kmt_confindex *index, enum kmt_conf_kind kind, const char *text)
{
	return kmt_map_get(&index->exact[kind], text);
}

const struct kmt_confindex_entry *kmt_confindex_aliases(const struct kmt_confindex *index, const char *module)
{
	return kmt_map_get(&index->aliases, module);
}

/* The lines that may match NAME: those of exactly this name (N is 0), and those with a pattern that begins as
 * the first N - 1 letters of it. *N becomes the next one to ask for; false at the end. */
static bool next_chain(const struct kmt_confindex *index, enum kmt_conf_kind kind, const char *name,
	size_t *n, const struct kmt_confindex_entry **chain)
{
	size_t length = (*n)++;

	*chain = NULL;
	if (!length) {
		/* What is spelt like a name with wildcards is a pattern. */
		if (!takes_patterns(kind) || !kmt_conf_is_pattern(name))
			*chain = kmt_map_get(&index->exact[kind], name);
		return true;
	}
	if (--length > index->longest[kind] || length > strlen(name) || !takes_patterns(kind))
		return false;
	*chain = kmt_map_getn(&index->patterns[kind], name, length);
	return true;
}

const struct kmt_conf_line *kmt_confindex_first(const struct kmt_confindex *index, enum kmt_conf_kind kind,
	const char *name, bool shipped_only)
{
	const struct kmt_confindex_entry *entry;
	const struct kmt_conf_line *first = NULL;

	for (size_t n = 0; next_chain(index, kind, name, &n, &entry);) {
		for (; entry && (!first || entry->line < first); entry = entry->next)
			if ((entry->line->file->shipped || !shipped_only) &&
				(n == 1 || !fnmatch(entry->line->pattern, name, 0)))
				first = entry->line;
	}
	return first;
}

static int compare_lines(const void *a, const void *b)
{
	const struct kmt_conf_line *const *x = a, *const *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void sort_lines(struct kmt_conf_linev *lines, size_t from)
{
	if (lines->rows.n > from + 1)
		qsort(lines->rows.v + from, lines->rows.n - from, sizeof(*lines->rows.v), compare_lines);
}

void kmt_confindex_match(const struct kmt_confindex *index, enum kmt_conf_kind kind, const char *name,
	struct kmt_conf_linev *out)
{
	const struct kmt_confindex_entry *entry;
	size_t before = out->rows.n;

	for (size_t n = 0; next_chain(index, kind, name, &n, &entry);) {
		for (; entry; entry = entry->next)
			if (n == 1 || !fnmatch(entry->line->pattern, name, 0))
				kmt_vec_push(&out->rows, entry->line);
	}
	sort_lines(out, before);
}

void kmt_confindex_about(const struct kmt_confindex *index, const char *name, const char *alias,
	struct kmt_conf_linev *out)
{
	const struct kmt_confindex_entry *entry = kmt_confindex_aliases(index, name);
	size_t before = out->rows.n;

	for (; entry; entry = entry->next)
		kmt_vec_push(&out->rows, entry->line);
	for (enum kmt_conf_kind kind = KMT_CONF_ALIAS + 1; kind < KMT_CONF_DIRECTIVES; kind++)
		kmt_confindex_match(index, kind, name, out);
	if (alias && strcmp(alias, name))
		kmt_confindex_match(index, KMT_CONF_OPTIONS, alias, out);
	sort_lines(out, before);
}

bool kmt_conf_line_is_about(const struct kmt_conf_line *line, const char *name)
{
	if (line->kind == KMT_CONF_WRONG)
		return false;
	if (line->kind == KMT_CONF_ALIAS)
		return !strcmp(line->value, name);
	return takes_patterns(line->kind) ? kmt_conf_matches(line->pattern, name) : !strcmp(line->pattern, name);
}
