/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What network interfaces are up to: their states in sysfs, and their addresses, which only this host
 * tells. */
#ifndef KMT_MODEL_NETIF_H
#define KMT_MODEL_NETIF_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/sys/ifaddr.h>
#include <kmt/sys/root.h>

/* The addresses of all interfaces are asked for once, when the first is described. All zero at the start. */
struct kmt_netifs {
	bool is_read;
	struct kmt_ifaddrs addresses;
};

/*
 * "up, 192.0.2.7, fe80::1"; "down"; NULL if sysfs does not tell. Lives in ARENA. A driver that reports no
 * state ("unknown") counts as up: such an interface is down only if it is not configured.
 */
const char *kmt_netif_text(struct kmt_netifs *netifs, const struct kmt_root *root, const char *ifname,
	struct kmt_arena *arena);
void kmt_netifs_free(struct kmt_netifs *netifs);

#endif
