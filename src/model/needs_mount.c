/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is mounted, or will be: from the mount table and fstab to devices, network and virtual filesystems. */
#include "needs_priv.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <kmt/base/num.h>
#include <kmt/model/devchain.h>
#include <kmt/sys/lazy_blkid.h>
#include <kmt/sys/paths.h>

/* Network filesystems. */

/* The interface that the default route leads through, and its driver. */
static int ask_interface(struct kmt_needs *needs, struct kmt_needs_place *place, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_slice rest, line;
	int r = 0;

	if (kmt_root_read(needs->snap->root, KMT_PATH_PROC_NET_ROUTE, 0, &text, NULL) < 0)
		return 0;
	rest = (struct kmt_slice){kmt_strbuf_str(&text), text.len};
	while (!r && kmt_slice_line(&rest, &line)) {
		struct kmt_slice name = kmt_slice_word(&line), to = kmt_slice_word(&line);
		kmt_autofree char *link =
			kmt_asprintf("%s/%.*s", KMT_PATH_SYS_CLASS_NET, (int)name.n, name.s);
		kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

		if (kmt_slice_is(to, "00000000") && !kmt_devchain_resolve(needs->snap->root, link, &real))
			r = kmt_needs_drivers(needs, place, kmt_strbuf_str(&real), err);
	}
	return r;
}

static int ask(struct kmt_needs *needs, struct kmt_needs_place *place, bool optional, const char *request,
	const char *why, struct kmt_err *err)
{
	return kmt_needs_request(needs, place,
		(struct kmt_needs_request){.kind = KMT_NEED_FS, .optional = optional, .quiet = optional}, request, why,
		err);
}

static int ask_nfs(
	struct kmt_needs *needs, struct kmt_needs_place *place, const char *options, struct kmt_err *err)
{
	static const char *const names[] = {"vers", "nfsvers"};
	struct kmt_slice value = {0};
	kmt_autofree char *request = NULL;
	int r;

	for (size_t i = 0; !value.n && i < KMT_ARRAY_SIZE(names); i++)
		kmt_needs_option(options, names[i], &value);
	request = kmt_asprintf("nfsv%c", value.n ? *value.s : '4');
	r = ask(needs, place, false, request,
		value.n ? "NFS of this version" : "NFS of version 4, which is tried first", err);
	if (r >= 0 && kmt_needs_option(options, "sec", &value) && value.n > 3 && !strncmp(value.s, "krb", 3))
		r = ask(needs, place, false, "rpcsec_gss_krb5", "mounted with sec=krb5", err);
	return r;
}

/* Its soft dependency lines name algorithms without "pre:", which no program of kmod follows. */
static int ask_cifs(
	struct kmt_needs *needs, struct kmt_needs_place *place, const char *options, struct kmt_err *err)
{
	static const char *const words[] = {"aes", "ccm", "cmac", "ecb", "gcm", "hmac", "md5", "sha256", "sha512"};
	struct kmt_needs_request how = {.kind = KMT_NEED_CRYPTO, .optional = true, .quiet = true};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < KMT_ARRAY_SIZE(words); i++) {
		kmt_autofree char *request = kmt_asprintf("crypto-%s", words[i]);

		r = kmt_needs_request(needs, place, how, request, "CIFS signs and encrypts with it", err);
	}
	return r;
}

static int ask_9p(
	struct kmt_needs *needs, struct kmt_needs_place *place, const char *options, struct kmt_err *err)
{
	struct kmt_slice value = {"virtio", 6};
	kmt_autofree char *request = NULL;

	kmt_needs_option(options, "trans", &value);
	request = kmt_asprintf("9p-%.*s", (int)value.n, value.s);
	return ask(needs, place, false, request, "the transport of 9p", err);
}

static int ask_virtiofs(
	struct kmt_needs *needs, struct kmt_needs_place *place, const char *options, struct kmt_err *err)
{
	return ask(needs, place, true, "virtio_pci", "virtiofs is a device of virtio", err);
}

