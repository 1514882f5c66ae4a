/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a module, in words. Hostile text is not escaped. */
#ifndef KMT_MODEL_USER_TEXT_H
#define KMT_MODEL_USER_TEXT_H

#include <kmt/base/strbuf.h>
#include <kmt/model/users.h>

/* Adds one line: "/dev/snd/controlC0 is open in pipewire (1412)". */
void kmt_user_text(const struct kmt_user *user, struct kmt_strbuf *out);
/* Appends the lines about all users of the module NAME, below a first one: "loop: 2 references". */
void kmt_users_lines(
	const struct kmt_users *users, const char *name, struct kmt_arena *arena, struct kmt_strv *lines);
/* How many references that explains, in a sentence: "loop: 2 references, all explained". */
const char *kmt_users_verdict(const struct kmt_users *users, const char *name, struct kmt_arena *arena);

#endif
