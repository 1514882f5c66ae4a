/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/devselect.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/model/devchain.h>
#include <kmt/source/mountinfo.h>
#include <kmt/sys/paths.h>

#define MOUNTINFO_MAX (16u << 20)
#define MAX_HINTS 4
#define DOMAIN "0000:" /* of PCI: the usual one */

struct selecting {
	const struct kmt_root *root;
	const struct kmt_devices *devices;
	const char **real; /* directory of each row, without links */
	struct kmt_strv targets; /* directories that are meant */
	struct kmt_arena arena;
};

/* PATH, or what it leads to if it is a link. */
static const char *real_path(struct selecting *s, const char *path)
{
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

	if (kmt_devchain_resolve(s->root, path, &real) < 0)
		return kmt_arena_strdup(&s->arena, path);
	return kmt_arena_strdup(&s->arena, kmt_strbuf_str(&real));
}

static void add_target(struct selecting *s, const char *path)
{
	if (kmt_root_exists(s->root, path))
		kmt_vec_push(&s->targets, real_path(s, path));
}

static void add_block(struct selecting *s, const char *link)
{
	if (kmt_root_exists(s->root, link))
		kmt_devchain_block_dirs(s->root, real_path(s, link), &s->arena, &s->targets);
}

/* What any class has under NAME. Disks and interfaces may be made of others. */
static void add_in_classes(struct selecting *s, const char *name)
{
	kmt_autofree char *block = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_BLOCK, name);
	struct kmt_strv classes = {0};

	add_block(s, block);
	kmt_devchain_net_dirs(s->root, name, &s->arena, &s->targets);
	if (s->targets.n)
		return;
	kmt_root_list(s->root, KMT_PATH_SYS_CLASS, &classes);
	for (size_t i = 0; i < classes.n; i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s/%s", KMT_PATH_SYS_CLASS, classes.v[i], name);

		add_target(s, path);
	}
	kmt_root_list_free(&classes);
}

/* A node of /dev; by its name where the root has no nodes. */
static void add_node(struct selecting *s, const char *path)
{
	kmt_autofree char *dir = NULL;
	struct stat st;

	if (kmt_root_stat(s->root, path, &st) || (!S_ISBLK(st.st_mode) && !S_ISCHR(st.st_mode))) {
		add_in_classes(s, strrchr(path, '/') + 1);
		return;
	}
	dir = kmt_asprintf("%s/%u:%u", S_ISBLK(st.st_mode) ? KMT_PATH_SYS_DEV_BLOCK : KMT_PATH_SYS_DEV_CHAR,
		major(st.st_rdev), minor(st.st_rdev));
	if (S_ISBLK(st.st_mode))
		add_block(s, dir);
	else
		add_target(s, dir);
}

/* What is mounted at POINT; of several the last, which lies over the others. */
static void add_mount(struct selecting *s, const char *point)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_mountinfo mounts = {0};
	const char *source = NULL;

	if (kmt_root_read(s->root, KMT_PATH_PROC_MOUNTINFO, MOUNTINFO_MAX, &text, NULL) < 0)
		return;
	kmt_mountinfo_parse(kmt_strbuf_str(&text), text.len, &s->arena, &mounts);
	for (size_t i = 0; i < mounts.rows.n; i++)
		if (!strcmp(mounts.rows.v[i].point, point))
			source = mounts.rows.v[i].source;
	if (source && !strncmp(source, KMT_PATH_DEV "/", strlen(KMT_PATH_DEV "/")))
		add_node(s, source);
	kmt_mountinfo_free(&mounts);
}

static void add_path(struct selecting *s, const char *path)
{
	if (!strncmp(path, KMT_PATH_SYS "/", strlen(KMT_PATH_SYS "/")))
		add_target(s, path);
	else if (!strncmp(path, KMT_PATH_DEV "/", strlen(KMT_PATH_DEV "/")))
		add_node(s, path);
	else
		add_mount(s, path);
}

/* "8086:10d3", of PCI or USB. */
static bool has_id(const struct kmt_device *device, const char *name)
{
	char vendor[5], product[5], pci[32], usb[32];
	int end = 0;

	if (sscanf(name, "%4[0-9a-fA-F]:%4[0-9a-fA-F]%n", vendor, product, &end) != 2 || name[end])
		return false;
	snprintf(pci, sizeof(pci), "pci:v0000%sd0000%ssv", vendor, product);
	snprintf(usb, sizeof(usb), "usb:v%sp%sd", vendor, product);
	return !strncasecmp(device->modaliases.v[0], pci, strlen(pci)) ||
	       !strncasecmp(device->modaliases.v[0], usb, strlen(usb));
}

