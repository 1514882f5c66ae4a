/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to load, unload and reload, planned as the command line plans them. */
#include "plan_priv.h"

#include <stdlib.h>

#include <kmt/plan/load.h>
#include <kmt/plan/reload.h>
#include <kmt/plan/unload.h>

static int plan_load(struct kmt_planning *p)
{
	struct kmt_plan_view *v = p->v;
	struct kmt_load_request load = {0};
	int r;

	for (size_t i = 0; i < kmt_request_count(p->request); i++)
		kmt_vec_push(&load.targets, kmt_request_target(p->request, i));
	kmt_plan_split(p->request->params, &v->arena, &load.params);
	r = kmt_plan_load(&v->snap, &load, &v->plan, p->err);
	kmt_vec_free(&load.targets);
	kmt_vec_free(&load.params);
	return r;
}

static void words_load(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	kmt_plan_word(v, "load");
	kmt_plan_targets(v, r);
	kmt_plan_split(r->params, &v->arena, &v->words);
}

static void title_load(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_request_title_targets(r, "load", out);
	if (*r->params)
		kmt_strbuf_addf(out, " with %s", r->params);
}

static void warn_unload(struct kmt_planning *p)
{
	kmt_plan_unload_warn(&p->v->snap, p->machine->root->is_host ? getenv("SSH_CONNECTION") : NULL,
		&p->v->plan);
}

static int plan_unload(struct kmt_planning *p)
{
	struct kmt_plan_view *v = p->v;
	struct kmt_unload_request unload = {
		.dependents = p->request->dependents, .unused_deps = p->request->unused_deps};
	int r;

	for (size_t i = 0; i < kmt_request_count(p->request); i++)
		kmt_vec_push(&unload.targets, kmt_request_target(p->request, i));
	r = kmt_plan_unload(&v->snap, &unload, &v->plan, &p->in_use, p->err);
	if (!r)
		warn_unload(p);
	kmt_vec_free(&unload.targets);
	return r;
}

static void words_unload(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	kmt_plan_word(v, "unload");
	if (r->dependents)
		kmt_plan_word(v, "--dependents");
	if (r->unused_deps)
		kmt_plan_word(v, "--unused-deps");
	kmt_plan_targets(v, r);
}

static void title_unload(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_request_title_targets(r, "unload", out);
	if (r->dependents)
		kmt_strbuf_addstr(out, ", with all that uses it");
	if (r->unused_deps)
		kmt_strbuf_addstr(out, ", with what is unused then");
}

static int plan_reload(struct kmt_planning *p)
{
	struct kmt_plan_view *v = p->v;
	struct kmt_reload_request reload = {.target = p->request->target,
		.dependents = p->request->dependents, .version = p->machine->version};
	int r;

	kmt_plan_split(p->request->params, &v->arena, &reload.params);
	r = kmt_plan_reload(&v->snap, &reload, &v->plan, &p->in_use, p->err);
	if (!r)
		warn_unload(p);
	kmt_vec_free(&reload.params);
	return r;
}

static void words_reload(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	struct kmt_strv holders = {0};

	words_unload(v, machine, r);
	kmt_vec_push(&v->words, NULL);
	words_load(v, machine, r);
	kmt_reload_holders(&v->snap, &v->plan, &holders);
	if (holders.n) {
		kmt_vec_push(&v->words, NULL);
		kmt_plan_word(v, "load");
	}
	for (size_t i = 0; i < holders.n; i++)
		kmt_plan_word(v, holders.v[i]);
	kmt_vec_free(&holders);
}

static void title_reload(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "reload %s", r->target);
	if (*r->params)
		kmt_strbuf_addf(out, " with %s", r->params);
	if (r->dependents)
		kmt_strbuf_addstr(out, ", with all that uses it");
}

const struct kmt_request_kind_def kmt_request_load = {
	.parts = KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG,
	.plan = plan_load,
	.words = words_load,
	.title = title_load,
};

const struct kmt_request_kind_def kmt_request_unload = {
	.parts = KMT_PARTS_CONFIG,
	.plan = plan_unload,
	.words = words_unload,
	.title = title_unload,
};

const struct kmt_request_kind_def kmt_request_reload = {
	.parts = KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG,
	.plan = plan_reload,
	.words = words_reload,
	.title = title_reload,
};
