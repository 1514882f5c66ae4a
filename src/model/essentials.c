/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/essentials.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/model/devchain.h>
#include <kmt/model/netif.h>
#include <kmt/model/users.h>
#include <kmt/source/inputdevices.h>
#include <kmt/source/mountinfo.h>
#include <kmt/sys/paths.h>

#define DEVICES_SHOWN 3

/* What is said of each kind: what the module does, and the words around the name. ONLY: nothing, unless
 * the module drives all of its kind. */
static const struct {
	const char *does, *before, *after;
	bool only;
} texts[] = {
	[KMT_ESSENTIAL_ROOT_TYPE] = {"is", "the root filesystem (", ")", false},
	[KMT_ESSENTIAL_ROOT_DISK] = {"drives", "the disk of the root filesystem (", ")", false},
	[KMT_ESSENTIAL_TYPE] = {"is", "the filesystem of ", "", false},
	[KMT_ESSENTIAL_DISK] = {"drives", "the disk of ", "", false},
	[KMT_ESSENTIAL_SWAP] = {"drives", "the swap device ", "", false},
	[KMT_ESSENTIAL_INTERFACE] = {"drives", "the only network interface that is up (", ")", true},
	[KMT_ESSENTIAL_SSH] = {"drives", "", ", the interface of your SSH connection", false},
	[KMT_ESSENTIAL_CONSOLE] = {"drives", "the console (", ")", false},
	[KMT_ESSENTIAL_KEYBOARD] = {"drives", "the only keyboard", "", true},
};

static struct kmt_essential *add(struct kmt_essentials *e, enum kmt_essential_kind kind, const char *name)
{
	kmt_vec_push(&e->rows,
		(struct kmt_essential){.kind = kind, .name = kmt_arena_strdup(&e->arena, name)});
	return &e->rows.v[e->rows.n - 1];
}

/* LINK leads to a block device. */
static int add_block(
	struct kmt_essentials *e, const struct kmt_root *root, const char *link, struct kmt_essential *row)
{
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	int r = kmt_devchain_resolve(root, link, &real);

	if (r)
		return r;
	kmt_devchain_block_dirs(root, real.s, &e->arena, &row->dirs);
	kmt_devchain_block_drivers(root, real.s, &e->arena, &row->modules);
	return 0;
}

/* The path below /dev of what fstab(5) and mount(8) name: a path, or "UUID=..." and its like. */
static char *device_path(const char *source)
{
	const char *equals = *source == '/' ? NULL : strchr(source, '=');
	kmt_autofree char *tag = equals ? kmt_strndup(source, (size_t)(equals - source)) : NULL;

	for (char *c = tag; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return tag ? kmt_asprintf("%s/disk/by-%s/%s", KMT_PATH_DEV, tag, equals + 1) : kmt_strdup(source);
}

/* Below /dev there are links of many names to one device. */
static void add_block_by_name(
	struct kmt_essentials *e, const struct kmt_root *root, const char *source, struct kmt_essential *row)
{
	kmt_autofree char *path = device_path(source), *link = NULL;
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;
	const char *name, *slash;

	name = kmt_root_readlink(root, path, &target) < 0 ? path : kmt_strbuf_str(&target);
	slash = strrchr(name, '/');
	link = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_BLOCK, slash ? slash + 1 : name);
	add_block(e, root, link, row);
}

/* By its number; filesystems with several devices (btrfs) have none of their own, but a source. */
static void add_mounted_disk(struct kmt_essentials *e, const struct kmt_root *root,
	const struct kmt_mount *mount, struct kmt_essential *row)
{
	kmt_autofree char *link = kmt_asprintf("%s/%u:%u", KMT_PATH_SYS_DEV_BLOCK, mount->major, mount->minor);

	if (add_block(e, root, link, row) < 0)
		add_block_by_name(e, root, mount->source, row);
}

