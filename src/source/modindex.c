/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modindex_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/sys/paths.h>

#define VERSION_MAX 255 /* one component of a path */

int kmt_modindex_versions(const struct kmt_root *root, struct kmt_strv *out)
{
	struct kmt_strv all = {0};
	int r = kmt_root_list(root, KMT_PATH_MODULES_DIR, &all);

	if (r < 0)
		return r;
	for (size_t i = 0; i < all.n; i++) {
		kmt_autofree char *dir = kmt_asprintf(KMT_PATH_MODULES_DIR "/%s", all.v[i]);
		struct stat st;

		if (!kmt_root_stat(root, dir, &st) && S_ISDIR(st.st_mode))
			kmt_vec_push(out, kmt_take(all.v[i]));
	}
	kmt_root_list_free(&all);
	return 0;
}

/* NOT_FOUND, and which trees there are instead. */
static int no_tree(const struct kmt_modindex *idx, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_strv versions = {0};

	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no modules of kernel %s: there is no %s%s",
		idx->version, idx->root->path, idx->dir);
	kmt_modindex_versions(idx->root, &versions);
	for (size_t i = 0; i < versions.n; i++)
		kmt_strbuf_item(&list, ", ", "%s", versions.v[i]);
	kmt_root_list_free(&versions);
	if (list.len)
		kmt_err_hint(err, "module trees that are here: %s (choose one with -k)", list.s);
	else
		kmt_err_hint(err, "no kernel has a module tree below %s%s", idx->root->path,
			KMT_PATH_MODULES_DIR);
	return -ENOENT;
}

void kmt_modindex_hint_rebuild(const struct kmt_modindex *idx, struct kmt_err *err)
{
	if (idx->root->is_host)
		kmt_err_hint(err, "'depmod %s' builds the indexes anew", idx->version);
	else
		kmt_err_hint(err, "'depmod -b %s %s' builds the indexes anew", idx->root->path,
			idx->version);
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

void kmt_modindex_warn(const struct kmt_modindex *idx, struct kmt_diag *diag, const char *file,
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

static int read_dep(struct kmt_modindex *idx, struct kmt_diag *diag, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = kmt_modindex_read(idx, "modules.dep", &text, err);

	if (r < 0)
		return r;
	if (!text.len)
		kmt_modindex_warn(idx, diag, "modules.dep", 0,
			"the file is empty: there are no modules, or depmod cannot read how they are packed");
	return kmt_modindex_parse_dep(idx, &text, diag, err);
}

static int read_builtin(struct kmt_modindex *idx, struct kmt_diag *diag, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = kmt_modindex_read(idx, "modules.builtin", &text, NULL);

	if (r < 0) {
		kmt_modindex_warn(idx, diag, "modules.builtin", 0,
			"%s: which modules are built in is not known", strerror(-r));
		return 0;
	}
	return kmt_modindex_parse_builtin(idx, kmt_strbuf_str(&text), text.len, diag, err);
}

int kmt_modindex_open(struct kmt_modindex *idx, const struct kmt_root *root, const char *version,
	struct kmt_diag *diag, struct kmt_err *err)
{
	struct stat st;
	int r;

	*idx = (struct kmt_modindex){.root = root};
	if (!*version || strchr(version, '/') || !strcmp(version, ".") || !strcmp(version, "..") ||
		strlen(version) > VERSION_MAX)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' is not a kernel version", version);
	idx->parts = kmt_alloc(sizeof(*idx->parts));
	idx->version = kmt_arena_strdup(&idx->parts->arena, version);
	idx->dir = kmt_arena_printf(&idx->parts->arena, KMT_PATH_MODULES_DIR "/%s", version);
	r = kmt_root_stat(root, idx->dir, &st);
	if (r == -ENOENT || (!r && !S_ISDIR(st.st_mode)))
		r = no_tree(idx, err);
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
		kmt_dep_table_free(parts->deps);
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
	return kmt_dep_table_find(idx->parts->deps, normal);
}

const struct kmt_module *kmt_modindex_find_builtin(const struct kmt_modindex *idx, const char *name)
{
	char normal[KMT_NAME_MAX];
	const struct kmt_module *m;

	if (!idx->parts || kmt_name_normalize(name, normal, sizeof(normal)) < 0)
		return NULL;
	m = kmt_map_get(&idx->parts->builtin_by_name, normal);
	if (m || kmt_dep_table_find(idx->parts->deps, normal))
		return m;
	kmt_modindex_read_builtin_names(idx);
	return kmt_map_get(&idx->parts->builtin_by_name, normal);
}
