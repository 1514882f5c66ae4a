/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/ssh.h>

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/sys/ifaddr.h>

const char *kmt_ssh_interface(const struct kmt_root *root, char ifname[IF_NAMESIZE])
{
	const char *connection = root->is_host ? getenv("SSH_CONNECTION") : NULL;
	struct kmt_ifaddrs all;
	char server[NI_MAXHOST];

	*ifname = '\0';
	if (!connection || sscanf(connection, "%*s %*s %1024s", server) != 1)
		return ifname;
	kmt_ifaddrs_read(root, &all);
	for (size_t i = 0; i < all.rows.n && !*ifname; i++)
		if (!strcmp(all.rows.v[i].text, server))
			snprintf(ifname, IF_NAMESIZE, "%s", all.rows.v[i].ifname);
	kmt_ifaddrs_free(&all);
	return ifname;
}
