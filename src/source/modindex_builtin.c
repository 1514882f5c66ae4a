/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Modules that are part of the kernel image: modules.builtin, one path a line, and (since Linux 5.2)
 * modules.builtin.modinfo, "MODULE.KEY=VALUE" strings that end with a NUL byte.
 */
#include "modindex_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/source/modinfo.h>

#include <kmt/base/name.h>

#define LIST_NAME "modules.builtin"
#define INFO_NAME "modules.builtin.modinfo"

static void add_builtin(
	struct kmt_modindex *idx, const char *path, size_t n, unsigned int number, struct kmt_diag *diag)
{
	char name[KMT_NAME_MAX];
	size_t len = kmt_modindex_name(path, n, name);
	struct kmt_module *m;

	if (!len) {
		kmt_modindex_warn(
			idx, diag, LIST_NAME, number, "not the name of a module file: line ignored");
		return;
	}
	if (kmt_map_getn(&idx->builtin_by_name, name, len))
		return;
	m = KMT_ARENA_NEW(&idx->arena, struct kmt_module);
	m->name = kmt_arena_strndup(&idx->arena, name, len);
	m->path = kmt_arena_strndup(&idx->arena, path, n);
	m->builtin = true;
	kmt_map_add(&idx->builtin_by_name, m->name, m);
	kmt_vec_push(&idx->builtins, m);
}

int kmt_modindex_parse_builtin(struct kmt_modindex *idx, const char *text, size_t n,
	struct kmt_diag *diag, struct kmt_err *err)
{
	const char *p = text, *end = text + n;
	unsigned int number = 0;

	if (memchr(text, '\0', n))
		return kmt_modindex_corrupt(idx, LIST_NAME, err, "it holds a NUL byte");
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end;

		number++;
		if (stop > p)
			add_builtin(idx, p, (size_t)(stop - p), number, diag);
		p = newline ? newline + 1 : end;
	}
	return 0;
}

/* One string of modules.builtin.modinfo. What has no '.' or '=' is skipped, as modinfo does. */
static void add_field(struct kmt_modindex *idx, const char *s, size_t n, const char *wanted,
	struct kmt_builtin_fields *out)
{
	const char *dot = memchr(s, '.', n), *equals;
	char name[KMT_NAME_MAX];
	size_t len;

	if (!dot)
		return;
	equals = memchr(dot, '=', n - (size_t)(dot - s));
	len = kmt_modindex_name(s, (size_t)(dot - s), name);
	if (!equals || !len || (wanted && strcmp(name, wanted)))
		return;
	kmt_vec_push(&out->rows, (struct kmt_builtin_field){
					 .module = kmt_arena_strndup(&idx->arena, name, len),
					 .key = kmt_arena_strndup(
						 &idx->arena, dot + 1, (size_t)(equals - dot - 1)),
					 .value = kmt_arena_strndup(
						 &idx->arena, equals + 1, n - (size_t)(equals + 1 - s)),
				 });
}

int kmt_modindex_builtin_fields(struct kmt_modindex *idx, const char *name,
	struct kmt_builtin_fields *out, struct kmt_err *err)
{
	const char *path = kmt_arena_printf(&idx->arena, "%s/" INFO_NAME, idx->dir);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	char normal[KMT_NAME_MAX];
	const char *p, *end;
	int r;

	if (name && kmt_name_normalize(name, normal, sizeof(normal)) < 0)
		return 0;
	r = kmt_root_read(idx->root, path, 0, &text, err);
	if (r < 0)
		return r;
	for (p = kmt_strbuf_str(&text), end = p + text.len; p < end;) {
		const char *nul = memchr(p, '\0', (size_t)(end - p));
		const char *stop = nul ? nul : end;

		add_field(idx, p, (size_t)(stop - p), name ? normal : NULL, out);
		p = stop + 1;
	}
	return 0;
}

int kmt_modindex_builtin_info(
	struct kmt_modindex *idx, const char *name, struct kmt_modinfo *out, struct kmt_err *err)
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
