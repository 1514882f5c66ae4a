/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/effects.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/initramfs.h>

struct search {
	const char *name;
	bool found;
};

/* Whether the image has a file of the module; its contents are not wanted. */
static bool look(void *ctx, const char *path)
{
	struct search *search = ctx;
	char name[KMT_NAME_MAX];

	if (!search->found && kmt_name_is_module_file(path) &&
		!kmt_name_from_path(path, name, sizeof(name)))
		search->found = !strcmp(name, search->name);
	return false;
}

static int ignore(void *ctx, const struct kmt_initramfs_entry *entry, struct kmt_err *err)
{
	return 0;
}

void kmt_effects_initramfs(const struct kmt_snapshot *snap, const char *name, struct kmt_arena *arena,
	struct kmt_strv *effects)
{
	struct search search = {.name = name};
	const struct kmt_initramfs_visitor visitor = {.want = look, .entry = ignore, .ctx = &search};
	const struct kmt_root *root = snap->root;
	enum kmt_initramfs_tool tool;
	const char *image = kmt_initramfs_find(root, snap->version, arena, &tool);
	kmt_autoclose int fd = image ? kmt_root_openat(root, image, O_RDONLY) : -ENOENT;
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
