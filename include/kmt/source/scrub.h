/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes out of a text what identifies a machine or a person: names of hosts and users that are known, mail
 * and hardware addresses, IP addresses, UUIDs, serial numbers, and the values of options that hold such
 * things. What is taken out is marked: "<mac>". In doubt something goes. Pure.
 */
#ifndef KMT_SOURCE_SCRUB_H
#define KMT_SOURCE_SCRUB_H

#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

/* Appends TEXT. HOSTS and USERS: whole words that go, in upper or lower case. */
void kmt_scrub(const char *text, const struct kmt_strv *hosts, const struct kmt_strv *users,
	struct kmt_strbuf *out);

#endif
