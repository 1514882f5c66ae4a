/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modindex_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/moduletree.h>

void kmt_modindex_hint_rebuild(const struct kmt_modindex *idx, struct kmt_err *err)
{
	if (idx->root->is_host)
		kmt_err_hint(err, "kmtool index %s", idx->version);
	else
		kmt_err_hint(err, "kmtool --root %s index %s", idx->root->path, idx->version);
}

int kmt_modindex_corrupt(const struct kmt_modindex *idx, const char *file, struct kmt_err *err,
	const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf why = KMT_STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	kmt_strbuf_vaddf(&why, fmt, ap);
	va_end(ap);
	kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "%s%s/%s is damaged: %s", idx->root->path, idx->dir,
		file, kmt_strbuf_str(&why));
	kmt_modindex_hint_rebuild(idx, err);
	return -EBADMSG;
}

/* A warning about LINE (0: none in particular) of an index file. */
static void warn(const struct kmt_modindex *idx, struct kmt_diag *diag, const char *file,
	unsigned int line, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void warn(const struct kmt_modindex *idx, struct kmt_diag *diag, const char *file,
	unsigned int line, const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_origin origin = {.line = line};
	va_list ap;

	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	origin.file = kmt_arena_printf(&idx->parts->arena, "%s/%s", idx->dir, file);
	kmt_diag_add(diag, &origin, "%s", kmt_strbuf_str(&text));
}

int kmt_modindex_read(
	const struct kmt_modindex *idx, const char *file, struct kmt_strbuf *out, struct kmt_err *err)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", idx->dir, file);
	int r = kmt_root_read(idx->root, path, 0, out, err);

	if (r == -ENOENT) {
		kmt_err_set(err, KMT_ERR_FAILED, ENOENT, "%s%s is missing", idx->root->path, path);
		kmt_modindex_hint_rebuild(idx, err);
	}
	return r;
}

/*
 * modules.dep: "PATH: PATH PATH...", one line a module, paths relative to the tree unless they start
 * with '/'. Each line lists everything that has to be there before, not only what is used directly.
 *
 * The text is read once and kept, with a hash table from names to lines. A line becomes a struct
 * kmt_module, and so do the lines that it names, when somebody asks for it: most commands look at a
 * dozen of a distribution's 4000 modules.
 */

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

/* Writes the module name of the file PATH (N bytes) to OUT, of KMT_NAME_MAX bytes. Returns its length, 0
 * if there is none: empty, too long, or with bytes that no module name has. */
static size_t modindex_name(const char *path, size_t n, char *out)
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

	modindex_name(name, strcspn(name, ":"), out);
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
	size_t len = modindex_name(path, n, name);
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

