/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/kconfig.h>

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/vec.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/paths.h>

#define SIZE_MAX_READ ((size_t)4 << 20)

const char *kmt_kconfig_read(
	const struct kmt_root *root, const char *version, struct kmt_arena *arena, struct kmt_strbuf *out)
{
	kmt_autofree char *dir = kmt_moduletree_dir(root, version);
	const char *const paths[] = {
		kmt_arena_printf(arena, "%s/config-%s", KMT_PATH_BOOT, version),
		kmt_arena_printf(arena, "%s/config", dir),
		kmt_arena_printf(arena, "%s/build/.config", dir),
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(paths); i++)
		if (!kmt_root_read(root, paths[i], SIZE_MAX_READ, out, NULL) && out->len)
			return paths[i];
	return NULL;
}

bool kmt_kconfig_find(const struct kmt_strbuf *text, const char *option, struct kmt_slice *value)
{
	kmt_autofree char *line = kmt_asprintf("\n%s=", option);
	const char *found = strstr(kmt_strbuf_str(text), line);

	if (!found)
		return false;
	found += strlen(line);
	*value = (struct kmt_slice){found, strcspn(found, "\n")};
	if (value->n >= 2 && *value->s == '"' && value->s[value->n - 1] == '"') {
		value->s++;
		value->n -= 2;
	}
	return true;
}
