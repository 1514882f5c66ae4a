/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/devselect.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <kmt/base/alloc.h>
#include <kmt/model/devchain.h>
#include <kmt/source/mountinfo.h>
#include <kmt/sys/paths.h>

#define MOUNTINFO_MAX (16u << 20)

struct selecting {
	const struct kmt_root *root;
	const struct kmt_devices *devices;
	const char **real; /* directory of each row, without links */
	bool *wanted;
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

/* A node of /dev; by its name where the root has no nodes. */
static void add_node(struct selecting *s, const char *path)
{
	kmt_autofree char *dir = NULL;
	struct stat st;

	if (!kmt_root_stat(s->root, path, &st) && (S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode)))
		dir = kmt_asprintf("%s/%u:%u",
			S_ISBLK(st.st_mode) ? KMT_PATH_SYS_DEV_BLOCK : KMT_PATH_SYS_DEV_CHAR, major(st.st_rdev),
			minor(st.st_rdev));
	else
		dir = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_BLOCK, strrchr(path, '/') + 1);
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
	static const char domain[] = "0000:";
	size_t n = strlen(device->bus);

	if (!strcmp(device->name, name))
		return true;
	if (!strncmp(name, device->bus, n) && name[n] == ' ')
		return !strcmp(device->name, name + n + 1);
	return !strcmp(device->bus, "pci") && !strncmp(device->name, domain, strlen(domain)) &&
	       !strcmp(device->name + strlen(domain), name);
}

/* A network interface, or a place on a bus that says nothing of what drives it. */
static void add_word(struct selecting *s, const char *name)
{
	kmt_autofree char *net = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_NET, name);
	const char *bus = "";

	add_target(s, net);
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

static size_t mark(struct selecting *s, const char *target)
{
	size_t n = 0, depth;
	bool itself = false;

	for (size_t i = 0; i < s->devices->rows.n; i++)
		if (is_below(target, s->real[i], &depth)) {
			itself |= depth == 0;
			s->wanted[i] = true;
			n++;
		}
	for (size_t i = 0; !itself && i < s->devices->rows.n; i++)
		if (is_below(s->real[i], target, &depth) && depth == 1) {
			s->wanted[i] = true;
			n++;
		}
	return n;
}

size_t kmt_devselect(
	const struct kmt_root *root, const struct kmt_devices *devices, const char *name, bool *wanted)
{
	struct selecting s = {.root = root, .devices = devices, .wanted = wanted};
	size_t n = 0;

	s.real = kmt_realloc_array(NULL, devices->rows.n + 1, sizeof(*s.real));
	for (size_t i = 0; i < devices->rows.n; i++)
		s.real[i] = real_path(&s, devices->rows.v[i]->path);
	if (*name == '/')
		add_path(&s, name);
	else
		add_word(&s, name);
	for (size_t i = 0; i < s.targets.n; i++)
		n += mark(&s, s.targets.v[i]);
	kmt_vec_free(&s.targets);
	free(s.real);
	kmt_arena_free(&s.arena);
	return n;
}