/* "0000:00:1f.3", "00:1f.3" as lspci(8) has it, "pci 0000:00:1f.3". */
static bool has_name(const struct kmt_device *device, const char *name)
{
	size_t n = strlen(device->bus);

	if (!strcmp(device->name, name))
		return true;
	if (!strncmp(name, device->bus, n) && name[n] == ' ')
		return !strcmp(device->name, name + n + 1);
	return !strcmp(device->bus, "pci") && !strncmp(device->name, DOMAIN, strlen(DOMAIN)) &&
	       !strcmp(device->name + strlen(DOMAIN), name);
}

/* A place on a bus, or a name in a class. */
static void add_word(struct selecting *s, const char *name)
{
	const char *bus = "";

	if (!*name || *name == '.' || strchr(name, '/'))
		return;
	for (size_t i = 0; i < s->devices->rows.n; i++) {
		const struct kmt_device *device = s->devices->rows.v[i];
		kmt_autofree char *path = NULL;

		if (has_name(device, name) || has_id(device, name))
			kmt_vec_push(&s->targets, s->real[i]);
		if (!device->on_bus || !strcmp(device->bus, bus))
			continue;
		bus = device->bus;
		path = kmt_asprintf("%s/%s/devices/%s", KMT_PATH_SYS_BUS, bus, name);
		add_target(s, path);
	}
	if (!s->targets.n)
		add_in_classes(s, name);
}

static void start(struct selecting *s, const struct kmt_root *root, const struct kmt_devices *devices,
	const char *name)
{
	*s = (struct selecting){.root = root, .devices = devices};
	s->real = kmt_realloc_array(NULL, devices->rows.n + 1, sizeof(*s->real));
	for (size_t i = 0; i < devices->rows.n; i++)
		s->real[i] = real_path(s, devices->rows.v[i]->path);
	if (*name == '/')
		add_path(s, name);
	else
		add_word(s, name);
}

static void end(struct selecting *s)
{
	kmt_vec_free(&s->targets);
	free(s->real);
	kmt_arena_free(&s->arena);
}

/* Whether DIR is ABOVE or below it; *DEPTH: how far. */
static bool is_below(const char *dir, const char *above, size_t *depth)
{
	size_t n = strlen(above);

	if (strncmp(dir, above, n) != 0 || (dir[n] && dir[n] != '/'))
		return false;
	*depth = 0;
	for (dir += n; *dir; dir++)
		*depth += *dir == '/';
	return true;
}

static size_t mark(struct selecting *s, const char *target, bool *wanted)
{
	size_t n = 0, depth;
	bool itself = false;

	for (size_t i = 0; i < s->devices->rows.n; i++)
		if (is_below(target, s->real[i], &depth)) {
			itself |= depth == 0;
			wanted[i] = true;
			n++;
		}
	for (size_t i = 0; !itself && i < s->devices->rows.n; i++)
		if (is_below(s->real[i], target, &depth) && depth == 1) {
			wanted[i] = true;
			n++;
		}
	return n;
}

static size_t select_devices(
	const struct kmt_root *root, const struct kmt_devices *devices, const char *name, bool *wanted)
{
	struct selecting s;
	size_t n = 0;

	start(&s, root, devices, name);
	for (size_t i = 0; i < s.targets.n; i++)
		n += mark(&s, s.targets.v[i], wanted);
	end(&s);
	return n;
}

static bool is_of_module(const struct kmt_device *device, const char *module)
{
	const struct kmt_device_candidate *c;

	if (device->module && !strcmp(device->module, module))
		return true;
	kmt_vec_foreach (c, &device->candidates)
		if (!strcmp(c->name, module))
			return true;
	return false;
}

static size_t select_of_module(const struct kmt_devices *devices, const char *module, bool *wanted)
{
	size_t n = 0;

	for (size_t i = 0; i < devices->rows.n; i++)
		if (is_of_module(devices->rows.v[i], module)) {
			wanted[i] = true;
			n++;
		}
	return n;
}

/* Names of all devices of all classes. */
static void list_classes(const struct kmt_root *root, struct kmt_arena *arena, struct kmt_strv *out)
{
	struct kmt_strv classes = {0};

	kmt_root_list(root, KMT_PATH_SYS_CLASS, &classes);
	for (size_t i = 0; i < classes.n; i++) {
		kmt_autofree char *dir = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS, classes.v[i]);
		struct kmt_strv names = {0};

		kmt_root_list(root, dir, &names);
		for (size_t k = 0; k < names.n; k++)
			kmt_vec_push(out, kmt_arena_strdup(arena, names.v[k]));
		kmt_root_list_free(&names);
	}
	kmt_root_list_free(&classes);
}

/* In the short form, too, as lspci(8) has it. */
static void add_names(const struct kmt_device *device, struct kmt_strv *out)
{
	kmt_vec_push(out, device->name);
	if (!strcmp(device->bus, "pci") && !strncmp(device->name, DOMAIN, strlen(DOMAIN)))
		kmt_vec_push(out, device->name + strlen(DOMAIN));
}