static const struct {
	const char *type;
	bool network;
	int (*ask)(struct kmt_needs *needs, struct kmt_needs_place *place, const char *options, struct kmt_err *err);
} unusual[] = {
	{"nfs", true, ask_nfs},
	{"nfs4", true, ask_nfs},
	{"cifs", true, ask_cifs},
	{"smb3", true, ask_cifs},
	{"ceph", true, NULL},
	{"afs", true, NULL},
	{"9p", false, ask_9p},
	{"virtiofs", false, ask_virtiofs},
};

static int ask_unusual(struct kmt_needs *needs, struct kmt_needs_place *place, const char *type,
	const char *options, struct kmt_err *err)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < KMT_ARRAY_SIZE(unusual); i++) {
		if (strcmp(unusual[i].type, type) != 0)
			continue;
		if (unusual[i].ask)
			r = unusual[i].ask(needs, place, options, err);
		if (r >= 0 && unusual[i].network)
			r = ask_interface(needs, place, err);
	}
	return r < 0 ? r : 0;
}

/* Those of every kernel, which no module and no index tells of. */
static bool is_of_the_kernel(const char *type)
{
	static const char *const types[] = {"bpf", "cgroup", "cgroup2", "debugfs", "devpts", "devtmpfs",
		"hugetlbfs", "mqueue", "proc", "pstore", "ramfs", "rootfs", "securityfs", "sysfs", "tmpfs", "tracefs"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(types); i++)
		if (!strcmp(types[i], type))
			return true;
	return false;
}

/* TYPE at PLACE, of which no disk tells. "fuse.sshfs" is a program of FUSE. */
static int ask_type(struct kmt_needs *needs, struct kmt_needs_place *place, const char *type,
	const char *options, struct kmt_err *err)
{
	kmt_autofree char *base = kmt_strndup(type, strcspn(type, "."));
	int r;

	if (needs->mount_options)
		options = needs->mount_options;
	if (is_of_the_kernel(base)) {
		place->what = kmt_arena_printf(&needs->arena, "%s, part of every kernel", base);
		return 0;
	}
	r = kmt_needs_filesystem(needs, place, !strcmp(base, "fuseblk") ? "fuse" : base, options, err);
	return r < 0 ? r : ask_unusual(needs, place, base, options, err);
}

/* The folders of an overlay are on other filesystems. */
static int add_layers(struct kmt_needs *needs, const struct kmt_needs_place *place, const char *options,
	struct kmt_err *err)
{
	static const char *const names[] = {"lowerdir", "upperdir"};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < KMT_ARRAY_SIZE(names); i++) {
		struct kmt_slice value;
		kmt_autofree char *dirs = NULL;
		char *save = NULL;

		if (!kmt_needs_option(options, names[i], &value))
			continue;
		dirs = kmt_strndup(value.s, value.n);
		for (char *dir = strtok_r(dirs, ":", &save); dir && r >= 0; dir = strtok_r(NULL, ":", &save)) {
			const struct kmt_mount *mount = *dir == '/' ? kmt_needs_mount_of(needs, dir) : NULL;

			if (mount && strcmp(mount->type, "overlay") != 0)
				r = kmt_needs_mount(needs, place, mount->point, mount, err);
		}
	}
	return r;
}

/* The devices of a btrfs are not in the mount table, but for one. */
static int add_btrfs(struct kmt_needs *needs, const struct kmt_needs_place *place,
	const struct kmt_mount *mount, struct kmt_err *err)
{
	const char *slash = strrchr(mount->source, '/');
	struct kmt_strv groups = {0};
	int r = 0;

	kmt_root_list(needs->snap->root, KMT_PATH_SYS_FS_BTRFS, &groups);
	for (size_t i = 0; r >= 0 && slash && i < groups.n; i++) {
		kmt_autofree char *dir = kmt_asprintf("%s/%s/devices", KMT_PATH_SYS_FS_BTRFS, groups.v[i]);
		kmt_autofree char *own = kmt_asprintf("%s%s", dir, slash);
		struct kmt_strv names = {0};

		if (kmt_root_exists(needs->snap->root, own))
			kmt_root_list(needs->snap->root, dir, &names);
		for (size_t d = 0; r >= 0 && d < names.n; d++) {
			kmt_autofree char *link = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_BLOCK, names.v[d]);

			r = kmt_needs_device(needs, place, names.v[d], link, NULL, NULL, err);
		}
		kmt_root_list_free(&names);
	}
	kmt_root_list_free(&groups);
	return r;
}

