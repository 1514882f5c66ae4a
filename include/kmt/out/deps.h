/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What modules need, or who needs them, as a tree of rows: for `kmtool deps` and the browser. */
#ifndef KMT_OUT_DEPS_H
#define KMT_OUT_DEPS_H

#include <kmt/base/map.h>
#include <kmt/model/graph.h>
#include <kmt/out/rows.h>

struct kmt_deps_row {
	const char *name;
	const struct kmt_module *module; /* NULL: in no index */
	const struct kmt_deps_row *parent; /* NULL: asked for */
	enum kmt_edge_kind kind;	 /* of the edge from or to the parent */
	const char *alias;		 /* what the edge's line says, or the operand; NULL: the name */
	const char *where;		 /* the edge's line, "FILE:LINE"; NULL for hard ones */
	struct kmt_origin origin;	 /* the same */
	size_t index;			 /* in the tree's rows */
	bool above;	/* its branches were shown before */
	bool cut;	/* it has branches, but they would be too deep */
};

struct kmt_deps_tree {
	const struct kmt_snapshot *snap;
	bool reverse, all;
	unsigned int depth;		/* of the deepest row, 0: no limit */
	struct kmt_config_edges soft;	/* with reverse and all */
	KMT_VEC(struct kmt_deps_row *) rows; /* a parent before its children */
	struct kmt_map expanded;	/* names whose branches are in the rows */
	struct kmt_arena arena;
};

/* Adds what NAME, a module, alias or file, leads to. */
int kmt_deps_tree_add(struct kmt_deps_tree *tree, const char *name, struct kmt_err *err);
void kmt_deps_tree_free(struct kmt_deps_tree *tree);

/* kmt_modstate_word() of it. */
const char *kmt_deps_state(const struct kmt_snapshot *snap, const struct kmt_deps_row *row);

extern const struct kmt_column kmt_deps_columns[]; /* rows: struct kmt_deps_row; context: the snapshot */
/* The columns that have something to say about these rows: "a,b,c". The caller frees it. */
char *kmt_deps_usual_columns(struct kmt_deps_tree *tree, bool table);

#endif
