/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules that came or went while somebody looked on: marked for a few seconds. Pure. */
#ifndef KMT_TUI_RECENT_H
#define KMT_TUI_RECENT_H

#include <stdbool.h>
#include <kmt/base/name.h>
#include <kmt/base/vec.h>

#define KMT_RECENT_TICKS 5 /* seconds, in the browser */

struct kmt_recent_row {
	char name[KMT_NAME_MAX];
	bool gone; /* else it came */
	unsigned long at;
};

/* All zero is valid and empty. */
struct kmt_recent {
	KMT_VEC(struct kmt_recent_row) rows;
	unsigned long now; /* ticks */
};

/* What is noted later counts. */
void kmt_recent_note(struct kmt_recent *r, const char *name, bool gone);
/* NULL if nothing happened to it of late. */
const struct kmt_recent_row *kmt_recent_get(const struct kmt_recent *r, const char *name);
/* True if something is not recent any more, and was left out. */
bool kmt_recent_tick(struct kmt_recent *r);
void kmt_recent_free(struct kmt_recent *r);

#endif