static void hint_near(const struct kmt_root *root, const struct kmt_snapshot *snap,
	const struct kmt_devices *devices, const char *name, struct kmt_err *err)
{
	struct kmt_strv names = {0}, near = {0};
	struct kmt_arena arena = {0};

	for (size_t i = 0; i < devices->rows.n; i++)
		add_names(devices->rows.v[i], &names);
	list_classes(root, &arena, &names);
	kmt_lookup_nearest(&names, name, MAX_HINTS, &near);
	if (snap && snap->has_tree && near.n < MAX_HINTS)
		kmt_lookup_near(snap, name, MAX_HINTS - near.n, &near);
	kmt_lookup_hint(&near, err);
	kmt_vec_free(&near);
	kmt_vec_free(&names);
	kmt_arena_free(&arena);
}

/* Other directories of sysfs have no such file. */
static bool is_device(const struct kmt_root *root, const char *dir)
{
	kmt_autofree char *file = kmt_asprintf("%s/uevent", dir);

	return kmt_root_exists(root, file);
}

static int not_found(const struct kmt_root *root, const struct kmt_snapshot *snap,
	const struct kmt_devices *devices, const char *name, struct kmt_err *err)
{
	struct selecting s;
	bool there = false;

	start(&s, root, devices, name);
	for (size_t i = 0; i < s.targets.n; i++)
		there |= is_device(root, s.targets.v[i]);
	end(&s);
	if (there)
		return kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT,
			"%s is a device of the kernel itself: it is on no bus, and no driver is bound to it", name);
	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no such device: %s", name);
	hint_near(root, snap, devices, name, err);
	return -ENOENT;
}

/* Whether ARG is a module that is known here; NAME becomes its normal form. */
static bool is_module(const struct kmt_snapshot *snap, const char *arg, char name[KMT_NAME_MAX])
{
	if (kmt_name_normalize(arg, name, KMT_NAME_MAX))
		return false;
	return kmt_snapshot_loaded(snap, name) ||
	       (snap->has_tree &&
		       (kmt_modindex_find(&snap->index, name) || kmt_modindex_find_builtin(&snap->index, name)));
}

static int select_module(const struct kmt_devices *devices, const char *arg, const char *name,
	struct kmt_devselected *how, struct kmt_err *err)
{
	how->matching = select_of_module(devices, name, how->wanted);
	for (size_t i = 0; i < devices->rows.n; i++)
		how->driven += devices->rows.v[i]->module && !strcmp(devices->rows.v[i]->module, name);
	if (how->matching)
		return 0;
	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENODEV, "%s drives no device here, and its aliases match none", name);
	kmt_err_hint(err, "kmtool info -F alias %s", arg);
	return -ENODEV;
}

int kmt_devselect(const struct kmt_snapshot *snap, const struct kmt_devices *devices, const char *name,
	bool modules, struct kmt_devselected *how, struct kmt_err *err)
{
	char module[KMT_NAME_MAX];

	how->is_module = is_module(snap, name, module);
	how->driven = how->matching = 0;
	if (modules && !how->is_module)
		return kmt_lookup_not_found(snap, name, err);
	if (!modules && select_devices(snap->root, devices, name, how->wanted))
		return 0;
	if (how->is_module)
		return select_module(devices, name, module, how, err);
	return not_found(snap->root, snap, devices, name, err);
}

/* Marks the row of TARGET, or the nearest above it; where there is none, those in it. */
static void mark_nearest(struct selecting *s, const char *target, bool *wanted)
{
	size_t best = SIZE_MAX, best_depth = SIZE_MAX, depth;

	for (size_t i = 0; i < s->devices->rows.n; i++)
		if (s->devices->rows.v[i]->on_bus && is_below(target, s->real[i], &depth) && depth < best_depth) {
			best = i;
			best_depth = depth;
		}
	for (size_t i = 0; best_depth && i < s->devices->rows.n; i++)
		if (s->devices->rows.v[i]->on_bus && is_below(s->real[i], target, &depth) && depth == 1) {
			wanted[i] = true;
			best = SIZE_MAX;
		}
	if (best < SIZE_MAX)
		wanted[best] = true;
}

const struct kmt_device *kmt_devselect_one(const struct kmt_root *root, const struct kmt_devices *devices,
	const char *name, struct kmt_err *err)
{
	kmt_autofree bool *wanted = kmt_alloc(devices->rows.n + 1);
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;
	const struct kmt_device *found = NULL;
	struct selecting s;
	size_t n = 0;

	start(&s, root, devices, name);
	for (size_t i = 0; i < s.targets.n; i++)
		mark_nearest(&s, s.targets.v[i], wanted);
	end(&s);
	for (size_t i = 0; i < devices->rows.n; i++)
		if (wanted[i]) {
			found = devices->rows.v[i];
			kmt_strbuf_item(&names, ", ", "%s", found->name);
			n++;
		}
	if (n == 1)
		return found;
	if (!n)
		not_found(root, NULL, devices, name, err);
	else
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' means %zu devices: %s", name, n, kmt_strbuf_str(&names));
	return NULL;
}
