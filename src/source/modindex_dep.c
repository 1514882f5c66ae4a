/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modules.dep: "PATH: PATH PATH...", one line a module, paths relative to the tree unless they start
 * with '/'. Each line lists everything that has to be there before, not only what is used directly.
 *
 * The text is read once and kept, with a hash table from names to lines. A line becomes a struct
 * kmt_module, and so do the lines that it names, when somebody asks for it: most commands look at a
 * dozen of a distribution's 4000 modules. A lookup by name needs no table: modules.dep.bin is a trie of
 * the same lines.
 */
#include "modindex_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/name.h>

#define FILE_NAME "modules.dep"
#define LEAST_SLOTS 16

struct line {
	uint32_t start, name; /* offsets into the text: of the line, of its file's name */
	uint32_t hash;	      /* of the module's name */
};

struct kmt_dep_table {
	const struct kmt_modindex *idx;
	struct kmt_strbuf text;
	bool has_text, whole; /* the text was read; and the table was made of it */

	KMT_VEC(struct line) lines;
	uint32_t *slots; /* line number + 1, 0 is free; by hash of the name */
	size_t n_slots;	 /* a power of two, at least twice the lines */
	struct kmt_module **modules; /* for each line, NULL while nobody asked for it */

	struct kmt_map by_name; /* modules of the trie, and dependencies that have no line of their own */
	struct kmt_arena arena;
};

/* Modules whose dependencies are not found yet: DEPS is the rest of their line, up to a newline or a NUL. */
struct pending {
	KMT_VEC(struct { struct kmt_module *module; const char *deps; }) rows;
};

/* The name on a line that was checked when the table was made. */
static size_t line_name(const struct kmt_dep_table *t, const struct line *line, char *out)
{
	const char *name = t->text.s + line->name;

	return kmt_modindex_name(name, strcspn(name, ":"), out);
}

static uint32_t hash_name(const char *name, size_t len)
{
	return (uint32_t)kmt_hash(name, len);
}

/* The slot with the line of NAME, or the free one where it belongs. */
static uint32_t *find_slot(const struct kmt_dep_table *t, const char *name, uint32_t hash)
{
	size_t i = hash & (t->n_slots - 1);

	for (; t->slots[i]; i = (i + 1) & (t->n_slots - 1)) {
		const struct line *line = &t->lines.v[t->slots[i] - 1];
		char other[KMT_NAME_MAX];

		if (line->hash != hash)
			continue;
		line_name(t, line, other);
		if (!strcmp(name, other))
			break;
	}
	return &t->slots[i];
}

static const char *absolute_path(struct kmt_dep_table *t, const char *path, size_t n)
{
	size_t dir = strlen(t->idx->dir);
	char *s;

	if (n && *path == '/')
		return kmt_arena_strndup(&t->arena, path, n);
	s = kmt_arena_alloc(&t->arena, dir + n + 2);
	memcpy(s, t->idx->dir, dir);
	s[dir] = '/';
	memcpy(s + dir + 1, path, n);
	return s;
}

static struct kmt_module *new_module(
	struct kmt_dep_table *t, const char *name, const char *path, size_t n)
{
	struct kmt_module *m = KMT_ARENA_NEW(&t->arena, struct kmt_module);

	m->name = kmt_arena_strdup(&t->arena, name);
	m->path = absolute_path(t, path, n);
	return m;
}

/* The module of LINE; its dependencies are still to be found. */
static struct kmt_module *module_of(
	struct kmt_dep_table *t, const char *name, const char *line, struct pending *pending)
{
	size_t n = strcspn(line, ":");
	struct kmt_module *m = new_module(t, name, line, n);

	kmt_vec_push(&pending->rows, ((__typeof__(*pending->rows.v)){m, line + n + 1}));
	return m;
}

/* In the table. */
static struct kmt_module *of_table(
	struct kmt_dep_table *t, const char *name, size_t len, struct pending *pending)
{
	uint32_t number = *find_slot(t, name, hash_name(name, len));
	struct kmt_module **m = number ? &t->modules[number - 1] : NULL;

	if (m && !*m)
		*m = kmt_map_get(&t->by_name, name);
	if (m && !*m)
		*m = module_of(t, name, t->text.s + t->lines.v[number - 1].start, pending);
	return m ? *m : kmt_map_get(&t->by_name, name);
}

/* Keys of a trie are ASCII. */
static bool may_be_key(const char *name)
{
	while (*name && (unsigned char)*name < KMT_TRIE_CHARS)
		name++;
	return !*name;
}

static int make_whole(struct kmt_dep_table *t, struct kmt_err *err);