/* NAME in normal form. */
static const struct kmt_module *dep_table_find(struct kmt_dep_table *t, const char *name)
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
	len = modindex_name(file, (size_t)(colon - file), name);
	if (len)
		kmt_vec_push(&t->lines, (struct line){
						.start = (uint32_t)(p - t->text.s),
						.name = (uint32_t)(file - t->text.s),
						.hash = hash_name(name, len),
					});
	else
		warn(idx, diag, FILE_NAME, number,
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
			warn(idx, diag, FILE_NAME, 0,
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

static void dep_table_free(struct kmt_dep_table *t)
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

/*
 * Modules that are part of the kernel image: modules.builtin, one path a line, and (since Linux 5.2)
 * modules.builtin.modinfo, "MODULE.KEY=VALUE" strings that end with a NUL byte.
 */

#define LIST_NAME "modules.builtin"
#define INFO_NAME "modules.builtin.modinfo"

static void add_builtin(
	struct kmt_modindex *idx, const char *path, size_t n, unsigned int number, struct kmt_diag *diag)
{
	char name[KMT_NAME_MAX];
	size_t len = modindex_name(path, n, name);
	struct kmt_module *m;

	if (!len) {
		warn(
			idx, diag, LIST_NAME, number, "not the name of a module file: line ignored");
		return;
	}
	if (kmt_map_getn(&idx->parts->builtin_by_name, name, len))
		return;
	m = KMT_ARENA_NEW(&idx->parts->arena, struct kmt_module);
	m->name = kmt_arena_strndup(&idx->parts->arena, name, len);
	m->path = kmt_arena_strndup(&idx->parts->arena, path, n);
	m->builtin = true;
	kmt_map_add(&idx->parts->builtin_by_name, m->name, m);
	kmt_vec_push(&idx->builtins, m);
}

int kmt_modindex_parse_builtin(struct kmt_modindex *idx, const char *text, size_t n,
	struct kmt_diag *diag, struct kmt_err *err)
{
	struct kmt_slice rest = {text, n}, line;
	unsigned int number = 0;

	if (memchr(text, '\0', n))
		return kmt_modindex_corrupt(idx, LIST_NAME, err, "it holds a NUL byte");
	while (kmt_slice_line(&rest, &line)) {
		number++;
		if (line.n)
			add_builtin(idx, line.s, line.n, number, diag);
	}
	return 0;
}

bool kmt_builtin_next(
	const char **p, const char *end, struct kmt_slice *module, struct kmt_modinfo_field *field)
{
	while (kmt_modinfo_next(p, end, field)) {
		const char *dot = memchr(field->key, '.', field->key_len);

		if (!dot || field->key[field->key_len] != '=')
			continue;
		*module = (struct kmt_slice){field->key, (size_t)(dot - field->key)};
		field->key = dot + 1;
		field->key_len -= module->n + 1;
		return true;
	}
	return false;
}

/* ipv6 is not a separate module in 7.3: modules.builtin does not list it, but its parameters and aliases are
 * here. Without this file there are no such names. */
static void read_builtin_names(const struct kmt_modindex *idx)
{
	struct kmt_modindex_parts *parts = idx->parts;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_modinfo_field field;
	struct kmt_slice module;
	const char *p, *end;

	if (parts->builtin_info_read)
		return;
	parts->builtin_info_read = true;
	if (kmt_modindex_read(idx, INFO_NAME, &text, NULL) < 0)
		return;
	p = kmt_strbuf_str(&text);
	end = p + text.len + 1;
	while (kmt_builtin_next(&p, end, &module, &field)) {
		char name[KMT_NAME_MAX];
		size_t len = modindex_name(module.s, module.n, name);
		struct kmt_module *m;

		if (!len || kmt_map_getn(&parts->builtin_by_name, name, len))
			continue;
		m = KMT_ARENA_NEW(&parts->arena, struct kmt_module);
		*m = (struct kmt_module){.name = kmt_arena_strndup(&parts->arena, name, len), .path = "", .builtin = true};
		kmt_map_add(&parts->builtin_by_name, m->name, m);
	}
}

int kmt_modindex_builtin_fields(const struct kmt_modindex *idx, const char *name,
	struct kmt_builtin_fields *out, struct kmt_err *err)
{
	struct kmt_arena *arena = &idx->parts->arena;
	const char *path = kmt_arena_printf(arena, "%s/" INFO_NAME, idx->dir);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	char normal[KMT_NAME_MAX];
	struct kmt_modinfo_field field;
	struct kmt_slice module;
	const char *p, *end;
	int r;

	if (name && kmt_name_normalize(name, normal, sizeof(normal)) < 0)
		return 0;
	r = kmt_root_read(idx->root, path, 0, &text, err);
	if (r < 0)
		return r;
	/* The NUL behind the text ends a last string that has none. */
	p = kmt_strbuf_str(&text);
	end = p + text.len + 1;
	while (kmt_builtin_next(&p, end, &module, &field)) {
		char own[KMT_NAME_MAX];
		size_t len = modindex_name(module.s, module.n, own);

		if (!len || (name && strcmp(own, normal) != 0))
			continue;
		kmt_vec_push(&out->rows, (struct kmt_builtin_field){
						 .module = kmt_arena_strndup(arena, own, len),
						 .key = kmt_arena_strndup(arena, field.key, field.key_len),
						 .value = kmt_arena_strndup(arena, field.value, field.value_len),
					 });
	}
	return 0;
}

int kmt_modindex_builtin_info(
	const struct kmt_modindex *idx, const char *name, struct kmt_modinfo *out, struct kmt_err *err)
{
	struct kmt_builtin_fields rows = {0};
	const struct kmt_builtin_field *row;
	int r = kmt_modindex_builtin_fields(idx, name, &rows, err);

	out->fields.n = 0;
	kmt_vec_foreach(row, &rows.rows) {
		kmt_vec_push(&out->fields, (struct kmt_modinfo_field){.key = row->key,
						   .key_len = strlen(row->key),
						   .value = row->value,
						   .value_len = strlen(row->value)});
	}
	kmt_vec_free(&rows.rows);
	if (r != -ENOENT)
		return r;
	kmt_err_clear(err);
	return 0;
}

#define VERSION_MAX 255 /* one component of a path */

static int read_dep(struct kmt_modindex *idx, struct kmt_diag *diag, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = kmt_modindex_read(idx, "modules.dep", &text, err);

	if (r < 0)
		return r;
	if (!text.len)
		warn(idx, diag, "modules.dep", 0,
			"the file is empty: there are no modules, or depmod cannot read how they are packed");
	return kmt_modindex_parse_dep(idx, &text, diag, err);
}

static int read_builtin(struct kmt_modindex *idx, struct kmt_diag *diag, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = kmt_modindex_read(idx, "modules.builtin", &text, NULL);

	if (r < 0) {
		warn(idx, diag, "modules.builtin", 0,
			"%s: which modules are built in is not known", strerror(-r));
		return 0;
	}
	return kmt_modindex_parse_builtin(idx, kmt_strbuf_str(&text), text.len, diag, err);
}

int kmt_modindex_open(struct kmt_modindex *idx, const struct kmt_root *root, const char *version,
	struct kmt_diag *diag, struct kmt_err *err)
{
	kmt_autofree char *dir = NULL;
	struct stat st;
	int r;

	*idx = (struct kmt_modindex){.root = root};
	if (!*version || strchr(version, '/') || !strcmp(version, ".") || !strcmp(version, "..") ||
		strlen(version) > VERSION_MAX)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' is not a kernel version", version);
	idx->parts = kmt_alloc(sizeof(*idx->parts));
	idx->version = kmt_arena_strdup(&idx->parts->arena, version);
	dir = kmt_moduletree_dir(root, version);
	idx->dir = kmt_arena_strdup(&idx->parts->arena, dir);
	r = kmt_root_stat(root, idx->dir, &st);
	if (r == -ENOENT || (!r && !S_ISDIR(st.st_mode)))
		r = kmt_moduletree_missing(root, version, err);
	else if (r < 0)
		r = kmt_err_errno(err, -r, "%s%s", root->path, idx->dir);
	else
		r = read_dep(idx, diag, err);
	if (!r)
		r = read_builtin(idx, diag, err);
	if (r < 0)
		kmt_modindex_close(idx);
	return r;
}

void kmt_modindex_close(struct kmt_modindex *idx)
{
	struct kmt_modindex_parts *parts = idx->parts;

	kmt_vec_free(&idx->builtins);
	if (parts) {
		dep_table_free(parts->deps);
		kmt_map_free(&parts->builtin_by_name);
		for (size_t i = 0; i < KMT_INDEX_KINDS; i++)
			free((void *)parts->tries[i].data);
		kmt_arena_free(&parts->arena);
		free(parts);
	}
	*idx = (struct kmt_modindex){.root = idx->root};
}

const struct kmt_module *kmt_modindex_find(const struct kmt_modindex *idx, const char *name)
{
	char normal[KMT_NAME_MAX];

	if (!idx->parts || kmt_name_normalize(name, normal, sizeof(normal)) < 0)
		return NULL;
	return dep_table_find(idx->parts->deps, normal);
}

const struct kmt_module *kmt_modindex_find_builtin(const struct kmt_modindex *idx, const char *name)
{
	char normal[KMT_NAME_MAX];
	const struct kmt_module *m;

	if (!idx->parts || kmt_name_normalize(name, normal, sizeof(normal)) < 0)
		return NULL;
	m = kmt_map_get(&idx->parts->builtin_by_name, normal);
	if (m || dep_table_find(idx->parts->deps, normal))
		return m;
	read_builtin_names(idx);
	return kmt_map_get(&idx->parts->builtin_by_name, normal);
}