/* "ext4", or several to try: "ext4,xfs". */
static void add_types(
	struct kmt_essentials *e, const struct kmt_snapshot *snap, const char *types, struct kmt_strv *modules)
{
	for (size_t n; *types; types += n + (types[n] == ',')) {
		n = strcspn(types, ",");
		kmt_filesystem_modules(snap, kmt_arena_strndup(&e->arena, types, n), &e->arena, modules);
	}
}

static void add_root(struct kmt_essentials *e, const struct kmt_snapshot *snap, const struct kmt_mount *mount)
{
	add_types(e, snap, mount->type, &add(e, KMT_ESSENTIAL_ROOT_TYPE, mount->type)->modules);
	add_mounted_disk(e, snap->root, mount, add(e, KMT_ESSENTIAL_ROOT_DISK, mount->source));
}

/* Of a machine with many containers only the first mount of each filesystem and of each disk. */
static void add_mount(struct kmt_essentials *e, const struct kmt_snapshot *snap,
	const struct kmt_mount *mount, struct kmt_map *seen)
{
	const char *name = kmt_arena_printf(&e->arena, "%s, which is mounted", mount->point);
	const char *device = kmt_arena_printf(&e->arena, "%u:%u %s", mount->major, mount->minor, mount->source);

	if (!kmt_map_get(seen, mount->type))
		add_types(e, snap, mount->type, &add(e, KMT_ESSENTIAL_TYPE, name)->modules);
	if (!kmt_map_get(seen, device))
		add_mounted_disk(e, snap->root, mount, add(e, KMT_ESSENTIAL_DISK, name));
	kmt_map_set(seen, mount->type, (void *)mount);
	kmt_map_set(seen, device, (void *)mount);
}

static void read_mounts(struct kmt_essentials *e, const struct kmt_snapshot *snap)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_mountinfo mounts = {0};
	const struct kmt_mount *row, *root = NULL;
	struct kmt_map seen = {0};

	if (kmt_root_read(snap->root, KMT_PATH_PROC_MOUNTINFO, 0, &text, NULL) < 0)
		return;
	kmt_mountinfo_parse(text.s, text.len, &e->arena, &mounts);
	kmt_vec_foreach(row, &mounts.rows)
		if (!strcmp(row->point, "/"))
			root = row; /* the last one lies on top */
	if (root)
		add_root(e, snap, root);
	kmt_vec_foreach(row, &mounts.rows)
		if (strcmp(row->point, "/") != 0)
			add_mount(e, snap, row, &seen);
	kmt_map_free(&seen);
	kmt_mountinfo_free(&mounts);
}

static void add_fstab_line(
	struct kmt_essentials *e, const struct kmt_snapshot *snap, const struct kmt_fstab_line *line)
{
	const struct kmt_origin origin = {KMT_PATH_FSTAB, line->line};
	bool swap = !strcmp(line->type, "swap");
	const char *name = kmt_arena_printf(&e->arena, "%s (%s)", swap ? line->source : line->point,
		kmt_origin_text(&origin, &e->arena));

	if (!swap)
		add_types(e, snap, line->type, &add(e, KMT_ESSENTIAL_TYPE, name)->modules);
	add_block_by_name(
		e, snap->root, line->source, add(e, swap ? KMT_ESSENTIAL_SWAP : KMT_ESSENTIAL_DISK, name));
}

static void read_fstab(struct kmt_essentials *e, const struct kmt_snapshot *snap)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_fstab fstab = {0};
	const struct kmt_fstab_line *line;

	if (kmt_root_read(snap->root, KMT_PATH_FSTAB, 0, &text, NULL) < 0)
		return;
	kmt_fstab_parse(kmt_strbuf_str(&text), text.len, &e->arena, &fstab);
	kmt_vec_foreach(line, &fstab.rows)
		add_fstab_line(e, snap, line);
	kmt_vec_free(&fstab.rows);
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

