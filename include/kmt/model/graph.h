/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who needs whom: the edges of one module, forwards or backwards. Pure.
 *
 * modules.dep lists everything that a module needs, not what it needs directly. An edge here is what
 * remains when all that comes with another of them is left out: the smallest graph with the same
 * result. Where a module uses a symbol of something that one of its other dependencies brings anyway,
 * the edge to it is not shown.
 */
#ifndef KMT_MODEL_GRAPH_H
#define KMT_MODEL_GRAPH_H

#include <stdbool.h>
#include <kmt/base/err.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>

enum kmt_edge_kind {
	KMT_EDGE_HARD,	    /* uses its symbols: modules.dep */
	KMT_EDGE_SOFT_PRE,  /* a softdep line: loaded before, if it can be */
	KMT_EDGE_SOFT_POST, /* ... after */
	KMT_EDGE_WEAK,	    /* a weakdep line: it may ask for it itself */
	KMT_EDGE_COUNT,
};

struct kmt_edge {
	enum kmt_edge_kind kind;
	const char *name;	/* of the module at the other end, normal form */
	const struct kmt_module *module; /* NULL: in no index */
	const char *alias;	/* what the line says, if that is not the name; NULL else */
	struct kmt_origin origin; /* the line; file NULL for hard ones */
};

struct kmt_edges {
	KMT_VEC(struct kmt_edge) rows;
};

/* Appends what module NAME (normal form) needs, hard ones in the order of loading. ALL: also the edges of
 * the softdep and weakdep lines that count for it. Strings live as long as the snapshot. FAILED for a
 * damaged index. */
int kmt_graph_needs(const struct kmt_snapshot *snap, const char *name, bool all, struct kmt_edges *out,
	struct kmt_err *err);
/* All softdep and weakdep edges that count, found once to be asked often. */
struct kmt_config_edge {
	const char *from;		 /* the module that has the line */
	const struct kmt_module *module; /* the same; NULL: in no index */
	struct kmt_edge to;
};
struct kmt_config_edges {
	KMT_VEC(struct kmt_config_edge) rows;
};
int kmt_graph_config_edges(
	const struct kmt_snapshot *snap, struct kmt_config_edges *out, struct kmt_err *err);
void kmt_config_edges_free(struct kmt_config_edges *e);

/* Appends who needs module NAME (normal form): by modules.dep in its order, then by SOFT, if that is not
 * NULL. */
void kmt_graph_needed_by(const struct kmt_snapshot *snap, const char *name,
	const struct kmt_config_edges *soft, struct kmt_edges *out);
void kmt_edges_free(struct kmt_edges *e);

/* Who needs a module directly, by modules.dep. */
struct kmt_direct_users {
	size_t n;
	const char *names[3]; /* the first of them */
};
/* Fills OUT, module -> struct kmt_direct_users, for all modules that any needs: found once to be asked often.
 * The values live in ARENA. */
void kmt_graph_direct_users(const struct kmt_snapshot *snap, struct kmt_arena *arena, struct kmt_map *out);

/* "hard", "softdep-pre", "softdep-post", "weakdep" */
const char *kmt_edge_kind_name(enum kmt_edge_kind kind);

#endif
