/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/ifaddr.h>

#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

static void add(const struct ifaddrs *i, struct kmt_ifaddrs *out)
{
	bool v6 = i->ifa_addr && i->ifa_addr->sa_family == AF_INET6;
	socklen_t size = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	char host[NI_MAXHOST];

	if (!i->ifa_addr || (!v6 && i->ifa_addr->sa_family != AF_INET) ||
		getnameinfo(i->ifa_addr, size, host, sizeof(host), NULL, 0, NI_NUMERICHOST))
		return;
	kmt_vec_push(&out->rows, (struct kmt_ifaddr){.ifname = kmt_arena_strdup(&out->arena, i->ifa_name),
					 .text = kmt_arena_strdup(&out->arena, host)});
}

void kmt_ifaddrs_read(const struct kmt_root *root, struct kmt_ifaddrs *out)
{
	struct ifaddrs *all;

	*out = (struct kmt_ifaddrs){0};
	if (!root->is_host || getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		add(i, out);
	freeifaddrs(all);
}

void kmt_ifaddrs_free(struct kmt_ifaddrs *a)
{
	kmt_vec_free(&a->rows);
	kmt_arena_free(&a->arena);
}
