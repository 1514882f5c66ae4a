/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules that are marked, so that one plan is about all of them. Pure. */
#ifndef KMT_TUI_TAGS_H
#define KMT_TUI_TAGS_H

#include <stdbool.h>
#include <kmt/base/vec.h>

/* Names, in the order in which they were marked. All zero is valid and empty. */
struct kmt_tags {
	KMT_VEC(char *) names;
};

bool kmt_tags_has(const struct kmt_tags *t, const char *name);
void kmt_tags_add(struct kmt_tags *t, const char *name); /* nothing, if it is there */
void kmt_tags_toggle(struct kmt_tags *t, const char *name);
void kmt_tags_copy(struct kmt_tags *to, const struct kmt_tags *from);
void kmt_tags_free(struct kmt_tags *t); /* empty again */

#endif