/* In the trie. Where that is damaged or cannot have NAME, the text decides. */
static struct kmt_module *of_trie(
	struct kmt_dep_table *t, const char *name, size_t len, struct pending *pending)
{
	struct kmt_module *m = kmt_map_get(&t->by_name, name);
	const char *line;

	if (m)
		return m;
	if (!may_be_key(name) || kmt_modindex_value(t->idx, KMT_INDEX_DEP, name, &line) < 0 ||
		(line && !strchr(line, ':'))) {
		make_whole(t, NULL);
		return of_table(t, name, len, pending);
	}
	if (!line)
		return NULL;
	m = module_of(t, name, line, pending);
	kmt_map_add(&t->by_name, m->name, m);
	return m;
}

/* NAME in normal form, of LEN bytes. */
static struct kmt_module *find(
	struct kmt_dep_table *t, const char *name, size_t len, struct pending *pending)
{
	return t->whole ? of_table(t, name, len, pending) : of_trie(t, name, len, pending);
}

static const struct kmt_module *find_dep(
	struct kmt_dep_table *t, const char *path, size_t n, struct pending *pending)
{
	char name[KMT_NAME_MAX];
	size_t len = kmt_modindex_name(path, n, name);
	struct kmt_module *m = len ? find(t, name, len, pending) : NULL;

	if (!m && len) {
		m = new_module(t, name, path, n);
		kmt_map_add(&t->by_name, m->name, m);
	}
	return m;
}

static void resolve_deps(
	struct kmt_dep_table *t, struct kmt_module *m, const char *p, struct pending *pending)
{
	const char *end = p + strcspn(p, "\n");
	size_t most = 0;

	for (const char *c = p; c < end; c++)
		most += *c == ' ' || *c == '\t';
	if (!most && p == end)
		return;
	m->deps = kmt_arena_alloc(&t->arena, (most + 1) * sizeof(*m->deps));
	while (p < end) {
		size_t n = strcspn(p, " \t\n");
		const struct kmt_module *dep = n ? find_dep(t, p, n, pending) : NULL;

		if (dep)
			m->deps[m->n_deps++] = dep;
		p += n + 1;
	}
}

static const struct kmt_module *dep_find(struct kmt_dep_table *t, const char *name)
{
	struct pending pending = {0};
	const struct kmt_module *m = find(t, name, strlen(name), &pending);

	for (size_t i = 0; i < pending.rows.n; i++)
		resolve_deps(t, pending.rows.v[i].module, pending.rows.v[i].deps, &pending);
	kmt_vec_free(&pending.rows);
	return m;
}

/* One line up to its NEWLINE. Returns NULL, or what is wrong with it. */
static const char *add_line(struct kmt_dep_table *t, const char *p, const char *newline, uint32_t number)
{
	const char *colon = memchr(p, ':', (size_t)(newline - p)), *slash, *file;
	char name[KMT_NAME_MAX];
	size_t len;

	if (!colon)
		return "it has no ':'";
	slash = memrchr(p, '/', (size_t)(colon - p));
	file = slash ? slash + 1 : p;
	len = kmt_modindex_name(file, (size_t)(colon - file), name);
	if (len)
		kmt_vec_push(&t->lines, (struct line){
						.start = (uint32_t)(p - t->text.s),
						.name = (uint32_t)(file - t->text.s),
						.hash = hash_name(name, len),
					});
	else
		kmt_modindex_warn(t->idx, FILE_NAME, number,
			"not the name of a module file: line ignored");
	return NULL;
}

static int split_lines(struct kmt_dep_table *t, struct kmt_err *err)
{
	const char *p = kmt_strbuf_str(&t->text), *end = p + t->text.len;
	uint32_t number = 0;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *wrong = "it is cut short";

		number++;
		if (newline)
			wrong = add_line(t, p, newline, number);
		if (wrong)
			return kmt_modindex_corrupt(
				t->idx, FILE_NAME, err, "line %u: %s", number, wrong);
		p = newline + 1;
	}
	return 0;
}

static void fill_slots(struct kmt_dep_table *t)
{
	uint32_t kept = 0;

	for (t->n_slots = LEAST_SLOTS; t->n_slots < 2 * t->lines.n;)
		t->n_slots *= 2;
	t->slots = kmt_alloc(t->n_slots * sizeof(*t->slots));
	t->modules = kmt_alloc((t->lines.n + 1) * sizeof(*t->modules));
	for (size_t i = 0; i < t->lines.n; i++) {
		struct line line = t->lines.v[i];
		char name[KMT_NAME_MAX];
		uint32_t *slot;

		line_name(t, &line, name);
		slot = find_slot(t, name, line.hash);
		if (*slot) {
			kmt_modindex_warn(t->idx, FILE_NAME, 0,
				"module %s is listed twice: the first line counts", name);
			continue;
		}
		t->lines.v[kept++] = line;
		*slot = kept;
	}
	t->lines.n = kept;
}

