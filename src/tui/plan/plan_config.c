/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to set parameters, and to keep modules out, planned as the command line plans them. */
#include "plan_priv.h"

#include <kmt/model/modfacts.h>
#include <kmt/plan/effects.h>
#include <kmt/plan/options.h>
#include <kmt/plan/params.h>

#define WAYS_INDENT 24 /* behind the name of a way and its verdict */

/* Sets ARGS now, as far as the request wants it, and in the configuration. */
static int set_all(struct kmt_planning *p, const struct kmt_modfacts *f, const struct kmt_strv *args)
{
	static const struct kmt_strv none;
	struct kmt_plan_view *v = p->v;
	const struct kmt_option_edit edit = {.module = f->module.name, .builtin = f->module.builtin,
		.set = args, .unset = &none, .version = p->machine->version};
	int r = kmt_modfacts_check_params(f, args, p->err);

	if (!r && p->request->now)
		r = kmt_plan_params(f, args, p->request->save, &v->effects, &v->plan, p->err);
	if (!r && p->request->save)
		return kmt_plan_options(&v->snap, &edit, &v->effects, &v->plan, p->err);
	if (!r)
		kmt_vec_push(&v->effects, kmt_arena_printf(&v->arena,
						  f->module.builtin ? "It lasts until the machine is started again."
							     : "It lasts until %s is unloaded.",
						  f->module.name));
	return r;
}

static int plan_set(struct kmt_planning *p)
{
	kmt_autofree char *arg = kmt_asprintf("%s=%s", p->request->param, p->request->params);
	struct kmt_modfacts facts = {0};
	struct kmt_strv args = {0};
	int r = kmt_modfacts_find(&facts, &p->v->snap, p->request->target, p->err);

	kmt_vec_push(&args, arg);
	if (!r)
		r = set_all(p, &facts, &args);
	kmt_vec_free(&args);
	kmt_modfacts_free(&facts);
	return r;
}

static void words_set(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	kmt_plan_word(v, "params");
	kmt_plan_machine(v, machine);
	if (r->save)
		kmt_plan_word(v, r->now ? "--save" : "--save-only");
	kmt_plan_word(v, r->target);
	kmt_vec_push(&v->words, kmt_arena_printf(&v->arena, "%s=%s", r->param, r->params));
}

static void title_set(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "set %s.%s=%s", r->target, r->param, r->params);
}

static int plan_unset(struct kmt_planning *p)
{
	static const struct kmt_strv none;
	struct kmt_modfacts facts = {0};
	struct kmt_strv unset = {0};
	struct kmt_option_edit edit = {.set = &none, .unset = &unset,
		.file = *p->request->file ? p->request->file : NULL, .version = p->machine->version};
	int r = kmt_modfacts_find(&facts, &p->v->snap, p->request->target, p->err);

	kmt_vec_push(&unset, p->request->param);
	if (!r) {
		edit.module = facts.module.name;
		edit.builtin = facts.module.builtin;
		r = kmt_plan_options(&p->v->snap, &edit, &p->v->effects, &p->v->plan, p->err);
	}
	kmt_vec_free(&unset);
	kmt_modfacts_free(&facts);
	return r;
}

static void words_unset(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	kmt_plan_word(v, "params");
	kmt_plan_machine(v, machine);
	kmt_plan_word(v, r->target);
	kmt_plan_word(v, "--unset");
	kmt_plan_word(v, r->param);
	if (*r->file) {
		kmt_plan_word(v, "--file");
		kmt_plan_word(v, r->file);
	}
}

static void title_unset(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "do not set %s.%s any more", r->target, r->param);
}

static int plan_block(struct kmt_planning *p)
{
	struct kmt_plan_view *v = p->v;
	int r = 0;

	for (size_t i = 0; !r && i < kmt_request_count(p->request); i++) {
		struct kmt_block_module block = {0};

		r = kmt_block_name(&v->snap, kmt_request_target(p->request, i), block.name, p->err);
		if (!r)
			r = kmt_plan_block(&v->snap, block.name, &v->plan, p->err);
		kmt_vec_push(&p->blocks, block);
	}
	return r ? r
		 : kmt_block_prove_plan(&v->snap, p->machine->version, true, &v->plan, p->blocks.v,
			   p->blocks.n, p->err);
}

static void tell_way(struct kmt_doc *doc, const struct kmt_way_row *way)
{
	static const enum kmt_role roles[] = {
		[KMT_VERDICT_CLOSED] = KMT_ROLE_TEXT,
		[KMT_VERDICT_OPEN] = KMT_ROLE_WARN,
		[KMT_VERDICT_UNKNOWN] = KMT_ROLE_DIM,
	};
	kmt_autofree char *label =
		kmt_asprintf("%-14s %s", kmt_way_name(way->way), kmt_verdict_name(way->verdict));

	kmt_doc_wrap(doc, label, WAYS_INDENT, roles[way->verdict], way->detail);
	if (way->fix)
		kmt_doc_wrap(doc, "", WAYS_INDENT + 2, KMT_ROLE_DIM, way->fix);
}

/* Each way to the module: whether it is closed then, and what can be done if not. */
static void tell_block(struct kmt_planning *p)
{
	const struct kmt_block_module *block;

	kmt_vec_foreach(block, &p->blocks) {
		if (!block->proof.ways[0].detail)
			continue;
		if (p->blocks.n > 1) {
			kmt_doc_line(&p->v->doc, NULL);
			kmt_doc_add(&p->v->doc, KMT_ROLE_NAME, block->name);
		}
		for (size_t i = 0; i < KMT_WAY_COUNT; i++)
			tell_way(&p->v->doc, &block->proof.ways[i]);
	}
}

static void words_block(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	kmt_plan_word(v, "block");
	kmt_plan_machine(v, machine);
	kmt_plan_word(v, "--verify");
	kmt_plan_targets(v, r);
}

static void title_block(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_request_title_targets(r, "block", out);
}

static int plan_unblock(struct kmt_planning *p)
{
	struct kmt_plan_view *v = p->v;
	int r = 0;

	for (size_t i = 0; !r && i < kmt_request_count(p->request); i++) {
		const char *name = kmt_request_target(p->request, i);

		r = kmt_plan_unblock(&v->snap, name, &v->plan, p->err);
		if (!r && v->plan.steps.n)
			kmt_effects_initramfs(&v->snap, name, &v->plan.arena, &v->effects);
	}
	return r;
}

static void words_unblock(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	kmt_plan_word(v, "unblock");
	kmt_plan_machine(v, machine);
	kmt_plan_targets(v, r);
}

static void title_unblock(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_request_title_targets(r, "unblock", out);
}

const struct kmt_request_kind_def kmt_request_set = {
	.parts = KMT_PARTS_CONFIG,
	.plan = plan_set,
	.words = words_set,
	.title = title_set,
};

const struct kmt_request_kind_def kmt_request_unset = {
	.parts = KMT_PARTS_CONFIG,
	.plan = plan_unset,
	.words = words_unset,
	.title = title_unset,
};

const struct kmt_request_kind_def kmt_request_block = {
	.parts = KMT_PARTS_CONFIG,
	.plan = plan_block,
	.words = words_block,
	.tell = tell_block,
	.title = title_block,
};

const struct kmt_request_kind_def kmt_request_unblock = {
	.parts = KMT_PARTS_CONFIG,
	.plan = plan_unblock,
	.words = words_unblock,
	.title = title_unblock,
};
