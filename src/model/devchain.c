/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/devchain.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/source/uevent.h>
#include <kmt/sys/paths.h>

/* Stacks of devices and interfaces are not deeper than this, unless sysfs lies. */
#define DEPTH_MAX 8

/* "/a/b/../c" without what ".." takes back. */
static void normalize(struct kmt_strbuf *path)
{
	kmt_autofree char *old = kmt_strdup(kmt_strbuf_str(path));
	char *save = NULL;

	kmt_strbuf_truncate(path, 0);
	for (char *word = strtok_r(old, "/", &save); word; word = strtok_r(NULL, "/", &save)) {
		if (!strcmp(word, ".."))
			kmt_strbuf_truncate(path, path->len ? (size_t)(strrchr(path->s, '/') - path->s) : 0);
		else if (strcmp(word, ".") != 0)
			kmt_strbuf_addf(path, "/%s", word);
	}
}

int kmt_devchain_resolve(const struct kmt_root *root, const char *link, struct kmt_strbuf *out)
{
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;
	int r = kmt_root_readlink(root, link, &target);
	const char *slash = strrchr(link, '/');

	if (r < 0)
		return r;
	if (*kmt_strbuf_str(&target) != '/')
		kmt_strbuf_add(out, link, slash ? (size_t)(slash - link) + 1 : 0);
	kmt_strbuf_addstr(out, kmt_strbuf_str(&target));
	normalize(out);
	return 0;
}

void kmt_devchain_drivers(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out)
{
	kmt_autofree char *at = kmt_strdup(path);

	while (!strncmp(at, KMT_PATH_SYS_DEVICES "/", strlen(KMT_PATH_SYS_DEVICES) + 1)) {
		kmt_autofree char *link = kmt_asprintf("%s/driver/module", at);
		kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;
		const char *slash;

		if (!kmt_root_readlink(root, link, &target)) {
			slash = strrchr(kmt_strbuf_str(&target), '/');
			kmt_vec_push(out, kmt_arena_strdup(arena, slash ? slash + 1 : ""));
		}
		*strrchr(at, '/') = '\0';
	}
}

bool kmt_devchain_has(const struct kmt_strv *drivers, const char *module)
{
	for (size_t i = 0; i < drivers->n; i++)
		if (kmt_name_equal(drivers->v[i], module))
			return true;
	return false;
}

/* What a block device is made of. A partition has no list of its own: its disk's counts. */
static int list_slaves(const struct kmt_root *root, const char *path, struct kmt_strbuf *dir,
	struct kmt_strv *names)
{
	kmt_strbuf_addf(dir, "%s/slaves", path);
	if (!kmt_root_list(root, dir->s, names))
		return 0;
	kmt_strbuf_truncate(dir, 0);
	kmt_strbuf_addf(dir, "%.*s/slaves", (int)(strrchr(path, '/') - path), path);
	return kmt_root_list(root, dir->s, names);
}

/* A stacked device has no driver that sysfs names, but says what it is. */
static void add_stack_at(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out)
{
	kmt_autofree char *dm = kmt_asprintf("%s/dm/uuid", path), *md = kmt_asprintf("%s/md/level", path);
	kmt_autostrbuf struct kmt_strbuf uuid = KMT_STRBUF_INIT, level = KMT_STRBUF_INIT;

	if (!kmt_root_read_line(root, dm, &uuid)) {
		kmt_vec_push(out, "dm_mod");
		if (!strncmp(kmt_strbuf_str(&uuid), "CRYPT-", strlen("CRYPT-")))
			kmt_vec_push(out, "dm_crypt");
	}
	if (!kmt_root_read_line(root, md, &level) && level.len) {
		kmt_vec_push(out, "md_mod");
		kmt_vec_push(out, strpbrk(level.s, "456") ? "raid456" : kmt_arena_strdup(arena, level.s));
	}
}

static void add_stack(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out)
{
	kmt_autofree char *disk = kmt_strndup(path, (size_t)(strrchr(path, '/') - path));

	add_stack_at(root, path, arena, out);
	add_stack_at(root, disk, arena, out);
}

