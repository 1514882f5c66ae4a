/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processes have a device open: every /proc/PID/fd is looked through, by the name of the node. */
#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/map.h>
#include <kmt/base/num.h>
#include <kmt/sys/paths.h>
#include "users_priv.h"

struct search {
	const struct kmt_root *root;
	struct kmt_map nodes; /* "/dev/NAME" -> struct kmt_node */
	struct kmt_users *out;
};

static void add_process(struct search *s, const char *pid, const struct kmt_node *node, const char *path)
{
	kmt_autofree char *comm = kmt_asprintf("%s/%s/comm", KMT_PATH_PROC, pid);
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;
	struct kmt_user *user;
	uint64_t number = 0;

	kmt_root_read_line(s->root, comm, &name);
	kmt_num_u64(pid, 10, &number);
	user = kmt_users_add(s->out, KMT_USER_PROCESS, path, kmt_strbuf_str(&name));
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

void kmt_users_find_processes(
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
