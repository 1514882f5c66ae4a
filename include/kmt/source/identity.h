/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a system calls itself and its people: os-release(5), the names of the host and of its users, who are
 * those that log in (passwd(5), from UID 1000 on). Reads below the root.
 */
#ifndef KMT_SOURCE_IDENTITY_H
#define KMT_SOURCE_IDENTITY_H

#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

/* The value of KEY in os-release, without its quotes; NULL if it has none. */
const char *kmt_os_release(const struct kmt_root *root, const char *key, struct kmt_arena *arena);

/* Names are in ARENA. HOSTS: the longest first; without names that say nothing. */
void kmt_identity_read(const struct kmt_root *root, struct kmt_arena *arena, struct kmt_strv *hosts,
	struct kmt_strv *users);

#endif
