/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each kind of request plans, by the planners of the command line, and the command that is the same. */
#include "plan_priv.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/model/paramfacts.h>
#include <kmt/plan/effects.h>
#include <kmt/plan/load.h>
#include <kmt/plan/options.h>
#include <kmt/plan/params.h>
#include <kmt/plan/reload.h>
#include <kmt/plan/unload.h>

#define WAYS_INDENT 24 /* behind the name of a way and its verdict */
#define PARTS_CONFIG (KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG)

/* The words of a line of parameters: blanks inside of double quotes do not end one. */
static void split(const char *line, struct kmt_arena *arena, struct kmt_strv *out)
{
	while (*line) {
		bool quoted = false;
		size_t n = 0;

		line += strspn(line, " ");
		for (; line[n] && (quoted || line[n] != ' '); n++)
			if (line[n] == '"')
				quoted = !quoted;
		if (n)
			kmt_vec_push(out, kmt_arena_strndup(arena, line, n));
		line += n;
	}
}

static void add_word(struct kmt_plan_view *v, const char *word)
{
	kmt_vec_push(&v->words, kmt_arena_strdup(&v->arena, word));
}

/* Configuration can be edited below any root, for any kernel: the command has to name them. */
static void add_machine(struct kmt_plan_view *v, const struct kmt_machine *machine)
{
	if (!machine->root->is_host) {
		add_word(v, "--root");
		add_word(v, machine->root->path);
	}
	if (machine->version) {
		add_word(v, "--kernel");
		add_word(v, machine->version);
	}
}

static int plan_load(struct kmt_planning *p)
{
	struct kmt_plan_view *v = p->v;
	struct kmt_load_request load = {0};
	int r;

	kmt_vec_push(&load.targets, p->request->target);
	split(p->request->params, &v->arena, &load.params);
	r = kmt_plan_load(&v->snap, &load, &v->plan, p->err);
	kmt_vec_free(&load.targets);
	kmt_vec_free(&load.params);
	return r;
}

static void words_load(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	add_word(v, "load");
	add_word(v, r->target);
	split(r->params, &v->arena, &v->words);
}

static void title_load(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "load %s", r->target);
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

	kmt_vec_push(&unload.targets, p->request->target);
	r = kmt_plan_unload(&v->snap, &unload, &v->plan, &p->in_use, p->err);
	if (!r)
		warn_unload(p);
	kmt_vec_free(&unload.targets);
	return r;
}

static void words_unload(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	add_word(v, "unload");
	if (r->dependents)
		add_word(v, "--dependents");
	if (r->unused_deps)
		add_word(v, "--unused-deps");
	add_word(v, r->target);
}

static void title_unload(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "unload %s", r->target);
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

	split(p->request->params, &v->arena, &reload.params);
	r = kmt_plan_reload(&v->snap, &reload, &v->plan, &p->in_use, p->err);
	if (!r)
		warn_unload(p);
	kmt_vec_free(&reload.params);
	return r;
}

static void words_reload(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	bool holders = false;

	words_unload(v, machine, r);
	kmt_vec_push(&v->words, NULL);
	words_load(v, machine, r);
	for (size_t i = v->plan.steps.n; i-- > 0;) {
		const struct kmt_step *step = &v->plan.steps.v[i];

		if (step->kind != KMT_STEP_REMOVE || step->why != KMT_WHY_HOLDER)
			continue;
		if (!holders) {
			kmt_vec_push(&v->words, NULL);
			add_word(v, "load");
		}
		holders = true;
		add_word(v, step->module);
	}
}

static void title_reload(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "reload %s", r->target);
	if (*r->params)
		kmt_strbuf_addf(out, " with %s", r->params);
	if (r->dependents)
		kmt_strbuf_addstr(out, ", with all that uses it");
}

/* Sets ARGS now, as far as the request wants it, and in the configuration. */
static int set_all(struct kmt_planning *p, const struct kmt_paramfacts *f, const struct kmt_strv *args)
{
	static const struct kmt_strv none;
	struct kmt_plan_view *v = p->v;
	const struct kmt_params_target target = {.module = f->name, .in_kernel = f->loaded || f->builtin,
		.builtin = f->builtin, .list = &f->list};
	const struct kmt_option_edit edit = {.module = f->name, .builtin = f->builtin, .set = args,
		.unset = &none, .version = p->machine->version};
	int r = kmt_paramfacts_check(f, args, p->err);

	if (!r && p->request->now)
		r = kmt_plan_params(&target, args, p->request->save, &v->effects, &v->plan, p->err);
	if (!r && p->request->save)
		return kmt_plan_options(&v->snap, &edit, &v->effects, &v->plan, p->err);
	if (!r)
		kmt_vec_push(&v->effects, kmt_arena_printf(&v->arena,
						  f->builtin ? "It lasts until the machine is started again."
							     : "It lasts until %s is unloaded.", f->name));
	return r;
}

static int plan_set(struct kmt_planning *p)
{
	kmt_autofree char *arg = kmt_asprintf("%s=%s", p->request->param, p->request->params);
	struct kmt_paramfacts facts;
	struct kmt_strv args = {0};
	int r = kmt_paramfacts_read(&p->v->snap, p->request->target, &facts, p->err);

	kmt_vec_push(&args, arg);
	if (!r)
		r = set_all(p, &facts, &args);
	kmt_vec_free(&args);
	kmt_paramfacts_free(&facts);
	return r;
}

