/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/users.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/arena.h>
#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/base/vec.h>
#include <kmt/model/devchain.h>
#include <kmt/model/netif.h>
#include <kmt/source/mountinfo.h>
#include <kmt/sys/paths.h>
#include <kmt/sys/root.h>

/* The device nodes that belong to a module. */

struct kmt_node {
	bool block;
	unsigned int major, minor;
	const char *name;  /* below /dev: "snd/controlC0" */
	const char *sysfs; /* directory of the device */
	bool own;	   /* the module works with it itself, rather than with what it hangs on */
};

struct kmt_nodes {
	KMT_VEC(struct kmt_node) rows;
};

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

/* Strings live in ARENA. MODULE in normal form. */
static void find(const struct kmt_root *root, const char *module, struct kmt_arena *arena,
	struct kmt_nodes *out)
{
	struct numbers numbers = {0};

	read_numbers(root, KMT_PATH_PROC_DEVICES, false, module, &numbers);
	read_numbers(root, KMT_PATH_PROC_MISC, true, module, &numbers);
	look_through(root, KMT_PATH_SYS_DEV_BLOCK, true, module, &numbers, arena, out);
	look_through(root, KMT_PATH_SYS_DEV_CHAR, false, module, &numbers, arena, out);
	kmt_vec_free(&numbers.rows);
}

static void nodes_free(struct kmt_nodes *nodes)
{
	kmt_vec_free(&nodes->rows);
}

/* Which processes have a device open: every /proc/PID/fd is looked through, by the name of the node. */

struct search {
	const struct kmt_root *root;
	struct kmt_map nodes; /* "/dev/NAME" -> struct kmt_node */
	struct kmt_users *out;
};

/* Adds a row; texts are copied. Valid until the next one is added. */
static struct kmt_user *add(
	struct kmt_users *users, enum kmt_user_kind kind, const char *what, const char *detail)
{
	struct kmt_user row = {
		.kind = kind,
		.what = kmt_arena_strdup(&users->arena, what),
		.detail = detail ? kmt_arena_strdup(&users->arena, detail) : NULL,
	};

	kmt_vec_push(&users->rows, row);
	return &users->rows.v[users->rows.n - 1];
}

static void add_process(struct search *s, const char *pid, const struct kmt_node *node, const char *path)
{
	kmt_autofree char *comm = kmt_asprintf("%s/%s/comm", KMT_PATH_PROC, pid);
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;
	struct kmt_user *user;
	uint64_t number = 0;

	kmt_root_read_line(s->root, comm, &name);
	kmt_num_u64(pid, 10, &number);
	user = add(s->out, KMT_USER_PROCESS, path, kmt_strbuf_str(&name));
	user->pid = (unsigned int)number;
	user->counts = node->own;
}

static void look_at_process(struct search *s, const char *pid)
{
	kmt_autofree char *dir = kmt_asprintf("%s/%s/fd", KMT_PATH_PROC, pid);
	struct kmt_strv fds = {0};
	int r = kmt_root_list(s->root, dir, &fds);

	if (r == -EACCES || r == -EPERM)
		s->out->hidden++;
	for (size_t i = 0; i < fds.n; i++) {
		kmt_autofree char *link = kmt_asprintf("%s/%s", dir, fds.v[i]);
		kmt_autostrbuf struct kmt_strbuf path = KMT_STRBUF_INIT;
		const struct kmt_node *node;

		if (kmt_root_readlink(s->root, link, &path) < 0)
			continue;
		node = kmt_map_get(&s->nodes, path.s);
		if (node)
			add_process(s, pid, node, path.s);
	}
	kmt_root_list_free(&fds);
}

/* Processes that have one of NODES open. */
static void find_processes(
	const struct kmt_root *root, const struct kmt_nodes *nodes, struct kmt_users *out)
{
	struct search s = {.root = root, .out = out};
	struct kmt_strv pids = {0};

	if (!nodes->rows.n || kmt_root_list(root, KMT_PATH_PROC, &pids) < 0)
		return;
	for (size_t i = 0; i < nodes->rows.n; i++)
		kmt_map_add(&s.nodes,
			kmt_arena_printf(&out->arena, "%s/%s", KMT_PATH_DEV, nodes->rows.v[i].name),
			&nodes->rows.v[i]);
	for (size_t i = 0; i < pids.n; i++)
		if (pids.v[i][0] >= '1' && pids.v[i][0] <= '9')
			look_at_process(&s, pids.v[i]);
	kmt_root_list_free(&pids);
	kmt_map_free(&s.nodes);
}

