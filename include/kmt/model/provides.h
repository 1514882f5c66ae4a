/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person may ask for in the kernel's own words: "fs:ext4", "net:inet6", "crypto:aes",
 * "symbol:usb_submit_urb", to the aliases under which the kernel asks for modules. Pure.
 */
#ifndef KMT_MODEL_PROVIDES_H
#define KMT_MODEL_PROVIDES_H

#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>

/*
 * Appends the aliases that QUERY stands for, in the order in which the kernel asks for them: one, or two for
 * "crypto:NAME". A QUERY without such a word is an alias itself. USAGE for a word without a name behind it
 * and for a protocol family that there is not. Strings live in ARENA.
 */
int kmt_provides_aliases(
	const char *query, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err);

/* The same backwards, as far as it goes: "fs:ext4" for "fs-ext4" or "fs_ext4", ALIAS itself if there is no
 * word for it. */
const char *kmt_provides_word(const char *alias, struct kmt_arena *arena);

#endif
