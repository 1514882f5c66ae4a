/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which network interface leads to an address: /proc/net/route and /proc/net/ipv6_route, longest prefix
 * first. Good enough to warn a person whose connection comes that way; policy routing is not followed.
 * Pure: text in, name out.
 */
#ifndef KMT_SOURCE_NETROUTE_H
#define KMT_SOURCE_NETROUTE_H

#include <stdbool.h>

/* The kernel's IFNAMSIZ. */
#define KMT_IFNAME_SIZE 16

/* ADDRESS as inet_pton(3) takes it; "%scope" after it names the interface itself. Texts may be NULL.
 * False if no route leads there. */
bool kmt_netroute_find(
	const char *route, const char *ipv6_route, const char *address, char ifname[KMT_IFNAME_SIZE]);

#endif
