/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans and their outcomes on the command line: results on stdout, troubles on stderr. */
#include "change_priv.h"

#include <json.h>

#include <kmt/cmd/print.h>
#include <kmt/model/user_text.h>
#include <kmt/out/json.h>
#include <kmt/out/plan.h>
#include <kmt/out/rows.h>
#include <kmt/out/users.h>

static void put(FILE *out, const char *label, const char *text)
{
	fputs(label, out);
	kmt_put_text(out, text);
	fputc('\n', out);
}

static void get_way(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = kmt_way_name(((const struct kmt_way_row *)row)->way);
}

static void get_verdict(const void *row, void *ctx, struct kmt_cell *out)
{
	static const enum kmt_hue hues[] = {KMT_HUE_GOOD, KMT_HUE_BAD, KMT_HUE_WARN};
	enum kmt_verdict verdict = ((const struct kmt_way_row *)row)->verdict;

	out->s = kmt_verdict_name(verdict);
	out->hue = hues[verdict];
}

static void get_detail(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_way_row *)row)->detail;
}

static void get_fix(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_way_row *)row)->fix;
}

static const struct kmt_column way_columns[] = {
	{"way", "WAY", KMT_CELL_STRING, true, .whole = true, .help = "how the module could be loaded",
		.get = get_way},
	{"verdict", "VERDICT", KMT_CELL_STRING, true, .whole = true, .help = "closed, open or unknown",
		.get = get_verdict},
	{"detail", "DETAIL", KMT_CELL_STRING, true, .help = "what was tried, and what blocks it",
		.get = get_detail},
	{"fix", "FIX", KMT_CELL_STRING, true, .help = "what can be done", .get = get_fix},
	{0},
};

static void block_json(const struct kmt_forecast *forecast, struct json_object *doc)
{
	struct json_object *all = json_object_new_array();
	const struct kmt_block_module *p;

	kmt_vec_foreach(p, &forecast->blocks) {
		for (size_t i = 0; p->proof.ways[0].detail && i < KMT_WAY_COUNT; i++) {
			const struct kmt_way_row *row = &p->proof.ways[i];
			struct json_object *o = json_object_new_object();

			json_object_object_add(o, "module", kmt_json_string(p->name));
			json_object_object_add(o, "way", kmt_json_string(kmt_way_name(row->way)));
			json_object_object_add(o, "verdict", kmt_json_string(kmt_verdict_name(row->verdict)));
			json_object_object_add(o, "detail", kmt_json_string(row->detail));
			json_object_object_add(o, "fix", kmt_json_string(row->fix));
			json_object_array_add(all, o);
		}
	}
	json_object_object_add(doc, "verify", all);
}

int kmt_change_print_ways(const struct kmt_change *c, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	const struct kmt_rows_options options = {.format = KMT_FORMAT_TABLE};
	const struct kmt_block_module *p;
	int r = kmt_select(way_columns, NULL, NULL, &sel, err);

	kmt_vec_foreach(p, &c->forecast.blocks) {
		const void *rows[KMT_WAY_COUNT];

		for (size_t i = 0; i < KMT_WAY_COUNT; i++)
			rows[i] = &p->proof.ways[i];
		if (r || !p->proof.ways[0].detail)
			continue;
		printf("%s\n", p->name);
		r = kmt_rows_print(&(struct kmt_rows){.columns = way_columns, .rows = rows, .n = KMT_WAY_COUNT}, &sel,
			&options, &c->env->style, stdout, err);
	}
	return r;
}

void kmt_change_print_plan(const struct kmt_change *c)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_globals *g = &c->env->g;

	if (g->json) {
		struct json_object *doc = kmt_json_document();

		kmt_plan_json(&c->plan, doc);
		if (c->effects)
			json_object_object_add(doc, "effects", kmt_json_strings(c->effects));
		if (c->req->verify)
			block_json(&c->forecast, doc);
		kmt_cmd_print_document(c->env, doc);
		return;
	}
	if (g->raw)
		kmt_plan_raw(&c->plan, &text);
	else
		kmt_plan_text(&c->plan, &c->env->style, &text);
	fputs(kmt_strbuf_str(&text), stdout);
}

void kmt_change_print_diff(const struct kmt_change *c)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_plan_diff(&c->plan, &c->env->style, &text);
	fputs(kmt_strbuf_str(&text), stdout);
}

