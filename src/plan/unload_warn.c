/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>
#include <kmt/model/devchain.h>
#include <kmt/model/users.h>
#include <kmt/plan/unload.h>
#include <kmt/source/mountinfo.h>
#include <kmt/source/netroute.h>
#include <kmt/sys/paths.h>

/* EV_REP of linux/input-event-codes.h: keys that repeat. Power buttons and remote controls have none. */
#define EV_REP_BIT 20

/* What would be lost, read once for all modules of the plan. */
struct machine {
	struct kmt_snapshot *snap;
	struct kmt_plan *plan;
	struct kmt_mount root_mount; /* type NULL: unknown */
	struct kmt_strv swaps;	     /* device names below /dev */
	struct kmt_strv interfaces;  /* those that are up, without lo */
	struct kmt_strv keyboards;   /* sysfs directories */
	char ssh_interface[KMT_IFNAME_SIZE];
	struct kmt_arena arena;
};

static void warn(struct machine *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void warn(struct machine *m, const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	kmt_vec_push(&m->plan->warnings, kmt_arena_strdup(&m->plan->arena, text.s));
}

static void read_root_mount(struct machine *m)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_mountinfo mounts = {0};
	const struct kmt_mount *row;

	if (kmt_root_read(m->snap->root, KMT_PATH_PROC_MOUNTINFO, 0, &text, NULL) < 0)
		return;
	kmt_mountinfo_parse(text.s, text.len, &m->arena, &mounts);
	kmt_vec_foreach(row, &mounts.rows)
		if (!strcmp(row->point, "/"))
			m->root_mount = *row; /* the last one lies on top */
	kmt_mountinfo_free(&mounts);
}

static void read_swaps(struct machine *m)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	char *save = NULL;

	if (kmt_root_read(m->snap->root, KMT_PATH_PROC_SWAPS, 0, &text, NULL) < 0)
		return;
	for (char *line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		line[strcspn(line, " \t")] = '\0';
		if (!strncmp(line, KMT_PATH_DEV "/", 5))
			kmt_vec_push(&m->swaps, kmt_arena_strdup(&m->arena, line + 5));
	}
}

static bool is_up(const struct kmt_root *root, const char *ifname)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s/operstate", KMT_PATH_SYS_CLASS_NET, ifname);
	kmt_autostrbuf struct kmt_strbuf state = KMT_STRBUF_INIT;

	return !kmt_root_read_line(root, path, &state) &&
	       (!strcmp(kmt_strbuf_str(&state), "up") || !strcmp(kmt_strbuf_str(&state), "unknown"));
}

static void read_interfaces(struct machine *m)
{
	struct kmt_strv names = {0};

	kmt_root_list(m->snap->root, KMT_PATH_SYS_CLASS_NET, &names);
	for (size_t i = 0; i < names.n; i++)
		if (strcmp(names.v[i], "lo") != 0 && is_up(m->snap->root, names.v[i]))
			kmt_vec_push(&m->interfaces, kmt_arena_strdup(&m->arena, names.v[i]));
	kmt_root_list_free(&names);
}

static void read_ssh(struct machine *m, const char *connection)
{
	kmt_autostrbuf struct kmt_strbuf v4 = KMT_STRBUF_INIT, v6 = KMT_STRBUF_INIT;
	kmt_autofree char *client = NULL;

	if (!connection)
		return;
	client = kmt_strndup(connection, strcspn(connection, " "));
	kmt_root_read(m->snap->root, KMT_PATH_PROC_NET_ROUTE, 0, &v4, NULL);
	kmt_root_read(m->snap->root, KMT_PATH_PROC_NET_IPV6_ROUTE, 0, &v6, NULL);
	if (!kmt_netroute_find(kmt_strbuf_str(&v4), kmt_strbuf_str(&v6), client, m->ssh_interface))
		m->ssh_interface[0] = '\0';
}