static void add_interface(struct kmt_essentials *e, const struct kmt_root *root, enum kmt_essential_kind kind,
	const char *name, const char *state)
{
	struct kmt_essential *row = add(e, kind, name);

	row->detail = state;
	kmt_devchain_net_dirs(root, name, &e->arena, &row->dirs);
	kmt_devchain_net_drivers(root, name, &e->arena, &row->modules);
}

static bool is_up(const char *state)
{
	return state && !strncmp(state, "up", 2) && (!state[2] || state[2] == ',');
}

/* All that are up, and that of the user's connection in any case. */
static void read_interfaces(struct kmt_essentials *e, const struct kmt_root *root, const char *ssh_interface)
{
	struct kmt_netifs netifs = {0};
	struct kmt_strv names = {0};

	kmt_root_list(root, KMT_PATH_SYS_CLASS_NET, &names);
	for (size_t i = 0; i < names.n; i++) {
		const char *state = kmt_netif_text(&netifs, root, names.v[i], &e->arena);

		if (strcmp(names.v[i], "lo") != 0 && is_up(state))
			add_interface(e, root, KMT_ESSENTIAL_INTERFACE, names.v[i], state);
	}
	if (ssh_interface && *ssh_interface)
		add_interface(e, root, KMT_ESSENTIAL_SSH, ssh_interface,
			kmt_netif_text(&netifs, root, ssh_interface, &e->arena));
	kmt_root_list_free(&names);
	kmt_netifs_free(&netifs);
}

/* The device at PATH, which the modules of its drivers make work. */
static void add_device(struct kmt_essentials *e, const struct kmt_root *root, const char *path,
	enum kmt_essential_kind kind, const char *name)
{
	struct kmt_essential *row = add(e, kind, name);

	kmt_vec_push(&row->dirs, kmt_arena_strdup(&e->arena, path));
	kmt_devchain_drivers(root, path, &e->arena, &row->modules);
}

/* LINK leads to a device of a class. */
static void add_console(
	struct kmt_essentials *e, const struct kmt_root *root, const char *link, const char *name)
{
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

	if (!kmt_devchain_resolve(root, link, &real))
		add_device(e, root, kmt_strbuf_str(&real), KMT_ESSENTIAL_CONSOLE, name);
}

/* Behind a virtual terminal is the screen: the frame buffers. */
static void add_screens(struct kmt_essentials *e, const struct kmt_root *root)
{
	struct kmt_strv names = {0};

	kmt_root_list(root, KMT_PATH_SYS_CLASS_GRAPHICS, &names);
	for (size_t i = 0; i < names.n; i++) {
		kmt_autofree char *link = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_GRAPHICS, names.v[i]);

		if (!strncmp(names.v[i], "fb", 2) && strcmp(names.v[i], "fbcon") != 0)
			add_console(e, root, link, names.v[i]);
	}
	kmt_root_list_free(&names);
}

/* "tty0 ttyS0" */
static void read_consoles(struct kmt_essentials *e, const struct kmt_root *root)
{
	kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;
	char *save = NULL;

	if (kmt_root_read_line(root, KMT_PATH_SYS_CONSOLES, &line) || !line.len)
		return;
	for (char *name = strtok_r(line.s, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		kmt_autofree char *link = kmt_asprintf("%s/tty/%s", KMT_PATH_SYS_CLASS, name);

		if (!strncmp(name, "tty", 3) && name[3] >= '0' && name[3] <= '9')
			add_screens(e, root);
		else
			add_console(e, root, link, name);
	}
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
			add_device(e, root, path, KMT_ESSENTIAL_KEYBOARD, "");
	}
	kmt_vec_free(&devices.rows);
}

static void normalize(struct kmt_essential *row, struct kmt_arena *arena)
{
	char name[KMT_NAME_MAX];

	for (size_t i = 0; i < row->modules.n; i++)
		if (!kmt_name_normalize(row->modules.v[i], name, sizeof(name)))
			row->modules.v[i] = kmt_arena_strdup(arena, name);
}