/* Told before it is done, not after. */
void kmt_change_print_warnings(const struct kmt_change *c)
{
	for (size_t i = 0; i < c->plan.warnings.n && !c->env->g.quiet; i++)
		put(stderr, "kmtool: warning: ", c->plan.warnings.v[i]);
}

void kmt_change_print_effects(const struct kmt_change *c)
{
	if (c->env->g.json || c->env->g.raw || c->env->g.quiet)
		return;
	for (size_t i = 0; c->effects && i < c->effects->n; i++)
		put(stdout, "", c->effects->v[i]);
}

void kmt_change_print_again(const struct kmt_change *c)
{
	if (!c->env->g.quiet)
		fputs("kmtool: note: another program changed the configuration meanwhile: planned again\n", stderr);
}

static void print_json(const struct kmt_change *c, const struct kmt_outcome *o)
{
	struct json_object *doc = kmt_json_document();

	kmt_outcome_json(&c->plan, &c->report, o, c->effects, doc);
	if (c->req->verify)
		block_json(&c->forecast, doc);
	kmt_cmd_print_document(c->env, doc);
}

void kmt_change_print_nothing(const struct kmt_change *c)
{
	static const struct kmt_outcome done;

	if (c->env->g.json)
		print_json(c, &done);
	else if (!c->env->g.quiet && !c->env->g.raw)
		puts("nothing to do: already configured");
}

static void print_raw(const struct kmt_change *c)
{
	for (size_t i = 0; i < c->plan.steps.n; i++) {
		const struct kmt_step *step = &c->plan.steps.v[i];

		printf("%s\t%s\t", kmt_step_outcome_name(c->report.results.v[i].outcome),
			kmt_step_kind_name(step->kind));
		put(stdout, "", step->device ? kmt_step_device_name(step) : step->module ? step->module : "-");
	}
}

static void print_steps(const struct kmt_change *c, const struct kmt_outcome *o)
{
	const struct kmt_outcome_line *line;

	kmt_vec_foreach(line, &o->lines) {
		if (line->role == KMT_OUTCOME_STEP || line->role == KMT_OUTCOME_SKIPPED)
			put(stdout, "", line->text);
	}
}

/* The error and its hint are left to main.c. */
static void print_trouble(const struct kmt_change *c, const struct kmt_outcome_line *line)
{
	switch (line->role) {
	case KMT_OUTCOME_WARNING:
	case KMT_OUTCOME_MISMATCH:
		kmt_diag_add(&c->env->diag, NULL, "%s", line->text);
		break;
	case KMT_OUTCOME_LOG_DONE:
		if (!c->env->g.verbose)
			break;
		/* fallthrough */
	case KMT_OUTCOME_LOG:
		put(stderr, "kernel: ", line->text);
		break;
	case KMT_OUTCOME_NOTE:
		put(stderr, "kmtool: note: ", line->text);
		break;
	case KMT_OUTCOME_USER:
		if (c->env->g.json)
			break;
		/* fallthrough */
	case KMT_OUTCOME_UNDONE:
	case KMT_OUTCOME_UNDO_FAILED:
		put(stderr, "", line->text);
		break;
	default:
		break;
	}
}

void kmt_change_print_outcome(const struct kmt_change *c, const struct kmt_outcome *o)
{
	const struct kmt_globals *g = &c->env->g;
	const struct kmt_outcome_line *line;

	if (g->json)
		print_json(c, o);
	else if (g->raw && !g->quiet)
		print_raw(c);
	else if (!g->quiet)
		print_steps(c, o);
	fflush(stdout); /* what was done comes before what was not */
	kmt_vec_foreach(line, &o->lines)
		print_trouble(c, line);
	if (o->verdict == KMT_OUTCOME_DONE)
		kmt_change_print_effects(c);
}

void kmt_change_print_users(struct kmt_change *c)
{
	const struct kmt_procmod *mod = c->forecast.in_use;
	struct kmt_strv lines = {0};
	struct kmt_users users;

	kmt_users_find(&c->snap, mod, &users);
	if (c->env->g.json) {
		struct json_object *doc = kmt_json_document();

		kmt_users_add_json(doc, &users, mod->name, NULL);
		kmt_cmd_print_document(c->env, doc);
	} else {
		kmt_users_lines(&users, mod->name, &c->arena, &lines);
	}
	for (size_t i = 0; i < lines.n; i++)
		put(stderr, "", lines.v[i]);
	kmt_vec_free(&lines);
	kmt_users_free(&users);
}
