/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses of this host's network interfaces. */
#ifndef KMT_SYS_IFADDR_H
#define KMT_SYS_IFADDR_H

#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

struct kmt_ifaddr {
	const char *ifname;
	const char *text; /* "192.0.2.7", "fe80::1%eth0" */
};

struct kmt_ifaddrs {
	KMT_VEC(struct kmt_ifaddr) rows; /* IPv4 and IPv6 */
	struct kmt_arena arena;
};

/* No rows if ROOT is not this host, or the kernel does not answer. */
void kmt_ifaddrs_read(const struct kmt_root *root, struct kmt_ifaddrs *out);
void kmt_ifaddrs_free(struct kmt_ifaddrs *a);

#endif
