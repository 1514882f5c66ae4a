/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a live block device is made of, and the drivers of all that it hangs on: a walk through sysfs. */
#include "needs_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/num.h>
#include <kmt/model/devchain.h>
#include <kmt/source/uevent.h>
#include <kmt/sys/paths.h>

/* Stacks are not deeper than this, unless sysfs lies. */
#define DEPTH_MAX 16
#define TEXT_MAX ((size_t)1 << 16)
#define VIRTUAL KMT_PATH_SYS_DEVICES "/virtual/"

struct walk {
	struct kmt_needs *needs;
	struct kmt_needs_place *place;
	struct kmt_err *err;
};

/* Whether PATH was not seen before. */
static bool is_new(struct kmt_needs *needs, const char *path)
{
	return !kmt_map_add(&needs->state->sysfs, kmt_arena_strdup(&needs->arena, path), needs);
}

static int ask(struct walk *w, bool optional, const char *request, const char *why)
{
	return kmt_needs_request(w->needs, w->place,
		(struct kmt_needs_request){.kind = KMT_NEED_STORAGE, .optional = optional, .quiet = optional}, request,
		why, w->err);
}

/* The name that the link NAME in DIR ends with. */
static const char *link_name(struct kmt_needs *needs, const char *dir, const char *name)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", dir, name);
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;
	const char *slash;

	if (kmt_root_readlink(needs->snap->root, path, &target) < 0)
		return NULL;
	slash = strrchr(kmt_strbuf_str(&target), '/');
	return kmt_arena_strdup(&needs->arena, slash ? slash + 1 : kmt_strbuf_str(&target));
}

static const char *line_of(struct kmt_needs *needs, const char *dir, const char *name)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", dir, name);
	kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;

	if (kmt_root_read_line(needs->snap->root, path, &line) < 0 || !line.len)
		return NULL;
	return kmt_arena_strdup(&needs->arena, line.s);
}

/* Drivers. */

/* The device at DIR: the module of its driver, if this kernel has it; else what answers to its modalias, for
 * the driver may be built into the running kernel only. A device that no driver has needs none. */
static int ask_driver(struct walk *w, const char *dir)
{
	struct kmt_needs *needs = w->needs;
	const char *driver = link_name(needs, dir, "driver"), *bus = link_name(needs, dir, "subsystem");
	const char *module = link_name(needs, dir, "driver/module"), *alias, *why;
	struct kmt_needs_request how = {.kind = KMT_NEED_STORAGE, .quiet = true};
	int r = 0;

	if (!driver)
		return 0;
	why = kmt_arena_printf(&needs->arena, "drives %s%s%s (%s)", bus ? bus : "", bus ? " " : "",
		strrchr(dir, '/') + 1, driver);
	if (module)
		r = kmt_needs_request(needs, w->place, how, module, why, w->err);
	alias = r ? NULL : line_of(needs, dir, "modalias");
	if (alias)
		r = kmt_needs_request(needs, w->place, how, alias, why, w->err);
	how.quiet = false;
	if (!r && module)
		r = kmt_needs_request(needs, w->place, how, module, why, w->err);
	return r < 0 ? r : 0;
}

static int climb(struct walk *w, const char *path);

/* Links of the driver core to the devices that this one needs: clocks, regulators, buses. */
static int follow_suppliers(struct walk *w, const char *dir)
{
	struct kmt_strv names = {0};
	int r = 0;

	if (kmt_root_list(w->needs->snap->root, dir, &names) < 0)
		return 0;
	for (size_t i = 0; !r && i < names.n; i++) {
		kmt_autofree char *link = kmt_asprintf("%s/%s", dir, names.v[i]);
		kmt_autostrbuf struct kmt_strbuf devlink = KMT_STRBUF_INIT, device = KMT_STRBUF_INIT;

		if (strncmp(names.v[i], "supplier:", strlen("supplier:")) != 0 ||
			kmt_devchain_resolve(w->needs->snap->root, link, &devlink) < 0)
			continue;
		kmt_strbuf_addstr(&devlink, "/supplier");
		if (!kmt_devchain_resolve(w->needs->snap->root, devlink.s, &device))
			r = climb(w, kmt_strbuf_str(&device));
	}
	kmt_root_list_free(&names);
	return r;
}

