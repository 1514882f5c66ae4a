/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_MODEL_USERS_PRIV_H
#define KMT_MODEL_USERS_PRIV_H

#include <kmt/model/users.h>
#include "nodes_priv.h"

/* Adds a row; texts are copied. Valid until the next one is added. */
struct kmt_user *kmt_users_add(
	struct kmt_users *users, enum kmt_user_kind kind, const char *what, const char *detail);

/* Processes that have one of NODES open. */
void kmt_users_find_processes(
	const struct kmt_root *root, const struct kmt_nodes *nodes, struct kmt_users *out);

#endif
