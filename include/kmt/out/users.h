/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a module, as rows. */
#ifndef KMT_OUT_USERS_H
#define KMT_OUT_USERS_H

#include <kmt/model/users.h>
#include <kmt/out/rows.h>

struct kmt_user_row {
	const char *module; /* that is used */
	const struct kmt_user *user;
};

extern const struct kmt_column kmt_user_columns[]; /* rows: struct kmt_user_row; no context */

struct json_object;
/* Puts into O what the kernel counts of MODULE, and its users with the columns of SEL; NULL: all that differ
 * within one module. */
void kmt_users_add_json(struct json_object *o, const struct kmt_users *users, const char *module,
	const struct kmt_selection *sel);

#endif