/* The block device that is mounted, by its number; filesystems with several devices have none of their own,
 * but a source. NULL: none. */
static const char *device_of(struct kmt_needs *needs, const struct kmt_mount *mount)
{
	const char *slash = strrchr(mount->source, '/');
	const char *by_number = kmt_arena_printf(
		&needs->arena, "%s/%u:%u", KMT_PATH_SYS_DEV_BLOCK, mount->major, mount->minor);
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

	if (!kmt_devchain_resolve(needs->snap->root, by_number, &real))
		return kmt_arena_strdup(&needs->arena, real.s);
	if (strncmp(mount->source, KMT_PATH_DEV "/", strlen(KMT_PATH_DEV "/")) != 0)
		return NULL;
	by_number = kmt_arena_printf(&needs->arena, "%s%s", KMT_PATH_SYS_CLASS_BLOCK, slash);
	return kmt_devchain_resolve(needs->snap->root, by_number, &real) ? NULL
									 : kmt_arena_strdup(&needs->arena, real.s);
}

static int add_device(struct kmt_needs *needs, const struct kmt_needs_place *place, const char *sysfs,
	const struct kmt_mount *mount, struct kmt_needs_place **out, struct kmt_err *err)
{
	const char *given = needs->mount_options;
	int r;

	/* The device is known to the mount table by another name than to sysfs. */
	if (!given)
		needs->mount_options = mount->options;
	r = kmt_needs_device(needs, place, strrchr(sysfs, '/') + 1, sysfs, NULL, out, err);
	needs->mount_options = given;
	return r;
}

int kmt_needs_mount(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *name,
	const struct kmt_mount *mount, struct kmt_err *err)
{
	struct kmt_needs_place *place = kmt_needs_place_new(needs, above, name), *device = NULL;
	const char *sysfs = device_of(needs, mount);
	int r = 0;

	place->what = *mount->source ? kmt_arena_printf(&needs->arena, "%s on %s", mount->type, mount->source)
				     : kmt_arena_strdup(&needs->arena, mount->type);
	place->fstype = kmt_arena_strdup(&needs->arena, mount->type);
	if (sysfs)
		r = add_device(needs, place, sysfs, mount, &device, err);
	/* The superblock tells more than the kernel does. */
	if (!r && (!device || !device->fstype))
		r = ask_type(needs, place, mount->type, mount->options, err);
	if (!r && !strcmp(mount->type, "overlay"))
		r = add_layers(needs, place, mount->options, err);
	if (!r && !strcmp(mount->type, "btrfs"))
		r = add_btrfs(needs, place, mount, err);
	return r;
}

/* A file that this process cannot see: by its path it would be on the device that it is behind. */
static bool is_on_itself(const struct kmt_needs_place *place, const struct kmt_mount *mount)
{
	for (; place; place = place->above)
		if (!strcmp(place->name, mount->point))
			return true;
	return false;
}

int kmt_needs_backing(struct kmt_needs *needs, size_t first, struct kmt_err *err)
{
	int r = 0;

	/* Their devices may be loop devices, too: the list grows meanwhile. */
	for (size_t i = first; r >= 0 && i < needs->places.n && needs->with & 1u << KMT_NEED_STORAGE; i++) {
		const struct kmt_needs_place *place = needs->places.v[i];
		const struct kmt_mount *mount =
			place->backing && *place->backing == '/' ? kmt_needs_mount_of(needs, place->backing) : NULL;

		if (mount && !is_on_itself(place, mount))
			r = kmt_needs_mount(needs, place, mount->point, mount, err);
	}
	return r < 0 ? r : 0;
}
