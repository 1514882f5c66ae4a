/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_priv.h"

#include <string.h>

#include <kmt/base/shell.h>
#include <kmt/explain/user_text.h>
#include <kmt/out/plan.h>

#define FURTHER 10     /* columns that further lines of a step are indented by */
#define WAYS_INDENT 24 /* behind the name of a way and its verdict */

void kmt_plan_view_free(struct kmt_plan_view *v)
{
	kmt_doc_free(&v->doc);
	kmt_strbuf_free(&v->raw);
	kmt_vec_free(&v->words);
	kmt_strbuf_free(&v->command);
	kmt_forecast_free(&v->forecast);
	kmt_plan_free(&v->plan);
	if (v->has_snap)
		kmt_snapshot_free(&v->snap);
	kmt_diag_clear(&v->diag);
	kmt_arena_free(&v->arena);
	*v = (struct kmt_plan_view){0};
}

void kmt_plan_view_line(struct kmt_doc *doc, enum kmt_role role, const char *text)
{
	size_t indent = strspn(text, " ");

	kmt_doc_wrap(doc, "", (int)indent, role, text + indent);
}

static void tell_users(struct kmt_plan_view *v)
{
	struct kmt_strv lines = {0};
	struct kmt_users users;

	kmt_users_find(&v->snap, v->forecast.in_use, &users);
	kmt_users_lines(&users, v->forecast.in_use->name, &v->arena, &lines);
	for (size_t i = 0; i < lines.n; i++)
		kmt_plan_view_line(&v->doc, KMT_ROLE_TEXT, lines.v[i]);
	kmt_vec_free(&lines);
	kmt_users_free(&users);
}

void kmt_plan_view_error(struct kmt_plan_view *v, const struct kmt_err *err)
{
	kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_BAD, err->msg);
	if (err->hint)
		kmt_doc_wrap(&v->doc, "", 2, KMT_ROLE_TEXT, err->hint);
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
static void tell_proofs(struct kmt_plan_view *v)
{
	const struct kmt_block_module *block;

	kmt_vec_foreach(block, &v->forecast.blocks) {
		if (!block->proof.ways[0].detail)
			continue;
		if (v->forecast.blocks.n > 1) {
			kmt_doc_line(&v->doc, NULL);
			kmt_doc_add(&v->doc, KMT_ROLE_NAME, block->name);
		}
		for (size_t i = 0; i < KMT_WAY_COUNT; i++)
			tell_way(&v->doc, &block->proof.ways[i]);
	}
}

/* The same lines as `kmtool --dry-run`. */
static void tell_plan(struct kmt_plan_view *v)
{
	struct kmt_lines lines = {0};

	kmt_plan_lines(&v->plan, &lines);
	kmt_doc_lines(&v->doc, &lines, FURTHER);
	kmt_lines_free(&lines);
	kmt_plan_raw(&v->plan, &v->raw);
	/* Of a file that is written it names only the path. */
	kmt_plan_diff(&v->plan, NULL, &v->raw);
	for (size_t i = 0; i < v->forecast.effects.n; i++)
		kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_DIM, v->forecast.effects.v[i]);
	tell_proofs(v);
}

static void make_command(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *request)
{
	kmt_request_words(request, machine, &v->snap, &v->plan, &v->arena, &v->words);
	kmt_strbuf_addstr(&v->command, "kmtool");
	for (size_t i = 0; i < v->words.n; i++) {
		if (v->words.v[i])
			kmt_shell_add(&v->command, v->words.v[i]);
		else
			kmt_strbuf_addstr(&v->command, " && kmtool");
	}
}

void kmt_plan_view_make(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, int width)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r;

	kmt_plan_view_free(v);
	v->doc.width = width;
	r = kmt_snapshot_take(
		&v->snap, machine->root, machine->version, kmt_request_parts(request), &v->diag, &err);
	v->has_snap = !r;
	if (!r)
		r = kmt_request_plan(request, machine, &v->snap, &v->plan, &v->forecast, &err);
	make_command(v, machine, request);
	if (r) {
		kmt_plan_view_error(v, &err);
		if (v->forecast.in_use)
			tell_users(v);
	} else {
		tell_plan(v);
	}
	kmt_doc_line(&v->doc, NULL);
	kmt_doc_wrap(&v->doc, "= ", 2, KMT_ROLE_DIM, kmt_strbuf_str(&v->command));
	if (!r)
		v->how = kmt_plan_view_how(v, machine);
}