/* What the modules of a row need: it is lost with any of these, too. */
static void add_deps(const struct kmt_modindex *index, struct kmt_essential *row)
{
	for (size_t i = 0; i < row->modules.n; i++) {
		const struct kmt_module *module = kmt_modindex_find(index, row->modules.v[i]);

		for (size_t d = 0; module && d < module->n_deps; d++) {
			kmt_vec_push(&row->deps, module->deps[d]->name);
			kmt_vec_push(&row->users, module->name);
		}
	}
}

/* Rows of one kind one after the other, as they were found. */
static int compare_kinds(const void *a, const void *b)
{
	const struct kmt_essential *x = a, *y = b;

	return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : (x->order < y->order ? -1 : 1);
}

void kmt_essentials_read(const struct kmt_snapshot *snap, const char *ssh_interface, bool next_boot,
	struct kmt_essentials *out)
{
	*out = (struct kmt_essentials){.snap = snap};
	read_mounts(out, snap);
	read_swaps(out, snap->root);
	if (next_boot)
		read_fstab(out, snap);
	read_interfaces(out, snap->root, ssh_interface);
	read_consoles(out, snap->root);
	read_keyboards(out, snap->root);
	for (size_t i = 0; i < out->rows.n; i++) {
		out->rows.v[i].order = i;
		normalize(&out->rows.v[i], &out->arena);
		if (next_boot && snap->has_tree)
			add_deps(&snap->index, &out->rows.v[i]);
	}
	if (out->rows.n)
		qsort(out->rows.v, out->rows.n, sizeof(*out->rows.v), compare_kinds);
}

/* The module of the row that is lost without MODULE: itself, or what needs it; NULL: none. */
static const char *lost(const struct kmt_essential *row, const char *module)
{
	if (kmt_devchain_has(&row->modules, module))
		return module;
	for (size_t i = 0; i < row->deps.n; i++)
		if (!strcmp(row->deps.v[i], module))
			return row->users.v[i];
	return NULL;
}

/* Whether all of the N rows, which are of one kind, are lost without MODULE. */
static bool all_lost(const struct kmt_essential *rows, size_t n, const char *module)
{
	for (size_t i = 0; i < n; i++)
		if (!lost(&rows[i], module))
			return false;
	return true;
}

/* "the swap device sda2" */
static const char *object(const struct kmt_essential *row, struct kmt_arena *arena)
{
	/* Of the state "up" only what stands behind it is news. */
	const char *addresses = row->detail ? strchr(row->detail, ',') : NULL;

	return kmt_arena_printf(arena, "%s%s%s%s", texts[row->kind].before, row->name, addresses ? addresses : "",
		texts[row->kind].after);
}

static const char *sentence(const struct kmt_essential *row, const char *module, struct kmt_arena *arena)
{
	const char *through = lost(row, module);
	bool itself = through == module;

	return kmt_arena_printf(arena, "%s %s%s%s%s %s", module, itself ? "" : "is needed by ",
		itself ? "" : through, itself ? "" : ", which ", texts[row->kind].does, object(row, arena));
}

/* Of filesystems the first says enough: what is behind it is the disk of the same, or the next one. */
static bool is_told(const struct kmt_essential *row, const struct kmt_essential *last)
{
	return last && (last->kind == row->kind || row->kind < KMT_ESSENTIAL_SWAP);
}

/* A module of several interfaces, of which others are up, too. */
static void tell_interfaces(const struct kmt_essential *rows, size_t n, const char *module,
	struct kmt_arena *arena, struct kmt_strv *out)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].kind == KMT_ESSENTIAL_INTERFACE && kmt_devchain_has(&rows[i].modules, module))
			kmt_vec_push(out, kmt_arena_printf(arena, "%s drives network interface %s (%s)", module,
						  rows[i].name, rows[i].detail ? rows[i].detail : "up"));
}

