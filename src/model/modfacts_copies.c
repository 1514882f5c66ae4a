/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modfacts_priv.h"

#include <string.h>

#include <kmt/base/name.h>

/* Directories in a tree are not deeper than this. */
#define DEPTH_MAX 16

static bool is_copy(const struct kmt_modfacts *f, const char *name)
{
	char found[KMT_NAME_MAX];

	return kmt_name_is_module_file(name) && !kmt_name_from_path(name, found, sizeof(found)) &&
	       !strcmp(found, f->module.name);
}

/* SKIP: a directory that is left out. */
static void walk(struct kmt_modfacts *f, const char *dir, const char *skip, int depth)
{
	const struct kmt_root *root = f->snap->root;
	struct kmt_strv names = {0};
	struct stat st;

	if (depth == DEPTH_MAX || kmt_root_list(root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		const char *path = kmt_arena_printf(&f->arena, "%s/%s", dir, names.v[i]);

		if (is_copy(f, names.v[i]))
			kmt_vec_push(&f->copies, (struct kmt_modcopy){.path = path});
		else if (!strchr(names.v[i], '.') && (!skip || strcmp(path, skip) != 0) &&
			 !kmt_root_lstat(root, path, &st) && S_ISDIR(st.st_mode))
			walk(f, path, NULL, depth + 1);
	}
	kmt_root_list_free(&names);
}

/* The kernel's own files have one of each name: they are looked through only if another directory won. */
void kmt_modfacts_read_copies(struct kmt_modfacts *f)
{
	const struct kmt_snapshot *snap = f->snap;
	const struct kmt_module *chosen = snap->has_tree ? kmt_modindex_find(&snap->index, f->module.name) : NULL;
	const char *own;
	struct kmt_modcopy *copy;
	bool in_own, listed = false;

	if (!chosen)
		return;
	own = kmt_arena_printf(&f->arena, "%s/kernel", snap->index.dir);
	in_own = !strncmp(chosen->path, own, strlen(own)) && chosen->path[strlen(own)] == '/';
	if (in_own)
		kmt_vec_push(&f->copies, (struct kmt_modcopy){.path = chosen->path});
	walk(f, snap->index.dir, in_own ? own : NULL, 0);
	kmt_vec_foreach(copy, &f->copies)
		listed |= f->module.path && !strcmp(copy->path, f->module.path);
	if (!listed && f->module.path)
		kmt_vec_push(&f->copies, (struct kmt_modcopy){.path = f->module.path});
	if (f->copies.n < 2)
		f->copies.n = 0;
	kmt_vec_foreach(copy, &f->copies)
		copy->chosen = !strcmp(copy->path, chosen->path);
}
