/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modules.dep: "PATH: PATH PATH...", one line a module, paths relative to the tree unless they start
 * with '/'. Each line lists everything that has to be there before, not only what is used directly.
 *
 * The text is read once and kept, with a hash table from names to lines. A line becomes a struct
 * kmt_module, and so do the lines that it names, when somebody asks for it: most commands look at a
 * dozen of a distribution's 4000 modules.
 */
#include "modindex_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>

#define FILE_NAME "modules.dep"
#define LEAST_SLOTS 16

struct line {
	uint32_t start, name; /* offsets into the text: of the line, of its file's name */
	uint32_t hash;	      /* of the module's name */
};

struct kmt_dep_table {
	struct kmt_strbuf text;
	const char *dir;
	KMT_VEC(struct line) lines;
	uint32_t *slots; /* line number + 1, 0 is free; by hash of the name */
	size_t n_slots;	 /* a power of two, at least twice the lines */
	struct kmt_module **modules; /* for each line, NULL while nobody asked for it */
	struct kmt_map others;	     /* dependencies that have no line of their own */
	struct kmt_arena arena;
};

/* Modules whose line is not taken apart yet. */
struct pending {
	KMT_VEC(uint32_t) lines;
};

size_t kmt_modindex_name(const char *path, size_t n, char *out)
{
	const char *slash = memrchr(path, '/', n);
	const char *name = slash ? slash + 1 : path;
	size_t max = n - (size_t)(name - path), len = 0;

	for (; len < max && name[len] != '.'; len++) {
		unsigned char c = (unsigned char)name[len];

		if (c <= ' ' || c == 0x7f || len + 1 == KMT_NAME_MAX)
			return 0;
		out[len] = c == '-' ? '_' : (char)c;
	}
	out[len] = '\0';
	return len;
}

/* The name on a line that was checked when the table was made. */
static void line_name(const struct kmt_dep_table *t, const struct line *line, char *out)
{
	const char *name = t->text.s + line->name;

	kmt_modindex_name(name, strcspn(name, ":"), out);
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
	size_t dir = strlen(t->dir);
	char *s;

	if (n && *path == '/')
		return kmt_arena_strndup(&t->arena, path, n);
	s = kmt_arena_alloc(&t->arena, dir + n + 2);
	memcpy(s, t->dir, dir);
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

/* The module of a line; new ones are noted in PENDING, their dependencies still to be found. */
static struct kmt_module *module_of(struct kmt_dep_table *t, uint32_t number, struct pending *pending)
{
	const struct line *line = &t->lines.v[number];
	const char *path = t->text.s + line->start;
	char name[KMT_NAME_MAX];

	if (t->modules[number])
		return t->modules[number];
	line_name(t, line, name);
	t->modules[number] = new_module(t, name, path, strcspn(path, ":"));
	kmt_vec_push(&pending->lines, number);
	return t->modules[number];
}

static const struct kmt_module *find_dep(
	struct kmt_dep_table *t, const char *path, size_t n, struct pending *pending)
{
	char name[KMT_NAME_MAX];
	size_t len = kmt_modindex_name(path, n, name);
	struct kmt_module *m;
	uint32_t number;

	if (!len)
		return NULL;
	number = *find_slot(t, name, hash_name(name, len));
	if (number)
		return module_of(t, number - 1, pending);
	m = kmt_map_get(&t->others, name);
	if (!m) {
		m = new_module(t, name, path, n);
		kmt_map_add(&t->others, m->name, m);
	}
	return m;
}

static void resolve_deps(struct kmt_dep_table *t, uint32_t number, struct pending *pending)
{
	const char *p = strchr(t->text.s + t->lines.v[number].start, ':') + 1;
	const char *end = strchr(p, '\n');
	struct kmt_module *m = t->modules[number];
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

static const struct kmt_module *get_module(struct kmt_dep_table *t, uint32_t number)
{
	struct pending pending = {0};
	struct kmt_module *m = module_of(t, number, &pending);

	for (size_t i = 0; i < pending.lines.n; i++)
		resolve_deps(t, pending.lines.v[i], &pending);
	kmt_vec_free(&pending.lines);
	return m;
}

const struct kmt_module *kmt_dep_table_find(struct kmt_dep_table *t, const char *name)
{
	uint32_t number = *find_slot(t, name, hash_name(name, strlen(name)));

	if (number)
		return get_module(t, number - 1);
	return kmt_map_get(&t->others, name);
}

size_t kmt_modindex_count(const struct kmt_modindex *idx)
{
	return idx->parts ? idx->parts->deps->lines.n : 0;
}

const struct kmt_module *kmt_modindex_at(const struct kmt_modindex *idx, size_t i)
{
	return get_module(idx->parts->deps, (uint32_t)i);
}

void kmt_modindex_names(const struct kmt_modindex *idx, struct kmt_strv *out)
{
	for (size_t i = 0; i < kmt_modindex_count(idx); i++) {
		struct kmt_dep_table *t = idx->parts->deps;
		char name[KMT_NAME_MAX];

		line_name(t, &t->lines.v[i], name);
		kmt_vec_push(out, kmt_arena_strdup(&t->arena, name));
	}
}

/* One line up to its NEWLINE. Returns NULL, or what is wrong with it. */
static const char *add_line(struct kmt_modindex *idx, const char *p, const char *newline,
	uint32_t number, struct kmt_diag *diag)
{
	struct kmt_dep_table *t = idx->parts->deps;
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
		kmt_modindex_warn(idx, diag, FILE_NAME, number,
			"not the name of a module file: line ignored");
	return NULL;
}

static int split_lines(struct kmt_modindex *idx, struct kmt_diag *diag, struct kmt_err *err)
{
	const struct kmt_strbuf *text = &idx->parts->deps->text;
	const char *p = kmt_strbuf_str(text), *end = p + text->len;
	uint32_t number = 0;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *wrong = "it is cut short";

		number++;
		if (newline)
			wrong = add_line(idx, p, newline, number, diag);
		if (wrong)
			return kmt_modindex_corrupt(
				idx, FILE_NAME, err, "line %u: %s", number, wrong);
		p = newline + 1;
	}
	return 0;
}

static void fill_slots(struct kmt_modindex *idx, struct kmt_diag *diag)
{
	struct kmt_dep_table *t = idx->parts->deps;
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
			kmt_modindex_warn(idx, diag, FILE_NAME, 0,
				"module %s is listed twice: the first line counts", name);
			continue;
		}
		t->lines.v[kept++] = line;
		*slot = kept;
	}
	t->lines.n = kept;
}

int kmt_modindex_parse_dep(struct kmt_modindex *idx, struct kmt_strbuf *text, struct kmt_diag *diag,
	struct kmt_err *err)
{
	struct kmt_dep_table *t = kmt_alloc(sizeof(*t));
	int r;

	idx->parts->deps = t;
	t->text = *text;
	t->dir = idx->dir;
	*text = (struct kmt_strbuf)KMT_STRBUF_INIT;
	if (t->text.len && memchr(t->text.s, '\0', t->text.len))
		return kmt_modindex_corrupt(idx, FILE_NAME, err, "it holds a NUL byte");
	r = split_lines(idx, diag, err);
	if (!r)
		fill_slots(idx, diag);
	return r;
}

void kmt_dep_table_free(struct kmt_dep_table *t)
{
	if (!t)
		return;
	kmt_strbuf_free(&t->text);
	kmt_vec_free(&t->lines);
	free(t->slots);
	free(t->modules);
	kmt_map_free(&t->others);
	kmt_arena_free(&t->arena);
	free(t);
}
