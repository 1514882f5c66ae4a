/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/effects.h>

#include <kmt/source/initramfs.h>

void kmt_effects_initramfs(const struct kmt_snapshot *snap, const char *name, struct kmt_arena *arena,
	struct kmt_strv *effects)
{
	enum kmt_initramfs_tool tool;
	const char *image;
	int r = kmt_initramfs_module(snap->root, snap->version, name, arena, &image, &tool);

	if (!image)
		return;
	if (r < 0)
		kmt_vec_push(effects, kmt_arena_printf(arena,
					      "if %s has a copy of the configuration, it is the old one until: %s", image,
					      kmt_initramfs_rebuild(tool, snap->version, arena)));
	else if (r)
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
