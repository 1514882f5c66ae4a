/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/initramfs.h>

#include <string.h>

#include <kmt/base/alloc.h>
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

struct search {
	const struct kmt_root *root;
	const char *version;
	struct kmt_arena *arena;
	enum kmt_initramfs_tool *tool;
};

/* PATH, which is in the arena, if it is there. */
static const char *try_path(const struct search *s, const char *path, enum kmt_initramfs_tool tool)
{
	if (!kmt_root_exists(s->root, path))
		return NULL;
	*s->tool = tool;
	return path;
}

/* Directly below /boot, named after the version. */
static const char *by_version(const struct search *s)
{
	static const struct {
		const char *prefix, *suffix;
		enum kmt_initramfs_tool tool;
	} names[] = {
		{"initrd.img-", "", KMT_INITRAMFS_TOOLS},
		{"initramfs-", ".img", KMT_INITRAMFS_DRACUT},
		{"initrd-", "", KMT_INITRAMFS_DRACUT},
		{"initramfs-", "", KMT_INITRAMFS_DRACUT},
	};
	const char *found = NULL;

	for (size_t i = 0; !found && i < KMT_ARRAY_SIZE(names); i++)
		found = try_path(s,
			kmt_arena_printf(s->arena, "%s/%s%s%s", KMT_PATH_BOOT, names[i].prefix, s->version,
				names[i].suffix),
			names[i].tool);
	return found;
}

/* A word that is the only line of a file; NULL if it is none that can be a part of a path. */
static const char *word_of(const struct search *s, const char *path)
{
	kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;

	if (kmt_root_read_line(s->root, path, &line) < 0 || !line.len || strchr(line.s, '/'))
		return NULL;
	return kmt_arena_strdup(s->arena, line.s);
}

/* mkinitcpio names images after the kernel's package, which its tree tells. */
static const char *by_package(const struct search *s)
{
	const char *package = word_of(
		s, kmt_arena_printf(s->arena, "%s/%s/pkgbase", KMT_PATH_MODULES_DIR, s->version));

	return package ? try_path(s,
				 kmt_arena_printf(s->arena, "%s/initramfs-%s.img", KMT_PATH_BOOT, package),
				 KMT_INITRAMFS_MKINITCPIO)
		       : NULL;
}

/* As the Boot Loader Specification has it, type 1: the directory is named after the machine, or as an
 * administrator wants. */
static const char *by_token(const struct search *s)
{
	static const char *const boots[] = {KMT_PATHS_BOOT_TOKENS};
	const char *tokens[] = {word_of(s, KMT_PATH_ENTRY_TOKEN), word_of(s, KMT_PATH_MACHINE_ID)};
	const char *found = NULL;

	for (size_t i = 0; !found && i < KMT_ARRAY_SIZE(boots) * KMT_ARRAY_SIZE(tokens); i++) {
		const char *boot = boots[i / KMT_ARRAY_SIZE(tokens)];
		const char *token = tokens[i % KMT_ARRAY_SIZE(tokens)];

		if (token)
			found = try_path(s,
				kmt_arena_printf(s->arena, "%s/%s/%s/initrd", boot, token, s->version),
				kmt_root_exists(s->root, KMT_PATH_MKINITCPIO_CONF) ? KMT_INITRAMFS_MKINITCPIO
										 : KMT_INITRAMFS_DRACUT);
	}
	return found;
}

/* Systems that are updated as a whole have it beside the modules. */
static const char *in_tree(const struct search *s)
{
	static const char *const names[] = {"initrd", "initrd.img", "initramfs.img"};
	const char *found = NULL;

	for (size_t i = 0; !found && i < KMT_ARRAY_SIZE(names); i++)
		found = try_path(s,
			kmt_arena_printf(s->arena, "%s/%s/%s", KMT_PATH_MODULES_DIR, s->version, names[i]),
			KMT_INITRAMFS_DRACUT);
	return found;
}

const char *kmt_initramfs_find(const struct kmt_root *root, const char *version,
	struct kmt_arena *arena, enum kmt_initramfs_tool *tool)
{
	static const char *(*const ways[])(const struct search *) = {
		by_version, by_package, by_token, in_tree};
	const struct search s = {root, version, arena, tool};
	const char *found = NULL;

	for (size_t i = 0; !found && i < KMT_ARRAY_SIZE(ways); i++)
		found = ways[i](&s);
	return found;
}
