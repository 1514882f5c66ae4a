/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network interface that the user's SSH connection comes by. */
#ifndef KMT_SYS_SSH_H
#define KMT_SYS_SSH_H

#include <net/if.h>
#include <kmt/sys/root.h>

/* Writes the interface that has the server's address of $SSH_CONNECTION ("CLIENT PORT SERVER PORT") to
 * IFNAME; "" if there is none, or ROOT is not this host. Returns IFNAME. */
const char *kmt_ssh_interface(const struct kmt_root *root, char ifname[IF_NAMESIZE]);

#endif
