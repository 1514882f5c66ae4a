/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a disk needs, as rows of a tree and as JSON. */
#ifndef KMT_OUT_NEEDS_H
#define KMT_OUT_NEEDS_H

#include <kmt/model/needs.h>
#include <kmt/out/rows.h>

struct kmt_needs_row {
	const struct kmt_needs_place *place;
	const struct kmt_need *need; /* NULL: the row of the place */
	size_t parent;		     /* row; SIZE_MAX: none */
};

struct kmt_needs_rows {
	KMT_VEC(const struct kmt_needs_row *) rows;
	struct kmt_arena arena;
};

/* The columns of these rows; their context is a struct kmt_needs. */
extern const struct kmt_column kmt_needs_columns[];

/* Appends a row for each place and each of its needs, dependencies of a module where it comes first.
 * NO_BUILTIN leaves out what is built in. */
void kmt_needs_tree(const struct kmt_needs *needs, bool no_builtin, struct kmt_needs_rows *out);
/* Appends a row for each module once, in loading order, and for each request that nothing answers. */
void kmt_needs_list(const struct kmt_needs *needs, bool no_builtin, struct kmt_needs_rows *out);
void kmt_needs_rows_free(struct kmt_needs_rows *rows);

/* "live", "available", "built-in" or "missing". */
const char *kmt_need_state(const struct kmt_needs *needs, const struct kmt_need *need);

struct json_object *kmt_needs_json(const struct kmt_needs *needs, bool no_builtin);

#endif
