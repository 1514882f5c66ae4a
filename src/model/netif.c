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

const char *kmt_netif_text(struct kmt_netifs *netifs, const struct kmt_root *root, const char *ifname,
	struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf state = KMT_STRBUF_INIT, text = KMT_STRBUF_INIT;
	const struct kmt_ifaddr *a;

	if (read_state(root, ifname, &state))
		return NULL;
	if (!netifs->is_read)
		kmt_ifaddrs_read(root, &netifs->addresses);
	netifs->is_read = true;
	kmt_strbuf_addstr(&text, is_up_state(kmt_strbuf_str(&state)) ? "up" : kmt_strbuf_str(&state));
	kmt_vec_foreach(a, &netifs->addresses.rows)
		if (!strcmp(a->ifname, ifname)) /* the zone of "fe80::1%eth0" is the interface */
			kmt_strbuf_addf(&text, ", %.*s", (int)strcspn(a->text, "%"), a->text);
	return kmt_arena_strdup(arena, kmt_strbuf_str(&text));
}

void kmt_netifs_free(struct kmt_netifs *netifs)
{
	if (netifs->is_read)
		kmt_ifaddrs_free(&netifs->addresses);
	*netifs = (struct kmt_netifs){0};
}