const char *kmt_user_kind_name(enum kmt_user_kind kind)
{
	static const char *const names[KMT_USER_COUNT] = {
		[KMT_USER_MODULE] = "module",
		[KMT_USER_MOUNT] = "mount",
		[KMT_USER_SWAP] = "swap",
		[KMT_USER_STACKED] = "stacked",
		[KMT_USER_PROCESS] = "process",
		[KMT_USER_DEVICE] = "device",
		[KMT_USER_INTERFACE] = "interface",
	};

	return kind < KMT_USER_COUNT ? names[kind] : "?";
}

void kmt_filesystem_modules(const struct kmt_snapshot *snap, const char *type, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	const char *base = kmt_arena_strndup(arena, type, strcspn(type, "."));
	kmt_autofree char *alias = kmt_asprintf("fs-%s", base);
	struct kmt_index_matches found = {0};
	char query[KMT_NAME_MAX];

	kmt_vec_push(out, base);
	if (snap->has_tree && !kmt_alias_normalize(alias, query, sizeof(query)) &&
		!kmt_modindex_match(&snap->index, KMT_INDEX_ALIAS, query, &found, NULL))
		for (size_t i = 0; i < found.rows.n; i++)
			kmt_vec_push(out, found.rows.v[i].module);
	kmt_vec_free(&found.rows);
}

static bool is_filesystem(const struct kmt_snapshot *snap, const char *type, const char *module,
	struct kmt_arena *arena)
{
	struct kmt_strv modules = {0};
	bool is;

	kmt_filesystem_modules(snap, type, arena, &modules);
	is = kmt_devchain_has(&modules, module);
	kmt_vec_free(&modules);
	return is;
}

static const struct kmt_node *node_of_mount(const struct kmt_nodes *nodes, const struct kmt_mount *m)
{
	const struct kmt_node *node;

	kmt_vec_foreach(node, &nodes->rows)
		if (node->block && node->major == m->major && node->minor == m->minor)
			return node;
	return NULL;
}

/* A superblock is one reference, however often it is mounted. */
static bool is_first_mount(const struct kmt_mountinfo *mounts, const struct kmt_mount *m)
{
	const struct kmt_mount *other;

	for (other = mounts->rows.v; other < m; other++)
		if (other->major == m->major && other->minor == m->minor)
			return false;
	return true;
}

static void find_mounts(const struct kmt_snapshot *snap, const char *module, const struct kmt_nodes *nodes,
	struct kmt_users *out)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_mountinfo mounts = {0};
	const struct kmt_mount *m;

	if (kmt_root_read(snap->root, KMT_PATH_PROC_MOUNTINFO, 0, &text, NULL) < 0)
		return;
	kmt_mountinfo_parse(text.s, text.len, &out->arena, &mounts);
	kmt_vec_foreach(m, &mounts.rows) {
		const struct kmt_node *node = node_of_mount(nodes, m);
		bool is_type = is_filesystem(snap, m->type, module, &out->arena);
		struct kmt_user *user;

		if (!is_type && !node)
			continue;
		user = add(out, KMT_USER_MOUNT, m->point, m->source);
		user->counts = is_first_mount(&mounts, m) && (is_type || node->own);
	}
	kmt_mountinfo_free(&mounts);
}

static const struct kmt_node *node_of_path(const struct kmt_nodes *nodes, const char *path)
{
	const struct kmt_node *node;

	kmt_vec_foreach(node, &nodes->rows)
		if (!strncmp(path, KMT_PATH_DEV "/", 5) && !strcmp(path + 5, node->name))
			return node;
	return NULL;
}

static void find_swap(const struct kmt_root *root, const struct kmt_nodes *nodes, struct kmt_users *out)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_strv swaps = {0};

	if (!nodes->rows.n || kmt_root_read(root, KMT_PATH_PROC_SWAPS, 0, &text, NULL) < 0)
		return;
	kmt_swaps_parse(text.s, text.len, &out->arena, &swaps);
	for (size_t i = 0; i < swaps.n; i++) {
		const struct kmt_node *node = node_of_path(nodes, swaps.v[i]);

		if (node)
			add(out, KMT_USER_SWAP, swaps.v[i], NULL)->counts = node->own;
	}
	kmt_vec_free(&swaps);
}

