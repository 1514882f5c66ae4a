/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/netif.h>

#include <string.h>

#include <kmt/base/strbuf.h>
#include <kmt/sys/ifaddr.h>
#include <kmt/sys/paths.h>

/* -errno if there is none. */
static int read_state(const struct kmt_root *root, const char *ifname, struct kmt_strbuf *state)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s/operstate", KMT_PATH_SYS_CLASS_NET, ifname);

	return kmt_root_read_line(root, path, state);
}

static bool is_up_state(const char *state)
{
	return !strcmp(state, "up") || !strcmp(state, "unknown");
}

bool kmt_netif_is_up(const struct kmt_root *root, const char *ifname)
{
	kmt_autostrbuf struct kmt_strbuf state = KMT_STRBUF_INIT;

	return !read_state(root, ifname, &state) && is_up_state(kmt_strbuf_str(&state));
}

const char *kmt_netif_text(const struct kmt_root *root, const char *ifname, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf state = KMT_STRBUF_INIT, text = KMT_STRBUF_INIT;
	const struct kmt_ifaddr *a;
	struct kmt_ifaddrs all;

	if (read_state(root, ifname, &state))
		return NULL;
	kmt_strbuf_addstr(&text, is_up_state(kmt_strbuf_str(&state)) ? "up" : kmt_strbuf_str(&state));
	kmt_ifaddrs_read(root, &all);
	kmt_vec_foreach(a, &all.rows)
		if (!strcmp(a->ifname, ifname)) /* the zone of "fe80::1%eth0" is the interface */
			kmt_strbuf_addf(&text, ", %.*s", (int)strcspn(a->text, "%"), a->text);
	kmt_ifaddrs_free(&all);
	return kmt_arena_strdup(arena, kmt_strbuf_str(&text));
}
