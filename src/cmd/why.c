/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool why`: why a module is loaded, or why it is not. */
#include <json.h>
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/why.h>
#include <kmt/out/json.h>
#include <kmt/out/modstate.h>

#include "cmds_priv.h"

#define NOTES (KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX)

/* Context of all columns: struct kmt_whys. */
static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_whys *)ctx)->module.name;
}

static void get_confidence(const void *row, void *ctx, struct kmt_cell *out)
{
	static const enum kmt_hue hues[KMT_CONFIDENCE_COUNT] = {
		[KMT_CONFIDENCE_HIGH] = KMT_HUE_GOOD,
		[KMT_CONFIDENCE_MEDIUM] = KMT_HUE_WARN,
		[KMT_CONFIDENCE_LOW] = KMT_HUE_DIM,
	};
	const struct kmt_evidence *e = row;

	out->s = kmt_confidence_name(e->confidence);
	out->hue = e->kind == KMT_EVIDENCE_BLOCKED ? KMT_HUE_BAD : hues[e->confidence];
}

static void get_kind(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = kmt_evidence_kind_name(((const struct kmt_evidence *)row)->kind);
}

static void get_evidence(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_evidence *)row)->text;
}

static void get_origin(const void *row, void *ctx, struct kmt_cell *out)
{
	kmt_cell_origin(&((const struct kmt_evidence *)row)->origin, &((struct kmt_whys *)ctx)->arena, out);
}

static const struct kmt_column why_columns[] = {
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true, .help = "its name", .get = get_module},
	{"confidence", "CONFIDENCE", KMT_CELL_STRING, true, .whole = true, .help = "high, medium or low",
		.get = get_confidence},
	{"kind", "KIND", KMT_CELL_STRING, true, .whole = true, .help = "where the evidence was found",
		.get = get_kind},
	{"evidence", "EVIDENCE", KMT_CELL_STRING, true, .help = "what was found", .get = get_evidence},
	{"origin", "WHERE", KMT_CELL_ORIGIN, true, .whole = true, .help = "the file and line, if there is one",
		.get = get_origin},
	{0},
};

/* There is one module. */
static bool is_telling(const void *row, const struct kmt_column *c, const struct kmt_cell *cell, void *ctx)
{
	return strcmp(c->name, "module") != 0;
}

static int print_json(
	struct kmt_env *env, struct kmt_whys *w, const struct kmt_rows *rows, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	int r = kmt_cmd_select(env, &sel, err);
	struct json_object *doc;

	if (r)
		return r;
	doc = kmt_json_document();
	json_object_object_add(doc, "module", kmt_json_string(w->module.name));
	json_object_object_add(doc, "state",
		kmt_json_string(kmt_modstate_word(w->loaded, w->module.path != NULL, w->module.builtin)));
	json_object_object_add(doc, "verdict", kmt_json_string(kmt_why_verdict_name(w->verdict)));
	json_object_object_add(doc, "answer", kmt_json_string(w->answer));
	json_object_object_add(doc, "evidence", kmt_rows_json(rows, &sel));
	json_object_object_add(doc, "missing", kmt_json_strings(&w->missing));
	kmt_cmd_print_document(env, doc);
	return 0;
}

static int print(struct kmt_env *env, struct kmt_whys *w, struct kmt_err *err)
{
	kmt_autofree const void **order = kmt_realloc_array(NULL, w->rows.n + 1, sizeof(*order));
	const struct kmt_rows rows = {
		.columns = why_columns, .rows = order, .n = w->rows.n, .ctx = w, .json_name = "evidence"};
	int r;

	for (size_t i = 0; i < rows.n; i++)
		order[i] = &w->rows.v[i];
	if (env->g.json)
		return print_json(env, w, &rows, err);
	r = kmt_cmd_print_telling(env, &rows, is_telling, err);
	if (!r && !env->g.raw) {
		kmt_put_text(stdout, w->answer);
		putchar('\n');
	}
	return r;
}

/* What could not be looked at matters where the answer is that there is nothing. */
static void print_notes(const struct kmt_env *env, const struct kmt_whys *w)
{
	if (w->verdict != KMT_WHY_UNEXPLAINED && w->verdict != KMT_WHY_UNASKED && w->verdict != KMT_WHY_LIKELY)
		return;
	for (size_t i = 0; i < w->missing.n; i++)
		kmt_note(env, "%s", w->missing.v[i]);
	if (w->hidden)
		kmt_note(env, "only root may look at the files of %zu process%s", w->hidden, w->hidden == 1 ? "" : "es");
}

static int run_why(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_snapshot snap;
	struct kmt_whys w;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r && env->argc > 1)
		return kmt_err_set(err, KMT_ERR_USAGE, 0, "one module at a time: '%s' is too much", env->argv[1]);
	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, env->g.kernel,
			KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG | (env->g.kernel ? 0 : KMT_SNAP_TREE_OPTIONAL),
			&env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &snap, NOTES);
	r = kmt_why_find(&snap, env->argv[0], &w, err);
	if (!r) {
		r = print(env, &w, err);
		print_notes(env, &w);
		if (!r && (w.verdict == KMT_WHY_UNEXPLAINED || (w.verdict == KMT_WHY_PENDING && w.running)))
			r = 1;
		kmt_whys_free(&w);
	}
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const examples[] = {"kmtool why loop", "what uses a module, and what loads it",
	"kmtool why nouveau", "the line that keeps a module from being loaded",
	"kmtool why --raw -o confidence,kind,evidence,origin xfs", "the same for a script", NULL};

const struct kmt_cmd kmt_cmd_why = {
	.name = "why",
	.summary = "Show why a module is loaded, or why it is not",
	.group = KMT_CMD_JUDGE,
	.operands = "NAME",
	.complete = KMT_COMPLETE_MODULE,
	.columns = why_columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_why,
};