static int read_text(struct kmt_dep_table *t, struct kmt_err *err)
{
	int r = t->has_text ? 0 : kmt_modindex_read(t->idx, FILE_NAME, &t->text, err);

	t->has_text = true;
	return r;
}

/* Without a readable text the table stays empty. */
static int make_whole(struct kmt_dep_table *t, struct kmt_err *err)
{
	int r = t->whole ? 0 : read_text(t, err);

	if (t->whole)
		return 0;
	t->whole = true;
	if (!r && !t->text.len)
		kmt_modindex_warn(t->idx, FILE_NAME, 0,
			"the file is empty: there are no modules, or depmod cannot read how they are packed");
	if (!r && t->text.len && memchr(t->text.s, '\0', t->text.len))
		r = kmt_modindex_corrupt(t->idx, FILE_NAME, err, "it holds a NUL byte");
	if (!r)
		r = split_lines(t, err);
	if (r < 0)
		t->lines.n = 0;
	fill_slots(t);
	return r;
}

/* IDX may have moved since the table was made. */
static struct kmt_dep_table *table_of(const struct kmt_modindex *idx)
{
	struct kmt_dep_table *t = idx->parts ? idx->parts->deps : NULL;

	if (t)
		t->idx = idx;
	return t;
}

void kmt_modindex_start_dep(struct kmt_modindex *idx)
{
	idx->parts->deps = kmt_alloc(sizeof(*idx->parts->deps));
}

int kmt_modindex_parse_dep(struct kmt_modindex *idx, struct kmt_strbuf *text, struct kmt_err *err)
{
	struct kmt_dep_table *t;

	kmt_modindex_start_dep(idx);
	t = table_of(idx);
	t->text = *text;
	t->has_text = true;
	*text = (struct kmt_strbuf)KMT_STRBUF_INIT;
	return make_whole(t, err);
}

int kmt_modindex_open_dep(struct kmt_modindex *idx, struct kmt_err *err)
{
	kmt_modindex_start_dep(idx);
	return kmt_modindex_goes_by(idx, KMT_INDEX_DEP, FILE_NAME) ? 0 : make_whole(table_of(idx), err);
}

const struct kmt_module *kmt_modindex_find_dep(const struct kmt_modindex *idx, const char *name)
{
	return dep_find(table_of(idx), name);
}

size_t kmt_modindex_count(const struct kmt_modindex *idx)
{
	struct kmt_dep_table *t = table_of(idx);

	if (t)
		make_whole(t, NULL);
	return t ? t->lines.n : 0;
}

const struct kmt_module *kmt_modindex_at(const struct kmt_modindex *idx, size_t i)
{
	struct kmt_dep_table *t = table_of(idx);
	char name[KMT_NAME_MAX];

	line_name(t, &t->lines.v[i], name);
	return dep_find(t, name);
}

void kmt_modindex_names(const struct kmt_modindex *idx, struct kmt_strv *out)
{
	size_t n = kmt_modindex_count(idx);

	for (size_t i = 0; i < n; i++) {
		struct kmt_dep_table *t = idx->parts->deps;
		char name[KMT_NAME_MAX];

		line_name(t, &t->lines.v[i], name);
		kmt_vec_push(out, kmt_arena_strdup(&t->arena, name));
	}
}

const struct kmt_module *kmt_modindex_next(const struct kmt_modindex *idx, size_t *at)
{
	struct kmt_dep_table *t = table_of(idx);
	const struct kmt_module *m = NULL;

	if (!t || read_text(t, NULL) < 0)
		return NULL;
	while (!m && *at < t->text.len) {
		const char *line = t->text.s + *at;
		char name[KMT_NAME_MAX];
		size_t n = strcspn(line, ":\n");

		if (line[n] == ':' && kmt_modindex_name(line, n, name))
			m = dep_find(t, name);
		*at += n + strcspn(line + n, "\n") + 1;
	}
	return m;
}

void kmt_modindex_free_dep(struct kmt_dep_table *t)
{
	if (!t)
		return;
	kmt_strbuf_free(&t->text);
	kmt_vec_free(&t->lines);
	free(t->slots);
	free(t->modules);
	kmt_map_free(&t->by_name);
	kmt_arena_free(&t->arena);
	free(t);
}
