/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/initramfs.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/identity.h>
#include <kmt/source/moduletree.h>
#include <kmt/source/uki.h>
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
	const char *name, *section; /* of the file in TOKEN/VERSION, in a unified kernel image */
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
	kmt_autofree char *dir = kmt_moduletree_dir(s->root, s->version);
	const char *package = word_of(s, kmt_arena_printf(s->arena, "%s/pkgbase", dir));

	return package ? try_path(s,
				 kmt_arena_printf(s->arena, "%s/initramfs-%s.img", KMT_PATH_BOOT, package),
				 KMT_INITRAMFS_MKINITCPIO)
		       : NULL;
}

/* What builds images that are not named by the tool. */
static enum kmt_initramfs_tool usual_tool(const struct search *s)
{
	return kmt_root_exists(s->root, KMT_PATH_MKINITCPIO_CONF) ? KMT_INITRAMFS_MKINITCPIO
								  : KMT_INITRAMFS_DRACUT;
}

/* NULL if it cannot be a part of a path. */
static const char *os_release(const struct search *s, const char *key)
{
	const char *value = kmt_os_release(s->root, key, s->arena);

	return value && *value && *value != '.' && !strchr(value, '/') ? value : NULL;
}

/* As the Boot Loader Specification has it, type 1: the directory is named after the machine or the system,
 * or as an administrator wants (kernel-install(8)). */
static const char *by_token(const struct search *s)
{
	static const char *const boots[] = {KMT_PATHS_BOOT_TOKENS};
	const char *tokens[] = {word_of(s, KMT_PATH_ENTRY_TOKEN), word_of(s, KMT_PATH_MACHINE_ID),
		os_release(s, "IMAGE_ID"), os_release(s, "ID"), "Default"};
	const char *found = NULL;

	for (size_t i = 0; !found && i < KMT_ARRAY_SIZE(boots) * KMT_ARRAY_SIZE(tokens); i++) {
		const char *boot = boots[i / KMT_ARRAY_SIZE(tokens)];
		const char *token = tokens[i % KMT_ARRAY_SIZE(tokens)];

		if (token)
			found = try_path(s,
				kmt_arena_printf(
					s->arena, "%s/%s/%s/%s", boot, token, s->version, s->name),
				usual_tool(s));
	}
	return found;
}

/* "TOKEN-VERSION.efi", "VERSION+3-1.efi" (with the tries that are left). */
static bool has_version(const char *name, const char *version)
{
	const char *at = strstr(name, version), *end = at ? at + strlen(version) : NULL;

	return at && (at == name || at[-1] == '-') && (!strcmp(end, ".efi") || *end == '+');
}

/* A unified kernel image says which kernel it has; one that cannot be read is known by its name. */
static bool is_uki_of(const struct search *s, const char *path)
{
	kmt_autostrbuf struct kmt_strbuf version = KMT_STRBUF_INIT;
	struct kmt_uki_section part;
	struct stat st;
	kmt_autoclose int fd = kmt_root_open_file(s->root, path, 0, &st);

	if (fd >= 0 && kmt_uki_find(fd, s->section, &part) == -ENOENT)
		return false;
	if (fd >= 0 && !kmt_uki_text(fd, ".uname", &version))
		return !strcmp(kmt_strbuf_str(&version), s->version);
	return has_version(strrchr(path, '/') + 1, s->version);
}

static const char *by_uki(const struct search *s)
{
	static const char *const boots[] = {KMT_PATHS_BOOT_TOKENS};
	const char *found = NULL;

	for (size_t i = 0; !found && i < KMT_ARRAY_SIZE(boots); i++) {
		const char *dir = kmt_arena_printf(s->arena, "%s/%s", boots[i], KMT_PATH_UKI_DIR);
		struct kmt_strv names = {0};

		kmt_root_list(s->root, dir, &names);
		for (size_t k = 0; !found && k < names.n; k++) {
			const char *path = kmt_arena_printf(s->arena, "%s/%s", dir, names.v[k]);
			size_t n = strlen(path);

			if (n > 4 && !strcmp(path + n - 4, ".efi") && is_uki_of(s, path))
				found = try_path(s, path, usual_tool(s));
		}
		kmt_root_list_free(&names);
	}
	return found;
}

/* Systems that are updated as a whole have it beside the modules. */
static const char *in_tree(const struct search *s)
{
	static const char *const names[] = {"initrd", "initrd.img", "initramfs.img"};
	kmt_autofree char *dir = kmt_moduletree_dir(s->root, s->version);
	const char *found = NULL;

	for (size_t i = 0; !found && i < KMT_ARRAY_SIZE(names); i++)
		found = try_path(
			s, kmt_arena_printf(s->arena, "%s/%s", dir, names[i]), KMT_INITRAMFS_DRACUT);
	return found;
}

const char *kmt_initramfs_find(const struct kmt_root *root, const char *version,
	struct kmt_arena *arena, enum kmt_initramfs_tool *tool)
{
	static const char *(*const ways[])(const struct search *) = {
		by_version, by_package, by_token, by_uki, in_tree};
	const struct search s = {root, version, "initrd", ".initrd", arena, tool};
	const char *found = NULL;

	for (size_t i = 0; !found && i < KMT_ARRAY_SIZE(ways); i++)
		found = ways[i](&s);
	return found;
}

const char *kmt_initramfs_find_kernel(
	const struct kmt_root *root, const char *version, struct kmt_arena *arena)
{
	enum kmt_initramfs_tool tool;
	const struct search s = {root, version, "linux", ".linux", arena, &tool};
	const char *found = by_token(&s);

	return found ? found : by_uki(&s);
}
