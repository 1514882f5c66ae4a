/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory below /tmp that plays the machine: files with their folders, and index tries. */
#ifndef KMT_TESTS_FIXTURE_H
#define KMT_TESTS_FIXTURE_H

#include <stddef.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/root.h>

struct fixture {
	char dir[64];
	struct kmt_root root;
};

void fixture_init(struct fixture *f);
void fixture_clear(struct fixture *f); /* removes it all */

/* PATH is absolute below the fixture; folders on the way are made. */
void fixture_write(const struct fixture *f, const char *path, const void *data, size_t n);
void fixture_text(const struct fixture *f, const char *path, const char *text);
void fixture_link(const struct fixture *f, const char *path, const char *target);

/* An index trie (*.bin) of depmod's format with one node per character. KEY and VALUE alternate, the end
 * is NULL; equal keys get several values; the priority is the position in the list, or one for all. */
void trie_build(struct kmt_strbuf *out, const char *const *pairs, bool same_priority);

#endif
