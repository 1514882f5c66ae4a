/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameter string of a step: configuration, kernel command line, request, in this order. */
#include "keep_priv.h"
#include "load_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/model/config.h>
#include <kmt/plan/params.h>
#include <kmt/sys/paths.h>

struct parts {
	KMT_VEC(struct kmt_step_part) v;
};

/* For people: without the blanks around it that configuration lines may have. */
static const char *trimmed(struct kmt_arena *arena, const char *s)
{
	size_t n;

	s += strspn(s, " ");
	n = strlen(s);
	while (n && s[n - 1] == ' ')
		n--;
	return kmt_arena_strndup(arena, s, n);
}

static void add_part(
	struct kmt_load *load, const char *text, const struct kmt_origin *origin, struct parts *parts)
{
	struct kmt_arena *arena = &load->plan->arena;
	struct kmt_step_part part = {.text = trimmed(arena, text)};

	if (origin) {
		part.origin = *origin;
		part.origin.file = kmt_load_own(load, origin->file);
	}
	if (*part.text)
		kmt_vec_push(&parts->v, part);
}

static void add_text(struct kmt_strbuf *params, const char *text)
{
	if (params->len)
		kmt_strbuf_addc(params, ' ');
	kmt_strbuf_addstr(params, text);
}

/* As on modprobe's command line: a value with a blank in it is put between quotes, if it is not yet. */
static const char *quoted(struct kmt_arena *arena, const char *arg)
{
	const char *value = strchr(arg, '=');

	if (!value || value[1] == '"' || value[1] == '\'' || !strchr(value, ' '))
		return arg;
	return kmt_arena_printf(arena, "%.*s=\"%s\"", (int)(value - arg), arg, value + 1);
}

/* After load->facts were read: -ESTALE if that was another file than the one that STEP, an insertion, has. */
static int check_facts(struct kmt_load *load, const struct kmt_step *step)
{
	const struct kmt_modfacts *f = &load->facts;

	if (!step->file || !f->has_file || kmt_step_file_same(&step->file->st, kmt_kofile_status(f->ko)))
		return 0;
	return kmt_err_set(load->err, KMT_ERR_FAILED, ESTALE, "%s%s changed while it was read",
		load->snap->root->path, f->module.path);
}

static int check_request(struct kmt_load *load, const struct kmt_load_node *node, const struct kmt_step *step)
{
	const struct kmt_modref ref = {.name = node->name, .path = node->module->path};
	struct kmt_modfacts *f = &load->facts;
	int r = kmt_modfacts_read(f, load->snap, &ref, KMT_FACTS_PARAMS, load->err);

	if (!r)
		r = check_facts(load, step);
	if (!r)
		r = kmt_err_copy(load->err, &f->params_err);
	return r ? r : kmt_plan_check_params(f, &load->req->params, load->plan, load->err);
}

static int add_requested(struct kmt_load *load, const struct kmt_load_node *node, const struct kmt_step *step,
	struct kmt_strbuf *params, struct parts *parts)
{
	const struct kmt_strv *asked = &load->req->params;

	if (asked->n && !load->req->skip_param_check && node->module && !node->module->builtin) {
		int r = check_request(load, node, step);

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < asked->n; i++) {
		const char *text = quoted(&load->plan->arena, asked->v[i]);

		add_text(params, text);
		add_part(load, text, NULL, parts);
	}
	return 0;
}

static void add_configured(struct kmt_load *load, const struct kmt_load_node *node,
	struct kmt_strbuf *params, struct parts *parts)
{
	struct kmt_config_options options = {0};
	const struct kmt_config_option *option;

	kmt_config_options(load->snap, node->name, node->alias, &options);
	kmt_vec_foreach(option, &options.rows) {
		add_text(params, option->text);
		add_part(load, option->text, &option->origin, parts);
	}
	kmt_config_options_free(&options);
}

/* Of a module that is loaded again: the values that it has now, and which of them change. */
static int add_kept(struct kmt_load *load, const struct kmt_load_node *node, const struct kmt_step *step,
	struct kmt_strbuf *params, struct parts *parts)
{
	const struct kmt_modref ref = {.name = node->name, .path = node->module->path, .alias = node->alias};
	struct kmt_arena *arena = &load->plan->arena;
	struct kmt_sysparams live = {0};
	struct kmt_strv words = {0};
	const struct kmt_keep keep = {&load->facts, &live, node == load->target ? &load->req->params : NULL};
	int r = kmt_modfacts_read(&load->facts, load->snap, &ref, KMT_FACTS_PARAMS | KMT_FACTS_CONFIG, load->err);

	if (r == -ENODATA) {
		kmt_err_clear(load->err);
		r = 0;
	}
	if (!r)
		r = check_facts(load, step);
	if (!r) {
		kmt_sysmodule_params(load->snap->root, node->name, arena, &live);
		kmt_keep_values(&keep, arena, &words, &load->plan->warnings);
	}
	for (size_t i = 0; i < words.n; i++) {
		add_text(params, words.v[i]);
		kmt_vec_push(&parts->v, (struct kmt_step_part){.text = words.v[i], .kept = true});
	}
	kmt_vec_free(&words);
	if (!r && node == load->target)
		r = add_requested(load, node, step, params, parts);
	if (!r)
		kmt_keep_compare(&keep, parts->v.v, parts->v.n, arena);
	kmt_sysparams_free(&live);
	return r;
}

static bool takes_place(const struct kmt_load *load, const struct kmt_load_node *node)
{
	return load->req->before && node->module && kmt_snapshot_loaded(load->req->before, node->name);
}

int kmt_load_params(struct kmt_load *load, const struct kmt_load_node *node, struct kmt_step *step)
{
	struct kmt_arena *arena = &load->plan->arena;
	kmt_autostrbuf struct kmt_strbuf params = KMT_STRBUF_INIT;
	struct parts parts = {0};
	struct kmt_step_part *copy;
	int r = 0;

	if (!load->req->no_config)
		add_configured(load, node, &params, &parts);
	if (takes_place(load, node))
		r = add_kept(load, node, step, &params, &parts);
	else if (node == load->target)
		r = add_requested(load, node, step, &params, &parts);
	while (!load->all_visits && params.len && params.s[params.len - 1] == ' ')
		kmt_strbuf_truncate(&params, params.len - 1);
	step->params = kmt_arena_strdup(arena, kmt_strbuf_str(&params));
	if (parts.v.n) {
		copy = kmt_arena_alloc(arena, parts.v.n * sizeof(*copy));
		memcpy(copy, parts.v.v, parts.v.n * sizeof(*copy));
		step->parts = copy;
		step->n_parts = parts.v.n;
	}
	kmt_vec_free(&parts.v);
	return r;
}

void kmt_load_params_lost(struct kmt_load *load, const struct kmt_load_node *node, enum kmt_skip skip)
{
	for (size_t i = 0; i < load->req->params.n; i++) {
		const char *arg = load->req->params.v[i];

		if (skip == KMT_SKIP_BUILTIN)
			kmt_load_warn(load,
				"%s has no effect: %s is built in; put %s.%s on the kernel command line", arg,
				node->name, node->name, arg);
		else
			kmt_load_warn(load,
				"%s has no effect: %s is loaded already; unload it first, or write to "
				KMT_PATH_SYS_MODULE "/%s/parameters", arg, node->name, node->name);
	}
}