/* A disk of NVMe with several paths belongs to its subsystem, which has links to the controllers. */
static void add_nvme(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out)
{
	const char *at = strstr(path, "/nvme-subsystem/"), *end = at ? strchr(at + 16, '/') : NULL;
	kmt_autofree char *dir = end ? kmt_strndup(path, (size_t)(end - path)) : NULL;
	struct kmt_strv names = {0};

	if (!dir || kmt_root_list(root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		kmt_autofree char *link = kmt_asprintf("%s/%s", dir, names.v[i]);
		kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

		if (!strncmp(names.v[i], "nvme", 4) && !kmt_devchain_resolve(root, link, &real))
			kmt_vec_push(out, kmt_arena_strdup(arena, real.s));
	}
	kmt_root_list_free(&names);
}

static void add_block(const struct kmt_root *root, const char *path, int depth, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	kmt_autostrbuf struct kmt_strbuf dir = KMT_STRBUF_INIT;
	struct kmt_strv names = {0};

	kmt_vec_push(out, kmt_arena_strdup(arena, path));
	add_nvme(root, path, arena, out);
	if (depth == DEPTH_MAX || list_slaves(root, path, &dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		kmt_autofree char *link = kmt_asprintf("%s/%s", dir.s, names.v[i]);
		kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

		if (!kmt_devchain_resolve(root, link, &real))
			add_block(root, real.s, depth + 1, arena, out);
	}
	kmt_root_list_free(&names);
}

void kmt_devchain_block_dirs(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out)
{
	add_block(root, path, 0, arena, out);
}

void kmt_devchain_block_drivers(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out)
{
	struct kmt_strv dirs = {0};

	kmt_devchain_block_dirs(root, path, arena, &dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		kmt_devchain_drivers(root, dirs.v[i], arena, out);
		add_stack(root, dirs.v[i], arena, out);
	}
	kmt_vec_free(&dirs);
}

int kmt_devchain_uevent(
	const struct kmt_root *root, const char *path, const char *key, struct kmt_strbuf *out)
{
	kmt_autofree char *file = kmt_asprintf("%s/uevent", path);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_slice value;
	int r = kmt_root_read(root, file, 1u << 16, &text, NULL);

	if (r < 0)
		return r;
	if (!kmt_uevent_find((struct kmt_slice){kmt_strbuf_str(&text), text.len}, key, &value))
		return -ENOENT;
	kmt_strbuf_add(out, value.s, value.n);
	return 0;
}

/* What is made of software (bridge, bond, vlan, dummy) has no driver, but often says its kind. */
static void add_kind(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out)
{
	kmt_autostrbuf struct kmt_strbuf kind = KMT_STRBUF_INIT;

	if (kmt_devchain_uevent(root, path, "DEVTYPE", &kind) < 0)
		return;
	if (!strcmp(kind.s, "vlan"))
		kmt_vec_push(out, "8021q");
	else
		kmt_vec_push(out, !strcmp(kind.s, "bond") ? "bonding" : kmt_arena_strdup(arena, kind.s));
}

static void add_net(const struct kmt_root *root, const char *ifname, int depth, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	kmt_autofree char *link = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_NET, ifname);
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	struct kmt_strv names = {0};

	if (kmt_devchain_resolve(root, link, &real) < 0)
		return;
	kmt_vec_push(out, kmt_arena_strdup(arena, real.s));
	if (depth == DEPTH_MAX || kmt_root_list(root, real.s, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++)
		if (!strncmp(names.v[i], "lower_", 6))
			add_net(root, names.v[i] + 6, depth + 1, arena, out);
	kmt_root_list_free(&names);
}

void kmt_devchain_net_dirs(
	const struct kmt_root *root, const char *ifname, struct kmt_arena *arena, struct kmt_strv *out)
{
	add_net(root, ifname, 0, arena, out);
}

void kmt_devchain_net_drivers(
	const struct kmt_root *root, const char *ifname, struct kmt_arena *arena, struct kmt_strv *out)
{
	struct kmt_strv dirs = {0};

	kmt_devchain_net_dirs(root, ifname, arena, &dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		kmt_devchain_drivers(root, dirs.v[i], arena, out);
		add_kind(root, dirs.v[i], arena, out);
	}
	kmt_vec_free(&dirs);
}
