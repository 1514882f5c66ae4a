/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nodes_priv.h"

#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/model/devchain.h>
#include <kmt/sys/paths.h>

#define MISC_MAJOR 10

/* Device numbers that carry a name: a major number, or a minor number of the misc major. */
struct number {
	bool block, misc;
	unsigned int number;
};

struct numbers {
	KMT_VEC(struct number) rows;
};

/* Most drivers register their numbers under the name of their module; these do not. */
static const struct {
	const char *name, *module;
} other_names[] = {
	{"alsa", "snd"}, {"autofs", "autofs4"}, {"btrfs-control", "btrfs"}, {"device-mapper", "dm_mod"},
	{"hidraw", "hid"}, {"loop-control", "loop"}, {"md", "md_mod"}, {"mdp", "md_mod"},
	{"nvidia-frontend", "nvidia"}, {"ppp", "ppp_generic"}, {"sd", "sd_mod"}, {"sr", "sr_mod"},
	{"ttyACM", "cdc_acm"}, {"ttyUSB", "usbserial"}, {"video4linux", "videodev"},
};

static bool is_name_of(const char *name, const char *module)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(other_names); i++)
		if (!strcmp(other_names[i].name, name))
			return kmt_name_equal(other_names[i].module, module);
	return kmt_name_equal(name, module);
}

/* /proc/devices has two lists, "Character devices:" and "Block devices:"; /proc/misc has one. */
static void read_numbers(const struct kmt_root *root, const char *path, bool misc, const char *module,
	struct numbers *out)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	bool block = false;

	if (kmt_root_read(root, path, 1u << 20, &text, NULL) < 0)
		return;
	for (const char *line = kmt_strbuf_str(&text); line && *line;
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		struct number n = {.block = block, .misc = misc};
		char name[KMT_NAME_MAX];

		if (!strncmp(line, "Block devices:", 14))
			block = true;
		else if (sscanf(line, "%u %127s", &n.number, name) == 2 && is_name_of(name, module))
			kmt_vec_push(&out->rows, n);
	}
}

static bool has_number(const struct numbers *numbers, const struct kmt_node *node)
{
	const struct number *n;

	kmt_vec_foreach(n, &numbers->rows) {
		if (n->misc && !node->block && node->major == MISC_MAJOR && node->minor == n->number)
			return true;
		if (!n->misc && n->block == node->block && n->number == node->major)
			return true;
	}
	return false;
}

static void look_at(const struct kmt_root *root, const char *link, const char *module,
	const struct numbers *numbers, struct kmt_node *node, struct kmt_arena *arena,
	struct kmt_nodes *out)
{
	kmt_autostrbuf struct kmt_strbuf sysfs = KMT_STRBUF_INIT, name = KMT_STRBUF_INIT;
	struct kmt_strv drivers = {0};
	bool drives;

	if (kmt_devchain_resolve(root, link, &sysfs) < 0)
		return;
	kmt_devchain_drivers(root, sysfs.s, arena, &drivers);
	node->own = has_number(numbers, node) || (drivers.n && kmt_name_equal(drivers.v[0], module));
	drives = node->own || kmt_devchain_has(&drivers, module);
	kmt_vec_free(&drivers);
	if (!drives)
		return;
	if (kmt_devchain_uevent(root, sysfs.s, "DEVNAME", &name) < 0)
		return;
	node->sysfs = kmt_arena_strdup(arena, sysfs.s);
	node->name = kmt_arena_strdup(arena, name.s);
	kmt_vec_push(&out->rows, *node);
}

static void look_through(const struct kmt_root *root, const char *dir, bool block, const char *module,
	const struct numbers *numbers, struct kmt_arena *arena, struct kmt_nodes *out)
{
	struct kmt_strv names = {0};

	if (kmt_root_list(root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		struct kmt_node node = {.block = block};
		kmt_autofree char *link = kmt_asprintf("%s/%s", dir, names.v[i]);

		if (sscanf(names.v[i], "%u:%u", &node.major, &node.minor) == 2)
			look_at(root, link, module, numbers, &node, arena, out);
	}
	kmt_root_list_free(&names);
}

void kmt_nodes_find(const struct kmt_root *root, const char *module, struct kmt_arena *arena,
	struct kmt_nodes *out)
{
	struct numbers numbers = {0};

	read_numbers(root, KMT_PATH_PROC_DEVICES, false, module, &numbers);
	read_numbers(root, KMT_PATH_PROC_MISC, true, module, &numbers);
	look_through(root, KMT_PATH_SYS_DEV_BLOCK, true, module, &numbers, arena, out);
	look_through(root, KMT_PATH_SYS_DEV_CHAR, false, module, &numbers, arena, out);
	kmt_vec_free(&numbers.rows);
}

void kmt_nodes_free(struct kmt_nodes *nodes)
{
	kmt_vec_free(&nodes->rows);
}
