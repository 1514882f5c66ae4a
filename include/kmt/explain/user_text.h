/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a module, in words. */
#ifndef KMT_OUT_USERS_H
#define KMT_OUT_USERS_H

#include <kmt/base/strbuf.h>
#include <kmt/model/users.h>

/* Adds one line: "/dev/snd/controlC0 is open in pipewire (1412)". Hostile text is not escaped. */
void kmt_user_text(const struct kmt_user *user, struct kmt_strbuf *out);

#endif