/* The device at PATH and those above it, up to one that was seen. */
static int climb(struct walk *w, const char *path)
{
	kmt_autofree char *at = kmt_strdup(path);
	size_t top = strlen(KMT_PATH_SYS_DEVICES "/");
	int r = 0;

	while (!r && !strncmp(at, KMT_PATH_SYS_DEVICES "/", top) && is_new(w->needs, at)) {
		r = ask_driver(w, at);
		if (!r)
			r = follow_suppliers(w, at);
		*strrchr(at, '/') = '\0';
	}
	return r;
}

int kmt_needs_drivers(
	struct kmt_needs *needs, struct kmt_needs_place *place, const char *sysfs, struct kmt_err *err)
{
	struct walk w = {needs, place, err};

	return needs->with & 1u << KMT_NEED_STORAGE ? climb(&w, sysfs) : 0;
}

/* A disk of NVMe with several paths hangs on a subsystem, which has links to the controllers. */
static int climb_nvme(struct walk *w, const char *path)
{
	const char *at = strstr(path, "/nvme-subsystem/"), *end = at ? strchr(at + 16, '/') : NULL;
	kmt_autofree char *dir = end ? kmt_strndup(path, (size_t)(end - path)) : NULL;
	struct kmt_strv names = {0};
	int r = 0;

	if (!dir || kmt_root_list(w->needs->snap->root, dir, &names) < 0)
		return 0;
	for (size_t i = 0; !r && i < names.n; i++) {
		kmt_autofree char *link = kmt_asprintf("%s/%s", dir, names.v[i]);
		kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

		if (!strncmp(names.v[i], "nvme", 4) && !kmt_devchain_resolve(w->needs->snap->root, link, &real))
			r = climb(w, kmt_strbuf_str(&real));
	}
	kmt_root_list_free(&names);
	return r;
}

/* What a device is made of. */

/* "vg-lv", where dashes of the names are doubled: the logical volume. NULL if it is none. */
static const char *volume_of(struct kmt_needs *needs, const char *name)
{
	kmt_autostrbuf struct kmt_strbuf volume = KMT_STRBUF_INIT;
	bool in_volume = false;

	for (const char *c = name; *c; c++) {
		if (*c == '-' && c[1] == '-')
			c++;
		else if (*c == '-' && in_volume) /* "vg-pool-tpool" */
			break;
		else if (*c == '-') {
			in_volume = true;
			continue;
		}
		if (in_volume)
			kmt_strbuf_addc(&volume, *c);
	}
	return volume.len ? kmt_arena_strdup(&needs->arena, volume.s) : NULL;
}

/* By the prefix of its UUID, which tells who set it up. */
static int ask_dm(struct walk *w, const char *path, const char **volume)
{
	static const struct {
		const char *prefix, *request, *why;
		bool optional;
	} kinds[] = {
		{"CRYPT-VERITY-", "dm-verity", "set up by veritysetup", false},
		{"CRYPT-INTEGRITY-", "dm-integrity", "set up by integritysetup", false},
		{"CRYPT-", "dm-crypt", "set up by cryptsetup", false},
		{"mpath-", "dm-multipath", "set up by multipath", false},
		{"mpath-", "dm-service-time", "a path selector of multipath", true},
		{"mpath-", "dm-queue-length", "a path selector of multipath", true},
		{"mpath-", "dm-round-robin", "a path selector of multipath", true},
		{"DMRAID-", "dm-mirror", "set up by dmraid", true},
	};
	const char *uuid = line_of(w->needs, path, "dm/uuid"), *name = line_of(w->needs, path, "dm/name");
	int r = 0;

	if (!name)
		return 0;
	w->place->what = kmt_arena_printf(&w->needs->arena, "device-mapper %s", name);
	r = ask(w, false, "dm-mod", "device-mapper");
	for (size_t i = 0; uuid && r >= 0 && i < KMT_ARRAY_SIZE(kinds); i++)
		if (!strncmp(uuid, kinds[i].prefix, strlen(kinds[i].prefix)))
			r = ask(w, kinds[i].optional, kinds[i].request, kinds[i].why);
	if (uuid && !strncmp(uuid, "LVM-", 4) && !*volume)
		*volume = volume_of(w->needs, name);
	return r < 0 ? r : 0;
}

