/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/ssh.h>

#include <ifaddrs.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Whether ADDRESS, of an interface, is written as TEXT. */
static bool is_written(const struct sockaddr *address, const char *text)
{
	socklen_t size = address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	char host[NI_MAXHOST];

	if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
		return false;
	return !getnameinfo(address, size, host, sizeof(host), NULL, 0, NI_NUMERICHOST) && !strcmp(host, text);
}

const char *kmt_ssh_interface(const struct kmt_root *root, char ifname[IF_NAMESIZE])
{
	const char *connection = root->is_host ? getenv("SSH_CONNECTION") : NULL;
	char server[NI_MAXHOST];
	struct ifaddrs *all;

	*ifname = '\0';
	if (!connection || sscanf(connection, "%*s %*s %1024s", server) != 1 || getifaddrs(&all) < 0)
		return ifname;
	for (const struct ifaddrs *i = all; i && !*ifname; i = i->ifa_next)
		if (i->ifa_addr && is_written(i->ifa_addr, server))
			snprintf(ifname, IF_NAMESIZE, "%s", i->ifa_name);
	freeifaddrs(all);
	return ifname;
}