static void words_set(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	add_word(v, "params");
	add_machine(v, machine);
	if (r->save)
		add_word(v, r->now ? "--save" : "--save-only");
	add_word(v, r->target);
	kmt_vec_push(&v->words, kmt_arena_printf(&v->arena, "%s=%s", r->param, r->params));
}

static void title_set(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "set %s.%s=%s", r->target, r->param, r->params);
}

static int plan_unset(struct kmt_planning *p)
{
	static const struct kmt_strv none;
	struct kmt_paramfacts facts;
	struct kmt_strv unset = {0};
	struct kmt_option_edit edit = {.set = &none, .unset = &unset,
		.file = *p->request->file ? p->request->file : NULL, .version = p->machine->version};
	int r = kmt_paramfacts_read(&p->v->snap, p->request->target, &facts, p->err);

	kmt_vec_push(&unset, p->request->param);
	if (!r) {
		edit.module = facts.name;
		edit.builtin = facts.builtin;
		r = kmt_plan_options(&p->v->snap, &edit, &p->v->effects, &p->v->plan, p->err);
	}
	kmt_vec_free(&unset);
	kmt_paramfacts_free(&facts);
	return r;
}

static void words_unset(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	add_word(v, "params");
	add_machine(v, machine);
	add_word(v, r->target);
	add_word(v, "--unset");
	add_word(v, r->param);
	if (*r->file) {
		add_word(v, "--file");
		add_word(v, r->file);
	}
}

static void title_unset(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "do not set %s.%s any more", r->target, r->param);
}

static int plan_block(struct kmt_planning *p)
{
	struct kmt_plan_view *v = p->v;
	int r = kmt_block_name(&v->snap, p->request->target, p->block.name, p->err);

	if (!r)
		r = kmt_plan_block(&v->snap, p->block.name, &v->plan, p->err);
	return r ? r : kmt_block_prove_plan(&v->snap, p->machine->version, true, &v->plan, &p->block, 1, p->err);
}

/* Each way to the module: whether it is closed then, and what can be done if not. */
static void tell_block(struct kmt_planning *p)
{
	static const enum kmt_role roles[] = {
		[KMT_VERDICT_CLOSED] = KMT_ROLE_TEXT,
		[KMT_VERDICT_OPEN] = KMT_ROLE_WARN,
		[KMT_VERDICT_UNKNOWN] = KMT_ROLE_DIM,
	};
	struct kmt_doc *doc = &p->v->doc;

	for (size_t i = 0; p->block.proof.ways[0].detail && i < KMT_WAY_COUNT; i++) {
		const struct kmt_way_row *way = &p->block.proof.ways[i];
		kmt_autofree char *label = kmt_asprintf(
			"%-14s %s", kmt_way_name(way->way), kmt_verdict_name(way->verdict));

		kmt_doc_wrap(doc, label, WAYS_INDENT, roles[way->verdict], way->detail);
		if (way->fix)
			kmt_doc_wrap(doc, "", WAYS_INDENT + 2, KMT_ROLE_DIM, way->fix);
	}
}

static void words_block(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	add_word(v, "block");
	add_machine(v, machine);
	add_word(v, "--verify");
	add_word(v, r->target);
}

static void title_block(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "block %s", r->target);
}

static int plan_unblock(struct kmt_planning *p)
{
	struct kmt_plan_view *v = p->v;
	int r = kmt_plan_unblock(&v->snap, p->request->target, &v->plan, p->err);

	if (!r && v->plan.steps.n)
		kmt_effects_initramfs(&v->snap, p->request->target, &v->plan.arena, &v->effects);
	return r;
}

static void words_unblock(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r)
{
	add_word(v, "unblock");
	add_machine(v, machine);
	add_word(v, r->target);
}

static void title_unblock(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "unblock %s", r->target);
}

const struct kmt_request_kind_def kmt_request_kinds[KMT_REQUEST_COUNT] = {
	[KMT_REQUEST_LOAD] = {.parts = KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG,
		.plan = plan_load, .words = words_load, .title = title_load},
	[KMT_REQUEST_UNLOAD] = {.parts = PARTS_CONFIG, .plan = plan_unload, .words = words_unload,
		.title = title_unload},
	[KMT_REQUEST_RELOAD] = {.parts = KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG,
		.plan = plan_reload, .words = words_reload, .title = title_reload},
	[KMT_REQUEST_SET] = {.parts = PARTS_CONFIG, .plan = plan_set, .words = words_set,
		.title = title_set},
	[KMT_REQUEST_UNSET] = {.parts = PARTS_CONFIG, .plan = plan_unset, .words = words_unset,
		.title = title_unset},
	[KMT_REQUEST_BLOCK] = {.parts = PARTS_CONFIG, .plan = plan_block, .words = words_block,
		.tell = tell_block, .title = title_block},
	[KMT_REQUEST_UNBLOCK] = {.parts = PARTS_CONFIG, .plan = plan_unblock, .words = words_unblock,
		.title = title_unblock},
};

void kmt_request_title(const struct kmt_request *request, struct kmt_strbuf *out)
{
	kmt_request_kinds[request->kind].title(request, out);
}