static int ask_md(struct walk *w, const char *path)
{
	const char *level = line_of(w->needs, path, "md/level");
	kmt_autofree char *request = NULL;
	int r = 0;

	if (!level)
		return 0;
	w->place->what = kmt_arena_printf(&w->needs->arena, "software RAID, %s", level);
	request = kmt_asprintf("md-%s", level);
	r = ask(w, false, request, w->place->what);
	return r < 0 ? r : 0;
}

/* A disk that hangs on no device: loop, nbd, zram, floppy. Its driver is asked for by its number. */
static int ask_virtual(struct walk *w, const char *path)
{
	const char *dev = line_of(w->needs, path, "dev"), *name = strrchr(path, '/') + 1;
	const char *why = kmt_arena_printf(&w->needs->arena, "drives %s", name);
	kmt_autofree char *link = kmt_asprintf("%s/device", path), *request = NULL, *base = NULL;
	unsigned int major, minor;
	int r;

	if (kmt_root_exists(w->needs->snap->root, link) || strncmp(path, VIRTUAL, strlen(VIRTUAL)) != 0 ||
		!dev || sscanf(dev, "%u:%u", &major, &minor) != 2)
		return 0;
	request = kmt_asprintf("block-major-%u-%u", major, minor);
	base = kmt_strndup(name, strcspn(name, "0123456789"));
	r = ask(w, true, request, why);
	return r ? (r < 0 ? r : 0) : ask(w, true, base, why);
}

/* udev(7) keeps what it found, for who may not read the disk. */
static const char *type_by_udev(struct kmt_needs *needs, const char *dev)
{
	kmt_autofree char *path = kmt_asprintf("%s/b%s", KMT_PATH_UDEV_DATA, dev);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_slice type;

	if (kmt_root_read(needs->snap->root, path, TEXT_MAX, &text, NULL) < 0 ||
		!kmt_uevent_find((struct kmt_slice){kmt_strbuf_str(&text), text.len}, "E:ID_FS_TYPE", &type) || !type.n)
		return NULL;
	return kmt_arena_strndup(&needs->arena, type.s, type.n);
}

/* The superblock cannot be read: udev's word for its type, without what only the superblock tells. */
static int content_unread(struct walk *w, const char *dev, int r)
{
	const char *type = type_by_udev(w->needs, dev);

	if (r == -EACCES || r == -EPERM)
		kmt_needs_fail(w->needs, w->place, KMT_NEEDS_DENIED, "cannot be read: %s%s%s", strerror(-r),
			type ? "; udev knows it as " : "", type ? type : "");
	else if (w->needs->snap->root->is_host)
		kmt_needs_note(w->needs, "%s cannot be read: %s", w->place->name, strerror(-r));
	/* -EPERM also denies root: a container or a security module keeps the disk. */
	w->place->hint = r == -EACCES ? "run it as root" : NULL;
	if (!type)
		return 0;
	w->place->fstype = type;
	if (!w->place->what)
		w->place->what = kmt_arena_printf(&w->needs->arena, "%s, by udev", type);
	if (!strcmp(type, "crypto_LUKS"))
		return ask(w, false, "dm-crypt", "encrypted with LUKS");
	if (!strcmp(type, "LVM2_member"))
		return ask(w, false, "dm-mod", "physical volume of LVM");
	if (!strcmp(type, "linux_raid_member"))
		return ask(w, false, "md-mod", "member of a RAID");
	if (!strcmp(type, "swap"))
		return 0;
	return kmt_needs_filesystem(w->needs, w->place, type, kmt_needs_options(w->needs, w->place, NULL), w->err);
}

