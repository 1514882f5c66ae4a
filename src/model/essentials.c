/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/essentials.h>

#include <string.h>

#include <kmt/base/strbuf.h>
#include <kmt/model/devchain.h>
#include <kmt/model/users.h>
#include <kmt/source/inputdevices.h>
#include <kmt/source/mountinfo.h>
#include <kmt/sys/paths.h>

static struct kmt_strv *add(struct kmt_essentials *e, enum kmt_essential_kind kind, const char *name)
{
	kmt_vec_push(&e->rows,
		(struct kmt_essential){.kind = kind, .name = kmt_arena_strdup(&e->arena, name)});
	return &e->rows.v[e->rows.n - 1].modules;
}

/* LINK leads to a block device. */
static int add_block(
	struct kmt_essentials *e, const struct kmt_root *root, const char *link, struct kmt_strv *modules)
{
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	int r = kmt_devchain_resolve(root, link, &real);

	if (!r)
		kmt_devchain_block_drivers(root, real.s, &e->arena, modules);
	return r;
}

/* NAME is a path below /dev, or the source of a mount. */
static void add_block_by_name(
	struct kmt_essentials *e, const struct kmt_root *root, const char *name, struct kmt_strv *modules)
{
	const char *slash = strrchr(name, '/');
	kmt_autofree char *link = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_BLOCK, slash ? slash + 1 : name);

	add_block(e, root, link, modules);
}

/* By its number; filesystems with several devices (btrfs) have none of their own, but a source. */
static void add_root(struct kmt_essentials *e, const struct kmt_snapshot *snap, const struct kmt_mount *mount)
{
	kmt_autofree char *link = kmt_asprintf("%s/%u:%u", KMT_PATH_SYS_DEV_BLOCK, mount->major, mount->minor);
	struct kmt_strv *modules = add(e, KMT_ESSENTIAL_ROOT_TYPE, mount->type);

	kmt_filesystem_modules(snap, mount->type, &e->arena, modules);
	modules = add(e, KMT_ESSENTIAL_ROOT_DISK, mount->source);
	if (add_block(e, snap->root, link, modules) < 0)
		add_block_by_name(e, snap->root, mount->source, modules);
}

static void read_root_mount(struct kmt_essentials *e, const struct kmt_snapshot *snap)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_mountinfo mounts = {0};
	const struct kmt_mount *row, *root = NULL;

	if (kmt_root_read(snap->root, KMT_PATH_PROC_MOUNTINFO, 0, &text, NULL) < 0)
		return;
	kmt_mountinfo_parse(text.s, text.len, &e->arena, &mounts);
	kmt_vec_foreach(row, &mounts.rows)
		if (!strcmp(row->point, "/"))
			root = row; /* the last one lies on top */
	if (root)
		add_root(e, snap, root);
	kmt_mountinfo_free(&mounts);
}

static void read_swaps(struct kmt_essentials *e, const struct kmt_root *root)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_strv swaps = {0};

	if (kmt_root_read(root, KMT_PATH_PROC_SWAPS, 0, &text, NULL) < 0)
		return;
	kmt_swaps_parse(text.s, text.len, &e->arena, &swaps);
	for (size_t i = 0; i < swaps.n; i++) {
		const char *name = swaps.v[i];
		size_t n = strlen(KMT_PATH_DEV "/");

		if (!strncmp(name, KMT_PATH_DEV "/", n))
			add_block_by_name(e, root, name, add(e, KMT_ESSENTIAL_SWAP, name + n));
	}
	kmt_vec_free(&swaps);
}

static bool is_up(const struct kmt_root *root, const char *ifname)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s/operstate", KMT_PATH_SYS_CLASS_NET, ifname);
	kmt_autostrbuf struct kmt_strbuf state = KMT_STRBUF_INIT;

	return !kmt_root_read_line(root, path, &state) &&
	       (!strcmp(kmt_strbuf_str(&state), "up") || !strcmp(kmt_strbuf_str(&state), "unknown"));
}

static void add_interface(struct kmt_essentials *e, const struct kmt_root *root, enum kmt_essential_kind kind,
	const char *name)
{
	kmt_devchain_net_drivers(root, name, &e->arena, add(e, kind, name));
}

static void read_interfaces(struct kmt_essentials *e, const struct kmt_root *root)
{
	struct kmt_strv names = {0};

	kmt_root_list(root, KMT_PATH_SYS_CLASS_NET, &names);
	for (size_t i = 0; i < names.n; i++)
		if (strcmp(names.v[i], "lo") != 0 && is_up(root, names.v[i]))
			add_interface(e, root, KMT_ESSENTIAL_INTERFACE, names.v[i]);
	kmt_root_list_free(&names);
}

static void read_keyboards(struct kmt_essentials *e, const struct kmt_root *root)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_inputdevices devices = {0};
	const struct kmt_inputdevice *d;

	if (kmt_root_read(root, KMT_PATH_PROC_INPUT_DEVICES, 0, &text, NULL) < 0)
		return;
	kmt_inputdevices_parse(text.s, text.len, &e->arena, &devices);
	kmt_vec_foreach(d, &devices.rows) {
		kmt_autofree char *path = kmt_asprintf("%s%s", KMT_PATH_SYS, d->sysfs);

		if (d->is_keyboard)
			kmt_devchain_drivers(root, path, &e->arena, add(e, KMT_ESSENTIAL_KEYBOARD, ""));
	}
	kmt_inputdevices_free(&devices);
}

void kmt_essentials_read(
	const struct kmt_snapshot *snap, const char *ssh_interface, struct kmt_essentials *out)
{
	*out = (struct kmt_essentials){0};
	read_root_mount(out, snap);
	read_swaps(out, snap->root);
	read_interfaces(out, snap->root);
	if (ssh_interface && *ssh_interface)
		add_interface(out, snap->root, KMT_ESSENTIAL_SSH, ssh_interface);
	read_keyboards(out, snap->root);
}

void kmt_essentials_free(struct kmt_essentials *e)
{
	for (size_t i = 0; i < e->rows.n; i++)
		kmt_vec_free(&e->rows.v[i].modules);
	kmt_vec_free(&e->rows);
	kmt_arena_free(&e->arena);
}
