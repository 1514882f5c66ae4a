/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "load_priv.h"

#include <errno.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/source/kofile.h>

/* One module that answers to a target. *BLOCKED: only an alias leads to it, and it is blacklisted. */
static int plan_node(struct kmt_load *load, struct kmt_load_node *node,
	const struct kmt_load_reason *reason, struct kmt_origin *blocked)
{
	enum kmt_skip skip;

	load->target = node;
	if (kmt_load_in_kernel(load, node, &skip)) {
		const char *words = skip == KMT_SKIP_LOADED ? "already loaded" : "built into the kernel";
		int r = node->is_file && skip == KMT_SKIP_LOADED ? kmt_load_compare(load, node, &words) : 0;

		if (!r)
			kmt_load_params_lost(load, node, skip);
		if (!r)
			kmt_load_skip(load, node, reason, skip, words);
		return r;
	}
	if (node->alias && !load->req->no_config &&
		kmt_config_blacklisted(load->snap, node->name, blocked)) {
		struct kmt_load_reason by = *reason;

		by.origin = *blocked;
		kmt_load_skip(load, node, &by, KMT_SKIP_BLACKLISTED,
			kmt_arena_printf(&load->plan->arena, "blacklisted by %s",
				kmt_origin_text(blocked, &load->plan->arena)));
		return 0;
	}
	return kmt_load_walk(load, node, reason);
}

/* Every module that answers to the alias is blacklisted: modprobe would do nothing, and not say so. */
static int refuse_alias(
	struct kmt_load *load, const char *target, const char *module, const struct kmt_origin *origin)
{
	kmt_err_set(load->err, KMT_ERR_REFUSED, EPERM,
		"%s is an alias of %s, which is blacklisted by %s", target, module,
		kmt_origin_text(origin, &load->plan->arena));
	kmt_err_hint(load->err, "a blacklist line does not stop 'kmtool load %s'", module);
	return -EPERM;
}

static int plan_matches(struct kmt_load *load, const char *target, const struct kmt_lookup *found)
{
	struct kmt_origin blocked = {0};
	size_t n_blocked = 0;
	int r = 0;

	load->optional = found->rows.n > 1;
	for (size_t i = 0; !r && i < found->rows.n; i++) {
		const struct kmt_lookup_match *match = &found->rows.v[i];
		struct kmt_load_node *node = kmt_load_node_of_match(load, match);
		struct kmt_load_reason reason = {.why = KMT_WHY_REQUESTED};
		struct kmt_origin origin = {0};

		if (match->alias)
			reason.because_of = target;
		if (match->stage == KMT_LOOKUP_CONFIG_ALIAS)
			reason.origin = match->line->origin;
		r = plan_node(load, node, &reason, &origin);
		if (origin.file) {
			blocked = origin;
			n_blocked++;
		}
	}
	if (!r && n_blocked == found->rows.n)
		r = refuse_alias(load, target, found->rows.v[0].name, &blocked);
	load->optional = false;
	return r;
}

static int plan_file(struct kmt_load *load, const char *target)
{
	struct kmt_load_reason reason = {.why = KMT_WHY_REQUESTED, .because_of = target};
	struct kmt_origin blocked = {0};
	struct kmt_load_node *node;
	int r = kmt_load_file_node(load, target, &node);

	return r ? r : plan_node(load, node, &reason, &blocked);
}

static int plan_target(struct kmt_load *load, const char *target)
{
	struct kmt_lookup found = {0};
	int r;

	if (kmt_name_is_path(target))
		return plan_file(load, target);
	r = kmt_load_lookup(load, target, &found, load->err);
	if (!r && !found.rows.n)
		r = kmt_lookup_none(load->snap, target, &found, load->err);
	if (!r)
		r = plan_matches(load, target, &found);
	kmt_lookup_free(&found);
	return r;
}

static void free_load(struct kmt_load *load)
{
	for (size_t i = 0; i < load->all_nodes.n; i++) {
		kmt_vec_free(&load->all_nodes.v[i]->pre);
		kmt_vec_free(&load->all_nodes.v[i]->post);
	}
	kmt_vec_free(&load->all_nodes);
	kmt_map_free(&load->nodes);
	kmt_map_free(&load->steps);
	kmt_modfacts_free(&load->facts);
}

int kmt_plan_load(const struct kmt_snapshot *snap, const struct kmt_load_request *req,
	struct kmt_plan *plan, struct kmt_err *err)
{
	struct kmt_load load = {.snap = snap, .req = req, .plan = plan, .err = err};
	int r = kmt_plan_start(plan, snap, req->no_config, err);

	if (r < 0)
		return r;
	for (size_t i = 0; !r && i < req->targets.n; i++)
		r = plan_target(&load, req->targets.v[i]);
	free_load(&load);
	if (r < 0)
		kmt_plan_free(plan);
	return r;
}

int kmt_plan_probe(const struct kmt_snapshot *snap, const struct kmt_lookup_match *match,
	const struct kmt_load_request *req, struct kmt_plan *plan, struct kmt_err *err)
{
	struct kmt_load load = {.snap = snap, .req = req, .plan = plan, .err = err, .all_visits = true};
	const struct kmt_load_reason reason = {.why = KMT_WHY_REQUESTED};
	int r;

	kmt_plan_start(plan, snap, true, NULL); /* as modprobe, with what of the configuration can be read */
	r = kmt_load_walk(&load, kmt_load_node_of_match(&load, match), &reason);
	free_load(&load);
	if (r < 0)
		kmt_plan_free(plan);
	return r;
}
