/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/initramfs.h>

#include <string.h>

#include <kmt/sys/paths.h>

const char *kmt_initramfs_tool_name(enum kmt_initramfs_tool tool)
{
	static const char *const names[KMT_INITRAMFS_TOOL_COUNT] = {
		[KMT_INITRAMFS_TOOLS] = "initramfs-tools",
		[KMT_INITRAMFS_DRACUT] = "dracut",
		[KMT_INITRAMFS_MKINITCPIO] = "mkinitcpio",
	};

	return names[tool];
}

const char *kmt_initramfs_rebuild(
	enum kmt_initramfs_tool tool, const char *version, struct kmt_arena *arena)
{
	switch (tool) {
	case KMT_INITRAMFS_TOOLS:
		return kmt_arena_printf(arena, "update-initramfs -u -k %s", version);
	case KMT_INITRAMFS_DRACUT:
		return kmt_arena_printf(arena, "dracut --force --kver %s", version);
	default:
		return "mkinitcpio -P";
	}
}

/* mkinitcpio names images after the kernel's package, which its tree tells. */
static const char *of_package(const struct kmt_root *root, const char *version, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;
	const char *path = kmt_arena_printf(arena, "%s/%s/pkgbase", KMT_PATH_MODULES_DIR, version);

	if (kmt_root_read_line(root, path, &name) < 0 || !name.len || strchr(name.s, '/'))
		return NULL;
	return kmt_arena_printf(arena, "%s/initramfs-%s.img", KMT_PATH_BOOT, name.s);
}

const char *kmt_initramfs_find(const struct kmt_root *root, const char *version,
	struct kmt_arena *arena, enum kmt_initramfs_tool *tool)
{
	const struct {
		const char *path;
		enum kmt_initramfs_tool tool;
	} places[] = {
		{kmt_arena_printf(arena, "%s/initrd.img-%s", KMT_PATH_BOOT, version), KMT_INITRAMFS_TOOLS},
		{kmt_arena_printf(arena, "%s/initramfs-%s.img", KMT_PATH_BOOT, version),
			KMT_INITRAMFS_DRACUT},
		{kmt_arena_printf(arena, "%s/initrd-%s", KMT_PATH_BOOT, version), KMT_INITRAMFS_DRACUT},
		{of_package(root, version, arena), KMT_INITRAMFS_MKINITCPIO},
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (!places[i].path || !kmt_root_exists(root, places[i].path))
			continue;
		*tool = places[i].tool;
		return places[i].path;
	}
	return NULL;
}
