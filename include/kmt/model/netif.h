/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a network interface is up to: its state in sysfs, and its addresses, which only this host tells. */
#ifndef KMT_MODEL_NETIF_H
#define KMT_MODEL_NETIF_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/sys/root.h>

/* A driver that reports no state ("unknown") counts as up: such an interface is down only if it is not
 * configured. */
bool kmt_netif_is_up(const struct kmt_root *root, const char *ifname);

/* "up, 192.0.2.7, fe80::1"; "down"; NULL if sysfs does not tell. Lives in ARENA. */
const char *kmt_netif_text(const struct kmt_root *root, const char *ifname, struct kmt_arena *arena);

#endif
