/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modindex_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/name.h>
#include <kmt/source/moduletree.h>

/*
 * Modules that are part of the kernel image: modules.builtin, one path a line, and (since Linux 5.2)
 * modules.builtin.modinfo, "MODULE.KEY=VALUE" strings that end with a NUL byte.
 */

#define LIST_NAME "modules.builtin"
#define INFO_NAME "modules.builtin.modinfo"

static void add_builtin(const struct kmt_modindex *idx, const char *path, size_t n, unsigned int number)
{
	char name[KMT_NAME_MAX];
	size_t len = kmt_modindex_name(path, n, name);
	struct kmt_module *m;

	if (!len) {
		kmt_modindex_warn(idx, LIST_NAME, number, "not the name of a module file: line ignored");
		return;
	}
	if (kmt_map_getn(&idx->parts->builtin_by_name, name, len))
		return;
	m = KMT_ARENA_NEW(&idx->parts->arena, struct kmt_module);
	m->name = kmt_arena_strndup(&idx->parts->arena, name, len);
	m->path = kmt_arena_strndup(&idx->parts->arena, path, n);
	m->builtin = true;
	kmt_map_add(&idx->parts->builtin_by_name, m->name, m);
	kmt_vec_push(&idx->parts->builtins, m);
}

int kmt_modindex_parse_builtin(
	const struct kmt_modindex *idx, const char *text, size_t n, struct kmt_err *err)
{
	struct kmt_slice rest = {text, n}, line;
	unsigned int number = 0;

	if (memchr(text, '\0', n))
		return kmt_modindex_corrupt(idx, LIST_NAME, err, "it holds a NUL byte");
	while (kmt_slice_line(&rest, &line)) {
		number++;
		if (line.n)
			add_builtin(idx, line.s, line.n, number);
	}
	return 0;
}

/* modules.builtin. A missing one is a warning. */
static int read_list(const struct kmt_modindex *idx, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r;

	if (idx->parts->builtin_list_read)
		return 0;
	idx->parts->builtin_list_read = true;
	r = kmt_modindex_read(idx, LIST_NAME, &text, NULL);
	if (!r)
		return kmt_modindex_parse_builtin(idx, kmt_strbuf_str(&text), text.len, err);
	kmt_modindex_warn(idx, LIST_NAME, 0, "%s: which modules are built in is not known", strerror(-r));
	return 0;
}

/* The same after the index was opened. */
static void need_list(const struct kmt_modindex *idx)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	if (read_list(idx, &err) < 0)
		kmt_diag_add(idx->parts->diag, NULL, "%s", err.msg);
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
	need_list(idx);
	if (kmt_modindex_read(idx, INFO_NAME, &text, NULL) < 0)
		return;
	p = kmt_strbuf_str(&text);
	end = p + text.len + 1;
	while (kmt_builtin_next(&p, end, &module, &field)) {
		char name[KMT_NAME_MAX];
		size_t len = kmt_modindex_name(module.s, module.n, name);
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
		size_t len = kmt_modindex_name(module.s, module.n, own);

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

/* In modules.builtin. Most names are not there, which the trie tells without reading all. */
static const struct kmt_module *find_in_list(const struct kmt_modindex *idx, const char *name)
{
	struct kmt_modindex_parts *parts = idx->parts;
	const char *value;

	if (!parts->builtin_asked)
		parts->builtin_by_trie = kmt_modindex_goes_by(idx, KMT_INDEX_BUILTIN, LIST_NAME);
	parts->builtin_asked = true;
	if (!parts->builtin_list_read && parts->builtin_by_trie &&
		!kmt_modindex_value(idx, KMT_INDEX_BUILTIN, name, &value) && !value)
		return NULL;
	need_list(idx);
	return kmt_map_get(&parts->builtin_by_name, name);
}

int kmt_modindex_open(struct kmt_modindex *idx, const struct kmt_root *root, const char *version,
	bool by_name, struct kmt_diag *diag, struct kmt_err *err)
{
	kmt_autofree char *dir = NULL;
	struct stat st;
	int r;

	*idx = (struct kmt_modindex){.root = root};
	if (!*version || strchr(version, '/') || !strcmp(version, ".") || !strcmp(version, "..") ||
		strlen(version) > VERSION_MAX)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' is not a kernel version", version);
	idx->parts = kmt_alloc(sizeof(*idx->parts));
	idx->parts->diag = diag;
	idx->parts->by_name = by_name;
	idx->version = kmt_arena_strdup(&idx->parts->arena, version);
	dir = kmt_moduletree_dir(root, version);
	idx->dir = kmt_arena_strdup(&idx->parts->arena, dir);
	r = kmt_root_stat(root, idx->dir, &st);
	if (r == -ENOENT || (!r && !S_ISDIR(st.st_mode)))
		r = kmt_moduletree_missing(root, version, err);
	else if (r < 0)
		r = kmt_err_errno(err, -r, "%s%s", root->path, idx->dir);
	else
		r = kmt_modindex_open_dep(idx, err);
	if (!r && !by_name)
		r = read_list(idx, err);
	if (r < 0)
		kmt_modindex_close(idx);
	return r;
}

void kmt_modindex_close(struct kmt_modindex *idx)
{
	struct kmt_modindex_parts *parts = idx->parts;

	if (parts) {
		kmt_vec_free(&parts->builtins);
		kmt_modindex_free_dep(parts->deps);
		kmt_map_free(&parts->builtin_by_name);
		kmt_modindex_free_tries(parts);
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
	return kmt_modindex_find_dep(idx, normal);
}

const struct kmt_module *kmt_modindex_find_builtin(const struct kmt_modindex *idx, const char *name)
{
	char normal[KMT_NAME_MAX];
	const struct kmt_module *m;

	if (!idx->parts || kmt_name_normalize(name, normal, sizeof(normal)) < 0)
		return NULL;
	m = find_in_list(idx, normal);
	if (m || kmt_modindex_find_dep(idx, normal))
		return m;
	read_builtin_names(idx);
	return kmt_map_get(&idx->parts->builtin_by_name, normal);
}

size_t kmt_modindex_builtin_count(const struct kmt_modindex *idx)
{
	if (!idx->parts)
		return 0;
	need_list(idx);
	return idx->parts->builtins.n;
}

const struct kmt_module *kmt_modindex_builtin_at(const struct kmt_modindex *idx, size_t i)
{
	return idx->parts->builtins.v[i];
}