/* Bound devices hold no reference. */
static void tell_devices(const struct kmt_snapshot *snap, const char *module, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	const struct kmt_procmod *mod = snap && snap->running ? kmt_snapshot_loaded(snap, module) : NULL;
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	const struct kmt_user *user;
	struct kmt_users users;
	size_t n = 0;

	if (!mod)
		return;
	kmt_users_find_driven(snap, mod, &users);
	kmt_vec_foreach(user, &users.rows)
		if (user->kind == KMT_USER_DEVICE && n++ < DEVICES_SHOWN)
			kmt_strbuf_item(&list, ", ", "%s (%s)", user->what, user->detail);
	if (n > DEVICES_SHOWN)
		kmt_strbuf_addf(&list, " and %zu more", n - DEVICES_SHOWN);
	if (n)
		kmt_vec_push(out, kmt_arena_printf(arena, "%s drives %zu device%s, which hold%s no reference: %s",
					       module, n, n == 1 ? "" : "s", n == 1 ? "s" : "", list.s));
	kmt_users_free(&users);
}

void kmt_essentials_tell(
	const struct kmt_essentials *e, const char *module, struct kmt_arena *arena, struct kmt_strv *out)
{
	const struct kmt_essential *last = NULL;

	for (size_t i = 0, end; i < e->rows.n; i = end) {
		const struct kmt_essential *row = &e->rows.v[i];

		for (end = i + 1; texts[row->kind].only && end < e->rows.n && e->rows.v[end].kind == row->kind;)
			end++;
		if (is_told(row, last))
			continue;
		if (!all_lost(row, end - i, module)) {
			tell_interfaces(row, end - i, module, arena, out);
			continue;
		}
		last = row;
		kmt_vec_push(out, sentence(row, module, arena));
	}
	tell_devices(e->snap, module, arena, out);
}

/* Whether a device of the row is the one at DIR, or hangs on it. */
static bool is_on(const struct kmt_essential *row, const char *dir)
{
	size_t n = strlen(dir);

	for (size_t i = 0; i < row->dirs.n; i++)
		if (!strncmp(row->dirs.v[i], dir, n) && (!row->dirs.v[i][n] || row->dirs.v[i][n] == '/'))
			return true;
	return false;
}

/* Rows whose kind is told only if all are lost: whether one that DIR does not carry is there. */
static bool has_other(const struct kmt_essentials *e, enum kmt_essential_kind kind, const char *dir)
{
	const struct kmt_essential *row;

	kmt_vec_foreach(row, &e->rows)
		if (row->kind == kind && !is_on(row, dir))
			return true;
	return false;
}

void kmt_essentials_tell_device(const struct kmt_essentials *e, const char *dir, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	const char *name = strrchr(dir, '/') + 1;
	const struct kmt_essential *row, *last = NULL;

	if (!kmt_devchain_resolve(e->snap->root, dir, &real))
		dir = kmt_strbuf_str(&real);
	kmt_vec_foreach(row, &e->rows) {
		if (!is_on(row, dir) || (row->kind < KMT_ESSENTIAL_SWAP && is_told(row, last)))
			continue;
		last = row;
		if (!texts[row->kind].only || !has_other(e, row->kind, dir))
			kmt_vec_push(out, kmt_arena_printf(arena, "%s carries %s", name, object(row, arena)));
		else if (row->kind == KMT_ESSENTIAL_INTERFACE)
			kmt_vec_push(out, kmt_arena_printf(arena, "%s carries network interface %s (%s)", name, row->name,
						  row->detail ? row->detail : "up"));
	}
}

void kmt_essentials_free(struct kmt_essentials *e)
{
	for (size_t i = 0; i < e->rows.n; i++) {
		kmt_vec_free(&e->rows.v[i].modules);
		kmt_vec_free(&e->rows.v[i].dirs);
		kmt_vec_free(&e->rows.v[i].deps);
		kmt_vec_free(&e->rows.v[i].users);
	}
	kmt_vec_free(&e->rows);
	kmt_arena_free(&e->arena);
}
