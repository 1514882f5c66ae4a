/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/moduletree.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/sys/paths.h>

static const char *const places[] = KMT_MODULES_DIRS;

enum fill {
	FILL_ABSENT,
	FILL_EMPTY,
	FILL_OTHER, /* out-of-tree modules alone, or what a package manager left behind */
	FILL_KERNEL,
};

static enum fill fill_of(const struct kmt_root *root, const char *dir)
{
	static const char *const marks[] = {"modules.dep", "modules.order", "modules.builtin", "kernel"};
	struct kmt_strv names = {0};
	enum fill fill;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(marks); i++) {
		kmt_autofree char *mark = kmt_asprintf("%s/%s", dir, marks[i]);

		if (kmt_root_exists(root, mark))
			return FILL_KERNEL;
	}
	if (kmt_root_list(root, dir, &names) < 0)
		return FILL_ABSENT;
	fill = names.n ? FILL_OTHER : FILL_EMPTY;
	kmt_root_list_free(&names);
	return fill;
}

char *kmt_moduletree_dir(const struct kmt_root *root, const char *version)
{
	enum fill best = FILL_ABSENT;
	size_t chosen = 0;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(places) && best != FILL_KERNEL; i++) {
		kmt_autofree char *dir = kmt_asprintf("%s/%s", places[i], version);
		enum fill fill = fill_of(root, dir);

		if (fill > best) {
			best = fill;
			chosen = i;
		}
	}
	return kmt_asprintf("%s/%s", places[chosen], version);
}

static bool has(const struct kmt_strv *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->v[i], s))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_versions(const struct kmt_root *root, const char *place, struct kmt_strv *out)
{
	struct kmt_strv all = {0};
	int r = kmt_root_list(root, place, &all);

	for (size_t i = 0; !r && i < all.n; i++) {
		kmt_autofree char *dir = kmt_asprintf("%s/%s", place, all.v[i]);
		struct stat st;

		if (!has(out, all.v[i]) && !kmt_root_stat(root, dir, &st) && S_ISDIR(st.st_mode))
			kmt_vec_push(out, kmt_take(all.v[i]));
	}
	kmt_root_list_free(&all);
	return r;
}

int kmt_moduletree_versions(const struct kmt_root *root, struct kmt_strv *out)
{
	int result = 0;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(places); i++) {
		int r = add_versions(root, places[i], out);

		if (r < 0 && r != -ENOENT && !result)
			result = r;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare);
	return out->n ? 0 : result;
}

/* Most systems have never heard of the places from the third on: named only where they are. */
char *kmt_moduletree_tried(const struct kmt_root *root, const char *version)
{
	struct kmt_strbuf list = KMT_STRBUF_INIT;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(places); i++)
		if (i < 2 || kmt_root_exists(root, places[i]))
			kmt_strbuf_item(&list, " or ", "%s%s%s%s", root->path, places[i],
				*version ? "/" : "", version);
	return kmt_strbuf_steal(&list);
}

int kmt_moduletree_missing(const struct kmt_root *root, const char *version, struct kmt_err *err)
{
	kmt_autofree char *tried = kmt_moduletree_tried(root, version);
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_strv versions = {0};

	if (*version)
		kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no modules of kernel %s: there is no %s",
			version, tried);
	else
		kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no kernel has a module tree below %s", tried);
	kmt_moduletree_versions(root, &versions);
	for (size_t i = 0; i < versions.n; i++)
		kmt_strbuf_item(&list, ", ", "%s", versions.v[i]);
	kmt_root_list_free(&versions);
	if (list.len)
		kmt_err_hint(err, "module trees that are here: %s (choose one with -k)", list.s);
	else if (*version) {
		kmt_autofree char *all = kmt_moduletree_tried(root, "");

		kmt_err_hint(err, "no kernel has a module tree below %s", all);
	}
	return -ENOENT;
}
