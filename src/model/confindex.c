/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/confindex.h>

#include <fnmatch.h>
#include <string.h>

bool kmt_conf_is_pattern(const char *name)
{
	return strpbrk(name, "*?[\\") != NULL;
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

void kmt_confindex_build(const struct kmt_conf *conf, struct kmt_confindex *out)
{
	const struct kmt_conf_line *line;

	for (size_t i = conf->lines.n; i-- > 0;) {
		line = &conf->lines.v[i];
		if (line->kind >= KMT_CONF_DIRECTIVES)
			continue;
		add(out, &out->exact[line->kind], line->pattern, line);
		if (line->kind == KMT_CONF_ALIAS)
			add(out, &out->aliases, line->value, line);
	}
	kmt_vec_foreach(line, &conf->lines) {
		if (line->kind < KMT_CONF_DIRECTIVES && takes_patterns(line->kind) &&
			kmt_conf_is_pattern(line->pattern))
			kmt_vec_push(&out->patterns[line->kind].rows, line);
	}
}

void kmt_confindex_free(struct kmt_confindex *index)
{
	for (size_t i = 0; i < KMT_CONF_DIRECTIVES; i++) {
		kmt_map_free(&index->exact[i]);
		kmt_vec_free(&index->patterns[i].rows);
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

const struct kmt_conf_line *kmt_confindex_next(struct kmt_confindex_walk *w)
{
	const struct kmt_conf_linev *patterns = &w->index->patterns[w->kind];
	const struct kmt_conf_line *found;

	/* What is spelt like a name with such characters is a pattern, and in that list. */
	if (!w->begun && (!takes_patterns(w->kind) || !kmt_conf_is_pattern(w->name)))
		w->exact = kmt_confindex_spelt(w->index, w->kind, w->name);
	w->begun = true;
	while (w->pattern < patterns->rows.n && fnmatch(patterns->rows.v[w->pattern]->pattern, w->name, 0))
		w->pattern++;
	found = w->pattern < patterns->rows.n ? patterns->rows.v[w->pattern] : NULL;
	if (w->exact && (!found || w->exact->line < found)) {
		found = w->exact->line;
		w->exact = w->exact->next;
	} else if (found) {
		w->pattern++;
	}
	return found;
}

static int compare_lines(const void *a, const void *b)
{
	const struct kmt_conf_line *const *x = a, *const *y = b;

	return *x < *y ? -1 : *x > *y;
}

void kmt_confindex_about(const struct kmt_confindex *index, const char *name, struct kmt_conf_linev *out)
{
	const struct kmt_confindex_entry *entry = kmt_confindex_aliases(index, name);
	const struct kmt_conf_line *line;

	for (; entry; entry = entry->next)
		kmt_vec_push(&out->rows, entry->line);
	for (enum kmt_conf_kind kind = KMT_CONF_ALIAS + 1; kind < KMT_CONF_DIRECTIVES; kind++) {
		struct kmt_confindex_walk walk = {.index = index, .kind = kind, .name = name};

		while ((line = kmt_confindex_next(&walk)))
			kmt_vec_push(&out->rows, line);
	}
	if (out->rows.n)
		qsort(out->rows.v, out->rows.n, sizeof(*out->rows.v), compare_lines);
}

bool kmt_conf_line_is_about(const struct kmt_conf_line *line, const char *name)
{
	if (line->kind == KMT_CONF_WRONG)
		return false;
	if (line->kind == KMT_CONF_ALIAS)
		return !strcmp(line->value, name);
	return takes_patterns(line->kind) ? kmt_conf_matches(line->pattern, name) : !strcmp(line->pattern, name);
}
