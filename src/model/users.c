/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/users.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/model/devchain.h>
#include <kmt/source/mountinfo.h>
#include <kmt/sys/paths.h>

#include "nodes_priv.h"

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

	kmt_root_list(root, KMT_PATH_SYS_CLASS_NET, &names);
	for (size_t i = 0; i < names.n; i++) {
		drivers.n = 0;
		kmt_devchain_net_drivers(root, names.v[i], &out->arena, &drivers);
		if (kmt_devchain_has(&drivers, module))
			add(out, KMT_USER_INTERFACE, names.v[i], NULL);
	}
	kmt_vec_free(&drivers);
	kmt_root_list_free(&names);
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

	*out = (struct kmt_users){.refs = mod->refs};
	for (size_t i = 0; i < mod->holders.n; i++)
		add(out, KMT_USER_MODULE, mod->holders.v[i], NULL)->counts = true;
	kmt_nodes_find(snap->root, mod->name, &out->arena, &nodes);
	find_mounts(snap, mod->name, &nodes, out);
	find_swap(snap->root, &nodes, out);
	find_stacked(snap->root, &nodes, out);
	find_processes(snap->root, &nodes, out);
	find_devices(snap->root, mod->name, out);
	find_interfaces(snap->root, mod->name, out);
	kmt_nodes_free(&nodes);
	count(out);
}

void kmt_users_free(struct kmt_users *users)
{
	kmt_vec_free(&users->rows);
	kmt_arena_free(&users->arena);
}