static int read_content(struct walk *w, const char *path, bool partitions, const char *volume)
{
	const char *dev = line_of(w->needs, path, "dev");
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;
	kmt_autofree char *node = NULL;
	kmt_autoclose int fd = -1;
	struct stat st;
	int r;

	if (kmt_devchain_uevent(w->needs->snap->root, path, "DEVNAME", &name) < 0)
		kmt_strbuf_addstr(&name, strrchr(path, '/') + 1);
	node = kmt_asprintf("%s/%s", KMT_PATH_DEV, name.s);
	/* A node in an image is that of another machine's disk. */
	fd = w->needs->snap->root->is_host ? kmt_root_open_disk(node, &st) : -ENOENT;
	if (fd >= 0)
		return kmt_needs_probe(w->needs, w->place, fd, partitions, volume, w->err);
	r = content_unread(w, dev ? dev : "", fd);
	return r < 0 ? r : 0;
}

static bool has(struct kmt_needs *needs, const char *dir, const char *name)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", dir, name);

	return kmt_root_exists(needs->snap->root, path);
}

static unsigned int depth_of(const struct kmt_needs_place *place)
{
	unsigned int depth = 0;

	for (; place; place = place->above)
		depth++;
	return depth;
}

/* The devices that this one is made of. */
static int add_slaves(struct walk *w, const char *path, const char *volume)
{
	kmt_autofree char *dir = kmt_asprintf("%s/slaves", path);
	struct kmt_strv names = {0};
	int r = 0;

	if (depth_of(w->place) > DEPTH_MAX || kmt_root_list(w->needs->snap->root, dir, &names) < 0)
		return 0;
	for (size_t i = 0; r >= 0 && i < names.n; i++) {
		kmt_autofree char *link = kmt_asprintf("%s/%s", dir, names.v[i]);

		r = kmt_needs_device(w->needs, w->place, names.v[i], link, volume, NULL, w->err);
	}
	kmt_root_list_free(&names);
	return r;
}

static int add_device(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *name,
	const char *sysfs, const char *volume, bool read, struct kmt_needs_place **out, struct kmt_err *err);

/* What is below the device at PATH: other devices, or the hardware. */
static int add_stack(struct walk *w, const char *path, const char *volume)
{
	kmt_autofree char *above = kmt_strndup(path, (size_t)(strrchr(path, '/') - path));
	int r;

	if (!(w->needs->with & 1u << KMT_NEED_STORAGE))
		return 0;
	/* The contents of a disk are those of its partitions. */
	if (has(w->needs, path, "partition"))
		return add_device(w->needs, w->place, strrchr(above, '/') + 1, above, volume, false, NULL, w->err);
	r = add_slaves(w, path, volume);
	if (!r)
		r = ask_virtual(w, path);
	if (!r)
		r = climb_nvme(w, path);
	return r ? r : climb(w, above);
}

static int add_device(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *name,
	const char *sysfs, const char *volume, bool read, struct kmt_needs_place **out, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	struct walk w = {.needs = needs, .err = err};
	const char *path = sysfs, *what;
	int r;

	if (!kmt_devchain_resolve(needs->snap->root, sysfs, &real))
		path = kmt_strbuf_str(&real);
	if (!is_new(needs, path) && above)
		return 0;
	w.place = kmt_needs_place_new(needs, above, name);
	if (out)
		*out = w.place;
	r = ask_dm(&w, path, &volume);
	if (!r)
		r = ask_md(&w, path);
	w.place->backing = line_of(needs, path, "loop/backing_file");
	if (w.place->backing)
		w.place->what = kmt_arena_printf(&needs->arena, "loop device of %s", w.place->backing);
	what = w.place->what;
	if (!r && read)
		r = read_content(&w, path, !above, volume);
	if (what)
		w.place->what = w.place->content
					? kmt_arena_printf(&needs->arena, "%s: %s", what, w.place->what)
					: what;
	else if (!w.place->what)
		w.place->what = has(needs, path, "partition") ? "partition" : "disk";
	return r ? r : add_stack(&w, path, volume);
}

int kmt_needs_device(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *name,
	const char *sysfs, const char *volume, struct kmt_needs_place **out, struct kmt_err *err)
{
	return add_device(needs, above, name, sysfs, volume, true, out, err);
}
