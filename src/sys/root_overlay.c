/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "root_overlay_priv.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>

const struct kmt_root_overlay *kmt_root_overlay_find(const struct kmt_root *root, const char *path)
{
	for (size_t i = 0; i < root->n_overlay; i++)
		if (!strcmp(root->overlay[i].path, path))
			return &root->overlay[i];
	return NULL;
}

/* The name of PATH inside of DIR; NULL if it is elsewhere. */
static const char *name_in(const char *dir, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = strlen(dir);

	return slash && (size_t)(slash - path) == n && !strncmp(path, dir, n) ? slash + 1 : NULL;
}

static size_t find_name(const struct kmt_strv *names, const char *name)
{
	size_t i = 0;

	while (i < names->n && strcmp(names->v[i], name) != 0)
		i++;
	return i;
}

bool kmt_root_overlay_list(const struct kmt_root *root, const char *dir, struct kmt_strv *names)
{
	bool added = false;

	for (size_t i = 0; i < root->n_overlay; i++) {
		const struct kmt_root_overlay *over = &root->overlay[i];
		const char *name = name_in(dir, over->path);
		size_t at = name ? find_name(names, name) : 0;

		if (!name)
			continue;
		added |= over->data != NULL;
		if (over->data && at == names->n) {
			kmt_vec_push(names, kmt_strdup(name));
		} else if (!over->data && at < names->n) {
			free((char *)names->v[at]);
			names->v[at] = names->v[--names->n];
		}
	}
	return added;
}