/* dm and md devices on a block device, and the file behind a loop device. */
static void find_stacked(
	const struct kmt_root *root, const struct kmt_nodes *nodes, struct kmt_users *out)
{
	const struct kmt_node *node;

	kmt_vec_foreach(node, &nodes->rows) {
		kmt_autofree char *holders = kmt_asprintf("%s/holders", node->sysfs);
		kmt_autofree char *backing = kmt_asprintf("%s/loop/backing_file", node->sysfs);
		kmt_autofree char *dev = kmt_asprintf("%s/%s", KMT_PATH_DEV, node->name);
		kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
		struct kmt_strv names = {0};

		if (!node->block)
			continue;
		if (!kmt_root_list(root, holders, &names))
			for (size_t i = 0; i < names.n; i++)
				add(out, KMT_USER_STACKED, names.v[i], dev)->counts = node->own;
		kmt_root_list_free(&names);
		if (!kmt_root_read_line(root, backing, &file))
			add(out, KMT_USER_STACKED, file.s, dev)->counts = node->own;
	}
}

static void find_devices(const struct kmt_root *root, const char *module, struct kmt_users *out)
{
	kmt_autofree char *dir = kmt_asprintf("%s/%s/drivers", KMT_PATH_SYS_MODULE, module);
	struct kmt_strv drivers = {0};

	kmt_root_list(root, dir, &drivers);
	for (size_t i = 0; i < drivers.n; i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", dir, drivers.v[i]);
		struct kmt_strv names = {0};

		kmt_root_list(root, path, &names);
		for (size_t j = 0; j < names.n; j++) {
			kmt_autofree char *entry = kmt_asprintf("%s/%s", path, names.v[j]);
			struct stat st;

			if (!strcmp(names.v[j], "module") || kmt_root_lstat(root, entry, &st) < 0 ||
				!S_ISLNK(st.st_mode))
				continue;
			add(out, KMT_USER_DEVICE, names.v[j], drivers.v[i]);
		}
		kmt_root_list_free(&names);
	}
	kmt_root_list_free(&drivers);
}

static void find_interfaces(const struct kmt_root *root, const char *module, struct kmt_users *out)
{
	struct kmt_strv names = {0}, drivers = {0};
	struct kmt_netifs netifs = {0};

	kmt_root_list(root, KMT_PATH_SYS_CLASS_NET, &names);
	for (size_t i = 0; i < names.n; i++) {
		drivers.n = 0;
		kmt_devchain_net_drivers(root, names.v[i], &out->arena, &drivers);
		if (kmt_devchain_has(&drivers, module))
			add(out, KMT_USER_INTERFACE, names.v[i],
				kmt_netif_text(&netifs, root, names.v[i], &out->arena));
	}
	kmt_vec_free(&drivers);
	kmt_root_list_free(&names);
	kmt_netifs_free(&netifs);
}

static void count(struct kmt_users *out)
{
	const struct kmt_user *user;

	out->unexplained = out->refs;
	kmt_vec_foreach(user, &out->rows)
		if (user->counts)
			out->unexplained--;
	if (out->unexplained < 0)
		out->unexplained = 0;
}

void kmt_users_find(const struct kmt_snapshot *snap, const struct kmt_procmod *mod, struct kmt_users *out)
{
	struct kmt_nodes nodes = {0};

	*out = (struct kmt_users){.refs = mod->refs, .refs_unknown = mod->refs_unknown};
	for (size_t i = 0; i < mod->holders.n; i++)
		add(out, KMT_USER_MODULE, mod->holders.v[i], NULL)->counts = true;
	find(snap->root, mod->name, &out->arena, &nodes);
	find_mounts(snap, mod->name, &nodes, out);
	find_swap(snap->root, &nodes, out);
	find_stacked(snap->root, &nodes, out);
	find_processes(snap->root, &nodes, out);
	find_devices(snap->root, mod->name, out);
	find_interfaces(snap->root, mod->name, out);
	nodes_free(&nodes);
	count(out);
}

void kmt_users_find_driven(
	const struct kmt_snapshot *snap, const struct kmt_procmod *mod, struct kmt_users *out)
{
	*out = (struct kmt_users){.refs = mod->refs, .refs_unknown = mod->refs_unknown};
	find_devices(snap->root, mod->name, out);
	find_interfaces(snap->root, mod->name, out);
}

void kmt_users_free(struct kmt_users *users)
{
	kmt_vec_free(&users->rows);
	kmt_arena_free(&users->arena);
}
