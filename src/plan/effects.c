/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/effects.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/initramfs.h>
#include <kmt/sys/paths.h>

struct search {
	const char *name;
	bool found;
};

/* The file of the module that is asked for. */
static bool is_it(void *ctx, const char *path)
{
	const struct search *search = ctx;
	char name[KMT_NAME_MAX];

	return kmt_name_is_module_file(path) && !kmt_name_from_path(path, name, sizeof(name)) &&
	       !strcmp(name, search->name);
}

/* The last one counts: a later archive may put a link to /dev/null in its place. */
static int look(void *ctx, const struct kmt_initramfs_entry *entry, struct kmt_err *err)
{
	((struct search *)ctx)->found = !entry->is_link || strcmp(entry->data, KMT_PATH_DEV "/null") != 0;
	return 0;
}

void kmt_effects_initramfs(const struct kmt_snapshot *snap, const char *name, struct kmt_arena *arena,
	struct kmt_strv *effects)
{
	struct search search = {.name = name};
	const struct kmt_initramfs_visitor visitor = {.want = is_it, .entry = look, .ctx = &search};
	const struct kmt_root *root = snap->root;
	enum kmt_initramfs_tool tool;
	const char *image = kmt_initramfs_find(root, snap->version, arena, &tool);
	struct stat st;
	kmt_autoclose int fd = image ? kmt_root_open_file(root, image, 0, &st) : -ENOENT;
	int r;

	if (fd < 0)
		return;
	r = kmt_initramfs_walk(fd, &visitor, NULL, NULL);
	if (r < 0)
		kmt_vec_push(effects, kmt_arena_printf(arena,
					      "if %s has a copy of the configuration, it is the old one until: %s", image,
					      kmt_initramfs_rebuild(tool, snap->version, arena)));
	else if (search.found)
		kmt_vec_push(effects,
			kmt_arena_printf(arena, "%s is in %s, which has the old configuration until: %s", name, image,
				kmt_initramfs_rebuild(tool, snap->version, arena)));
}

void kmt_effects_of_edit(const struct kmt_snapshot *snap, const char *name, struct kmt_arena *arena,
	struct kmt_strv *effects)
{
	if (kmt_snapshot_loaded(snap, name))
		kmt_vec_push(effects, kmt_arena_printf(arena,
					      "%s is loaded: it takes effect when %s is loaded again", name, name));
	else
		kmt_vec_push(effects, kmt_arena_printf(arena, "it takes effect when %s is loaded next", name));
	kmt_effects_initramfs(snap, name, arena, effects);
}
