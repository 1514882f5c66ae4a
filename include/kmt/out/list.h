/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules as rows: what `kmtool list` and the browser show. Columns read below the root, write nothing. */
#ifndef KMT_OUT_LIST_H
#define KMT_OUT_LIST_H

#include <kmt/model/modfacts.h>
#include <kmt/out/rows.h>

/* What the module file says: read when the first of these is asked for. */
struct kmt_list_file {
	bool tried, known;
	bool is_signed;
	const char *version, *srcversion, *description;
};

struct kmt_list_row {
	const char *name;
	const struct kmt_procmod *loaded; /* NULL if it is not */
	/* In the tree; NULL if not known: looked up when asked for. */
	const struct kmt_module *module;
	bool builtin;
	struct kmt_list_file *file;
};

/* Columns read what they show when they are asked; it all lives here. */
struct kmt_list_ctx {
	const struct kmt_root *root;
	struct kmt_diag *diag;
	struct kmt_snapshot snap;
	struct kmt_arena arena;
	KMT_VEC(const char **) lists; /* cells that are lists */
	struct kmt_modfacts facts;    /* of the file that was read last */
};

extern const struct kmt_column kmt_list_columns[];
/* The names of those that need the module tree; NULL-terminated. */
extern const char *const kmt_list_tree_columns[];

void kmt_list_ctx_free(struct kmt_list_ctx *ctx);

#endif
