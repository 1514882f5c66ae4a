/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings that do not stop the work: a configuration line that is ignored, an index that is missing.
 * Code that reads collects them here; the command prints them once, at the end or before its output.
 */
#ifndef KMT_BASE_DIAG_H
#define KMT_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/map.h>
#include <kmt/base/origin.h>

struct kmt_diag_item {
	struct kmt_origin origin;
	const char *msg;
};

/* All zero is valid and empty. */
struct kmt_diag {
	struct kmt_diag_item *items;
	size_t n, cap;
	struct kmt_map known; /* of "LINE FILE: MSG" */
	struct kmt_arena arena;
};

/* Adds a warning; one that is already there (same place, same text) is not added again. ORIGIN may be
 * NULL; texts are copied. DIAG may be NULL: then the warning is dropped. */
void kmt_diag_add(struct kmt_diag *diag, const struct kmt_origin *origin, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "FILE:LINE: MESSAGE", or what there is of it. The caller frees it. */
char *kmt_diag_text(const struct kmt_diag_item *item);
void kmt_diag_clear(struct kmt_diag *diag);

#endif
