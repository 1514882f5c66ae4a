/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the refcount and the size of loaded modules changed while somebody looked. Pure. */
#ifndef KMT_TUI_CHANGES_H
#define KMT_TUI_CHANGES_H

#include <stdint.h>
#include <time.h>
#include <kmt/base/name.h>
#include <kmt/base/vec.h>
#include <kmt/source/procmodules.h>

#define KMT_CHANGES_KEPT 4 /* of each module */

struct kmt_change {
	time_t at;
	int64_t refs_before, refs;
	uint64_t size_before, size;
};

/* Of one module, from when it was loaded or was seen first. */
struct kmt_changes_row {
	char name[KMT_NAME_MAX];
	struct kmt_change all; /* AT: since when */
	size_t n;
	struct kmt_change last[KMT_CHANGES_KEPT]; /* newest first; N of them at most */
};

/* All zero is valid and empty. */
struct kmt_changes {
	KMT_VEC(struct kmt_changes_row) rows;
	time_t since; /* when modules were seen first */
};

/* One module between two readings: BEFORE is NULL if it was not loaded, NOW if it is not any more. */
void kmt_changes_note(
	struct kmt_changes *c, const struct kmt_procmod *before, const struct kmt_procmod *now, time_t at);
/* NULL if nothing happened to it. */
const struct kmt_changes_row *kmt_changes_get(const struct kmt_changes *c, const char *name);
void kmt_changes_free(struct kmt_changes *c);

#endif
