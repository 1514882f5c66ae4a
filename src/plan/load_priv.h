/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the load planner share. */
#ifndef KMT_PLAN_LOAD_PRIV_H
#define KMT_PLAN_LOAD_PRIV_H

#include <kmt/base/map.h>
#include <kmt/model/modfacts.h>
#include <kmt/plan/load.h>

/*
 * A module as a name or an alias leads to it. The same module reached by an alias is another node: other
 * options may apply, and modprobe visits both.
 */
struct kmt_load_node {
	const char *name, *alias;	 /* ALIAS NULL: by its name */
	const struct kmt_module *module; /* NULL: no index knows it */
	bool builtin;			 /* an index says so, even if MODULE is NULL */
	bool is_file;			 /* requested by its file ... */
	struct stat seen;		 /* ... which was this when its .modinfo was read */
	const struct kmt_conf_line *command; /* the install or remove line that it was found by */

	unsigned int visited, required; /* the round (see struct kmt_load) in which it was, or became so */

	bool softdeps_known;
	const struct kmt_conf_line *softdep; /* the line that counts */
	KMT_VEC(struct kmt_load_node *) pre, post;
};

struct kmt_load {
	const struct kmt_snapshot *snap;
	const struct kmt_load_request *req;
	struct kmt_plan *plan;
	struct kmt_err *err;

	struct kmt_map nodes;
	KMT_VEC(struct kmt_load_node *) all_nodes;
	struct kmt_map steps; /* module -> index in plan->steps plus one */
	struct kmt_modfacts facts; /* of the file that was looked into last */
	bool all_visits;	   /* kmt_plan_probe() */

	/* Of the requested module that is planned now: */
	unsigned int round;
	const struct kmt_load_node *target;
	bool optional; /* others answer to the same alias: none of its steps is required */
	unsigned int depth;
};

/* Why a node comes into the plan. */
struct kmt_load_reason {
	enum kmt_why why;
	const char *because_of;
	struct kmt_origin origin;
};

/* load_node.c */
struct kmt_load_node *kmt_load_node_get(
	struct kmt_load *load, const char *name, const char *alias, const struct kmt_module *module);
struct kmt_load_node *kmt_load_node_of_match(struct kmt_load *load, const struct kmt_lookup_match *match);
int kmt_load_lookup(struct kmt_load *load, const char *query, struct kmt_lookup *out, struct kmt_err *err);
const char *kmt_load_own(struct kmt_load *load, const char *s); /* a copy in the plan; NULL for NULL */
void kmt_load_warn(struct kmt_load *load, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* load_walk.c */
/* Adds NODE with everything that it needs or wants. */
int kmt_load_walk(struct kmt_load *load, struct kmt_load_node *node, const struct kmt_load_reason *reason);

/* load_step.c */
/* Adds the step for NODE itself, once. */
int kmt_load_add(struct kmt_load *load, struct kmt_load_node *node, const struct kmt_load_reason *reason);
/* Whether the kernel has it: then *SKIP says how. */
bool kmt_load_in_kernel(const struct kmt_load *load, const struct kmt_load_node *node, enum kmt_skip *skip);
void kmt_load_skip(struct kmt_load *load, const struct kmt_load_node *node,
	const struct kmt_load_reason *reason, enum kmt_skip skip, const char *words);

/* load_params.c */
/* Fills params and parts of STEP, an insertion or install command of NODE. */
int kmt_load_params(struct kmt_load *load, const struct kmt_load_node *node, struct kmt_step *step);
/* What was asked for and cannot be had, as the kernel has the module. */
void kmt_load_params_lost(struct kmt_load *load, const struct kmt_load_node *node, enum kmt_skip skip);

/* load_file.c */
/* NODE of a requested file is loaded: -EEXIST if that is another build. *WORDS says what is known. */
int kmt_load_compare(struct kmt_load *load, const struct kmt_load_node *node, const char **words);
/* The node of a requested file: its name and what it needs are read from it. */
int kmt_load_file_node(struct kmt_load *load, const char *target, struct kmt_load_node **out);

#endif
