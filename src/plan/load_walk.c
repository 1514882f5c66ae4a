/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order modprobe comes to the modules: for each module the hard dependencies, the last of
 * modules.dep's line first; each of them, and at last the module itself, between the soft dependencies
 * before and after it. A soft dependency is walked like a requested module, but not twice: that is what
 * ends cycles. A hard dependency can be reached several times; only the first visit adds a step.
 */
#include "load_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/model/config.h>

/* Soft dependencies of soft dependencies of ...: nothing real comes near, and the stack has an end. */
#define MAX_DEPTH 1000

/* One name of a soft dependency: all that answer to it. What none answers to is noted in the plan. */
static int resolve_name(
	struct kmt_load *load, struct kmt_load_node *node, enum kmt_why why, const char *name)
{
	const struct kmt_load_reason reason = {why, node->name, node->softdep->origin};
	struct kmt_err err = KMT_ERR_INIT;
	struct kmt_lookup found = {0};
	int r = kmt_load_lookup(load, name, &found, &err);

	for (size_t i = 0; !r && i < found.rows.n; i++) {
		struct kmt_load_node *other = kmt_load_node_of_match(load, &found.rows.v[i]);

		if (why == KMT_WHY_SOFTDEP_PRE)
			kmt_vec_push(&node->pre, other);
		else
			kmt_vec_push(&node->post, other);
	}
	if (!found.rows.n && (!r || err.kind == KMT_ERR_USAGE))
		kmt_load_skip(load, &(struct kmt_load_node){.name = name}, &reason, KMT_SKIP_NO_FILE,
			found.off ? kmt_arena_printf(&load->plan->arena, "switched off by %s: alias %s off",
					    kmt_origin_text(&found.off->origin, &load->plan->arena), found.off->pattern)
				  : "no module, built-in or alias has this name");
	kmt_lookup_free(&found);
	if (r < 0 && err.kind != KMT_ERR_USAGE && load->err) {
		kmt_err_clear(load->err);
		*load->err = err;
		return r;
	}
	/* A name that none can have is ignored, as modprobe does; a damaged index is not. */
	r = err.kind == KMT_ERR_USAGE ? 0 : r;
	kmt_err_clear(&err);
	return r;
}

static int resolve_names(struct kmt_load *load, struct kmt_load_node *node, enum kmt_why why,
	const struct kmt_strv *names)
{
	int r = 0;

	for (size_t i = 0; !r && i < names->n; i++)
		r = resolve_name(load, node, why, names->v[i]);
	return r;
}

static int resolve_softdeps(struct kmt_load *load, struct kmt_load_node *node)
{
	int r;

	if (node->softdeps_known)
		return 0;
	node->softdeps_known = true;
	node->softdep = kmt_confindex_first(&load->snap->lines, KMT_CONF_SOFTDEP, node->name, load->req->no_config);
	if (!node->softdep)
		return 0;
	r = resolve_names(load, node, KMT_WHY_SOFTDEP_PRE, &node->softdep->deps->pre);
	if (!r)
		r = resolve_names(load, node, KMT_WHY_SOFTDEP_POST, &node->softdep->deps->post);
	return r;
}

static int walk(struct kmt_load *load, struct kmt_load_node *node, const struct kmt_load_reason *reason);

/* NODE between its soft dependencies. */
static int walk_one(struct kmt_load *load, struct kmt_load_node *node, const struct kmt_load_reason *reason)
{
	struct kmt_load_reason soft = {.because_of = node->name};
	bool bare = load->req->ignore_commands && node == load->target;
	int r = bare ? 0 : resolve_softdeps(load, node);

	if (node->softdep)
		soft.origin = node->softdep->origin;
	soft.why = KMT_WHY_SOFTDEP_PRE;
	for (size_t i = 0; !r && i < node->pre.n; i++)
		r = walk(load, node->pre.v[i], &soft);
	if (!r)
		r = kmt_load_add(load, node, reason);
	soft.why = KMT_WHY_SOFTDEP_POST;
	for (size_t i = 0; !r && i < node->post.n; i++)
		r = walk(load, node->post.v[i], &soft);
	return r;
}

static int walk(struct kmt_load *load, struct kmt_load_node *node, const struct kmt_load_reason *reason)
{
	struct kmt_load_reason needed = {.why = KMT_WHY_DEPENDENCY, .because_of = node->name};
	const struct kmt_module *m = node->module;
	int r = 0;

	if (node->visited == load->round)
		return 0;
	node->visited = load->round;
	if (load->depth == MAX_DEPTH)
		return kmt_err_set(load->err, KMT_ERR_FAILED, ELOOP,
			"soft dependencies of %s go on for more than %d modules, up to %s",
			load->target->name, MAX_DEPTH, node->name);
	load->depth++;
	for (size_t i = m && !m->builtin ? m->n_deps : 0; !r && i > 0; i--)
		r = walk_one(load, kmt_load_node_get(load, m->deps[i - 1]->name, NULL, m->deps[i - 1]),
			&needed);
	if (!r)
		r = walk_one(load, node, reason);
	load->depth--;
	return r;
}

int kmt_load_walk(struct kmt_load *load, struct kmt_load_node *node, const struct kmt_load_reason *reason)
{
	const struct kmt_module *m = node->module;

	load->round++;
	load->target = node;
	/* Marked before the walk: a soft dependency may come to them first. */
	node->required = load->round;
	for (size_t i = 0; m && !m->builtin && i < m->n_deps; i++)
		kmt_load_node_get(load, m->deps[i]->name, NULL, m->deps[i])->required = load->round;
	return walk(load, node, reason);
}
