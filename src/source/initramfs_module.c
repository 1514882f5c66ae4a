/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/initramfs.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
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

int kmt_initramfs_module(const struct kmt_root *root, const char *version, const char *name,
	struct kmt_arena *arena, const char **image, enum kmt_initramfs_tool *tool)
{
	struct search search = {.name = name};
	const struct kmt_initramfs_visitor visitor = {.want = is_it, .entry = look, .ctx = &search};
	kmt_autoclose int fd = -1;
	struct stat st;
	int r;

	*image = kmt_initramfs_find(root, version, arena, tool);
	fd = *image ? kmt_root_open_file(root, *image, 0, &st) : -ENOENT;
	if (fd < 0) {
		*image = NULL;
		return fd;
	}
	r = kmt_initramfs_walk(fd, &visitor, NULL, NULL);
	return r < 0 ? r : search.found;
}