/* /proc/bus/input/devices: blocks of lines "X: key=value", separated by an empty line. */
static void read_keyboards(struct machine *m)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const char *sysfs = NULL;
	bool is_kbd = false, repeats = false;
	char *next;

	if (kmt_root_read(m->snap->root, KMT_PATH_PROC_INPUT_DEVICES, 0, &text, NULL) < 0)
		return;
	for (char *line = text.s; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!strncmp(line, "S: Sysfs=", 9)) {
			sysfs = line + 9;
		} else if (!strncmp(line, "H: Handlers=", 12)) {
			is_kbd = strstr(line, "kbd");
		} else if (!strncmp(line, "B: EV=", 6)) {
			repeats = strtoul(line + 6, NULL, 16) >> EV_REP_BIT & 1;
		} else if (!*line) {
			if (sysfs && is_kbd && repeats)
				kmt_vec_push(&m->keyboards,
					kmt_arena_printf(&m->arena, "%s%s", KMT_PATH_SYS, sysfs));
			sysfs = NULL;
			is_kbd = repeats = false;
		}
	}
}

/* Whether MODULE drives the block device NAME (below /dev, or the source of a mount). */
static bool drives_block(const struct machine *m, const char *name, const char *module)
{
	const char *slash = strrchr(name, '/');
	kmt_autofree char *link = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_BLOCK, slash ? slash + 1 : name);
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

	return !kmt_devchain_resolve(m->snap->root, link, &real) &&
	       kmt_devchain_block_has(m->snap->root, real.s, module);
}

/* By its number; filesystems with several devices (btrfs) have none of their own, but a source. */
static bool drives_root(const struct machine *m, const char *module)
{
	const struct kmt_mount *root = &m->root_mount;
	kmt_autofree char *link =
		kmt_asprintf("%s/%u:%u", KMT_PATH_SYS_DEV_BLOCK, root->major, root->minor);
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

	if (!kmt_devchain_resolve(m->snap->root, link, &real))
		return kmt_devchain_block_has(m->snap->root, real.s, module);
	return drives_block(m, root->source, module);
}

static void warn_root(struct machine *m, const char *module)
{
	if (!m->root_mount.type)
		return;
	if (kmt_users_is_filesystem(m->snap, m->root_mount.type, module))
		warn(m, "%s is the root filesystem (%s)", module, m->root_mount.type);
	else if (drives_root(m, module))
		warn(m, "%s drives the disk of the root filesystem (%s)", module, m->root_mount.source);
}

static void warn_swaps(struct machine *m, const char *module)
{
	for (size_t i = 0; i < m->swaps.n; i++)
		if (drives_block(m, m->swaps.v[i], module))
			warn(m, "%s drives the swap device %s", module, m->swaps.v[i]);
}

static void warn_network(struct machine *m, const char *module)
{
	size_t n = 0;

	for (size_t i = 0; i < m->interfaces.n; i++)
		n += kmt_devchain_net_has(m->snap->root, m->interfaces.v[i], module);
	if (n && n == m->interfaces.n)
		warn(m, "%s drives the only network interface that is up (%s)", module,
			m->interfaces.v[0]);
	if (m->ssh_interface[0] && kmt_devchain_net_has(m->snap->root, m->ssh_interface, module))
		warn(m, "%s drives %s, the interface of your SSH connection", module, m->ssh_interface);
}

static void warn_keyboard(struct machine *m, const char *module)
{
	size_t n = 0;

	for (size_t i = 0; i < m->keyboards.n; i++)
		n += kmt_devchain_has(m->snap->root, m->keyboards.v[i], module);
	if (n && n == m->keyboards.n)
		warn(m, "%s drives the only keyboard", module);
}

void kmt_plan_unload_warn(struct kmt_snapshot *snap, const char *ssh_connection, struct kmt_plan *plan)
{
	struct machine m = {.snap = snap, .plan = plan};

	read_root_mount(&m);
	read_swaps(&m);
	read_interfaces(&m);
	read_keyboards(&m);
	read_ssh(&m, ssh_connection);
	for (size_t i = 0; i < plan->steps.n; i++) {
		const struct kmt_step *step = &plan->steps.v[i];

		if (step->kind != KMT_STEP_REMOVE && step->kind != KMT_STEP_RUN)
			continue;
		warn_root(&m, step->module);
		warn_swaps(&m, step->module);
		warn_network(&m, step->module);
		warn_keyboard(&m, step->module);
	}
	kmt_vec_free(&m.swaps);
	kmt_vec_free(&m.interfaces);
	kmt_vec_free(&m.keyboards);
	kmt_arena_free(&m.arena);
}
