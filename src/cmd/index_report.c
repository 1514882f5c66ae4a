/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `kmtool index` says about the tree: findings as rows, JSON or warnings. */
#include "index_priv.h"

#include <errno.h>
#include <json.h>

#include <kmt/cmd/print.h>
#include <kmt/out/json.h>

/* How many findings of one kind are told to who did not ask for them. */
#define WARNINGS_MAX 20

static void get_kind(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_finding *f = row;

	out->s = kmt_finding_name(f->kind);
	out->hue = kmt_finding_is_problem(f->kind) ? KMT_HUE_BAD : KMT_HUE_NONE;
}

static void get_object(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_finding *)row)->object;
}

static void get_detail(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_finding *)row)->detail;
}

static void get_fix(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_finding *)row)->fix;
}

static void get_problem(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = kmt_finding_is_problem(((const struct kmt_finding *)row)->kind);
}

const struct kmt_column kmt_index_columns[] = {
	{.name = "finding", .header = "FINDING", .kind = KMT_CELL_STRING, .by_default = true, .whole = true,
		.help = "what is wrong, in one word",
		.get = get_kind},
	{.name = "object", .header = "OBJECT", .kind = KMT_CELL_STRING, .by_default = true,
		.help = "the file or module", .get = get_object},
	{.name = "detail", .header = "DETAIL", .kind = KMT_CELL_STRING, .by_default = true,
		.help = "what exactly, or the symbol", .get = get_detail},
	{.name = "fix", .header = "FIX", .kind = KMT_CELL_STRING, .by_default = true,
		.help = "the command or the step that mends it", .get = get_fix},
	{.name = "problem", .header = "PROBLEM", .kind = KMT_CELL_BOOL,
		.help = "whether it counts for the exit status", .get = get_problem},
	{0},
};

int kmt_index_print_findings(const struct kmt_index_run *run, const struct kmt_selection *sel,
	struct kmt_err *err)
{
	size_t n = run->findings.v.n;
	kmt_autofree const void **list = kmt_realloc_array(NULL, n + 1, sizeof(*list));
	struct kmt_rows rows = {
		.columns = kmt_index_columns,
		.rows = list,
		.n = n,
		.json_name = "findings",
	};

	for (size_t i = 0; i < n; i++)
		list[i] = &run->findings.v.v[i];
	/* No table is the best of all answers. */
	if (!n && !run->env->g.json)
		return 0;
	return kmt_cmd_print(run->env, &rows, sel, err);
}

void kmt_index_warn(const struct kmt_index_run *run)
{
	size_t told[KMT_FINDING_KINDS] = {0};
	bool all = run->env->g.verbose;

	for (size_t i = 0; i < run->findings.v.n; i++) {
		const struct kmt_finding *f = &run->findings.v.v[i];

		/* What was asked for is on stdout. */
		if (f->kind == KMT_FINDING_SYMBOL || f->kind == KMT_FINDING_VERSION)
			continue;
		if (!all && !kmt_finding_is_problem(f->kind))
			continue;
		if (all || told[f->kind]++ < WARNINGS_MAX)
			kmt_diag_add(&run->env->diag, NULL, "%s: %s", f->object, f->detail);
	}
	for (int kind = 0; kind < KMT_FINDING_KINDS; kind++)
		if (told[kind] > WARNINGS_MAX)
			kmt_diag_add(&run->env->diag, NULL,
				"%zu more of the kind '%s': --verbose or --check tells them all",
				told[kind] - WARNINGS_MAX, kmt_finding_name((enum kmt_finding_kind)kind));
}

static struct json_object *finding_json(const struct kmt_finding *f)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "finding", kmt_json_string(kmt_finding_name(f->kind)));
	json_object_object_add(o, "object", kmt_json_string(f->object));
	json_object_object_add(o, "detail", kmt_json_string(f->detail));
	json_object_object_add(o, "fix", kmt_json_string(f->fix));
	json_object_object_add(
		o, "problem", json_object_new_boolean(kmt_finding_is_problem(f->kind)));
	return o;
}

static struct json_object *count_json(const struct kmt_index_run *run, size_t n)
{
	return run->built ? kmt_json_u64(n) : NULL;
}

void kmt_index_print_json(const struct kmt_index_run *run, bool written)
{
	const struct kmt_build *b = &run->build;
	struct json_object *doc = kmt_json_document(), *findings = json_object_new_array();
	kmt_autofree char *dir = kmt_root_outside(&run->out_root, run->dir);

	json_object_object_add(doc, "kernel", kmt_json_string(run->version));
	json_object_object_add(doc, "directory", kmt_json_string(dir));
	json_object_object_add(doc, "written", json_object_new_boolean(written));
	json_object_object_add(doc, "modules", count_json(run, b->chosen.modules.v.n));
	json_object_object_add(doc, "aliases", count_json(run, b->output.n_aliases));
	json_object_object_add(doc, "symbols", count_json(run, b->output.n_symbols));
	json_object_object_add(doc, "read", count_json(run, b->scan.files.n - b->scan.n_cached));
	json_object_object_add(doc, "cached", count_json(run, b->scan.n_cached));
	for (size_t i = 0; i < run->findings.v.n; i++)
		json_object_array_add(findings, finding_json(&run->findings.v.v[i]));
	json_object_object_add(doc, "findings", findings);
	kmt_cmd_print_document(run->env, doc);
}

int kmt_index_judge(const struct kmt_index_run *run, struct kmt_err *err)
{
	const struct kmt_build *b = &run->build;
	size_t unusable = b->n_bad + b->n_skipped, cyclic = 0;
	kmt_autostrbuf struct kmt_strbuf missing = KMT_STRBUF_INIT;

	for (size_t i = 0; i < b->dropped.n; i++)
		cyclic += b->dropped.v[i].n;
	if (!unusable && !cyclic)
		return b->links.unmet.n ? 1 : 0;
	if (unusable)
		kmt_strbuf_addf(&missing, "%zu files that cannot be used", unusable);
	if (cyclic)
		kmt_strbuf_addf(&missing, "%s%zu modules that need each other",
			missing.len ? " and " : "", cyclic);
	return kmt_err_set(err, KMT_ERR_PARTLY, EIO, "the index has %zu modules; left out: %s",
		b->chosen.modules.v.n, missing.s);
}
