/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool block` and `unblock`: modules that stay out, with a proof. */
#include <errno.h>
#include <json.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/out/json.h>
#include <kmt/out/rows.h>
#include <kmt/plan/block.h>
#include <kmt/plan/effects.h>

#include "change_priv.h"
#include "cmds_priv.h"
#include "config_priv.h"

#define TAKES_BLOCK (KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON)

struct block_opts {
	bool verify;
};

static const struct kmt_opt block_options[] = {
	{"verify", 0, KMT_OPT_FLAG, .help = "print for each way to the module whether it is closed",
		.offset = offsetof(struct block_opts, verify)},
	{0},
};

/* C comes first, so that what is handed a struct kmt_change finds the rest. */
struct block {
	struct kmt_change c;
	bool verify;
	KMT_VEC(struct kmt_block_module) modules;
	struct kmt_strv effects;
};

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

static const struct kmt_column columns[] = {
	{"way", "WAY", KMT_CELL_STRING, true, .whole = true, .help = "how the module could be loaded",
		.get = get_way},
	{"verdict", "VERDICT", KMT_CELL_STRING, true, .whole = true, .help = "closed, open or unknown",
		.get = get_verdict},
	{"detail", "DETAIL", KMT_CELL_STRING, true, .help = "what was tried, and what stops it",
		.get = get_detail},
	{"fix", "FIX", KMT_CELL_STRING, true, .help = "what can be done", .get = get_fix},
	{0},
};

static void add_json(const struct kmt_change *c, struct json_object *doc)
{
	const struct block *b = (const struct block *)c;
	struct json_object *all = json_object_new_array();
	const struct kmt_block_module *p;

	kmt_vec_foreach(p, &b->modules) {
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

static int print_proofs(const struct block *b, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	const struct kmt_rows_options options = {.format = KMT_FORMAT_TABLE};
	const struct kmt_block_module *p;
	int r = kmt_select(columns, NULL, NULL, &sel, err);

	kmt_vec_foreach(p, &b->modules) {
		const void *rows[KMT_WAY_COUNT];

		for (size_t i = 0; i < KMT_WAY_COUNT; i++)
			rows[i] = &p->proof.ways[i];
		if (r || !p->proof.ways[0].detail)
			continue;
		printf("%s\n", p->name);
		r = kmt_rows_print(&(struct kmt_rows){.columns = columns, .rows = rows, .n = KMT_WAY_COUNT}, &sel,
			&options, &b->c.env->style, stdout, err);
	}
	return r;
}

static void tell_effects(struct block *b, const char *name)
{
	if (b->verify)
		return;
	if (kmt_snapshot_loaded(&b->c.snap, name))
		kmt_vec_push(&b->effects, kmt_arena_printf(&b->c.plan.arena,
						  "%s is loaded now, and stays: kmtool unload %s", name, name));
	kmt_effects_initramfs(&b->c.snap, name, &b->c.plan.arena, &b->effects);
}

static int plan_all(struct block *b, struct kmt_err *err)
{
	int r = 0;

	for (int i = 0; !r && i < b->c.env->argc; i++) {
		struct kmt_block_module p = {0};

		r = kmt_block_name(&b->c.snap, b->c.env->argv[i], p.name, err);
		if (r < 0)
			break;
		r = kmt_plan_block(&b->c.snap, p.name, &b->c.plan, err);
		kmt_vec_push(&b->modules, p);
		tell_effects(b, p.name);
	}
	return r;
}

static void free_block(struct block *b)
{
	for (size_t i = 0; i < b->modules.n; i++)
		kmt_block_proof_free(&b->modules.v[i].proof);
	kmt_vec_free(&b->modules);
	kmt_vec_free(&b->effects);
	kmt_change_free(&b->c);
}

static int run_block(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	struct block b = {.c = {.env = env, .opts = opts}};
	int r = kmt_config_snapshot(env, &b.c.snap, err);

	b.verify = ((const struct block_opts *)opts)->verify;
	b.c.add_json = b.verify ? add_json : NULL;
	b.c.has_snap = !r;
	if (!r)
		r = plan_all(&b, err);
	if (!r)
		r = kmt_block_prove_plan(&b.c.snap, env->g.kernel, b.verify, &b.c.plan, b.modules.v, b.modules.n, err);
	if (!r)
		r = kmt_change_edit(&b.c, &b.effects, err);
	if (!r && b.verify && !env->g.json)
		r = print_proofs(&b, err);
	free_block(&b);
	return r;
}

static int run_unblock(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	struct kmt_change c = {.env = env, .opts = opts};
	struct kmt_strv effects = {0};
	int r = kmt_config_snapshot(env, &c.snap, err);

	c.has_snap = !r;
	for (int i = 0; !r && i < env->argc; i++) {
		char name[KMT_NAME_MAX];

		if (kmt_name_normalize(env->argv[i], name, sizeof(name)))
			r = kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module",
				env->argv[i]);
		else
			r = kmt_plan_unblock(&c.snap, name, &c.plan, err);
		if (!r && c.plan.steps.n)
			kmt_effects_initramfs(&c.snap, name, &c.plan.arena, &effects);
	}
	if (!r)
		r = kmt_change_edit(&c, &effects, err);
	kmt_change_free(&c);
	kmt_vec_free(&effects);
	return r;
}

static const char *const block_examples[] = {"kmtool block -n ksmbd", "show what would be written",
	"kmtool block ksmbd --verify", "keep ksmbd out, and show which ways are closed", NULL};

const struct kmt_cmd kmt_cmd_block = {
	.name = "block",
	.summary = "Keep modules from being loaded, whichever way they are asked for",
	.operands = "NAME...",
	.complete = KMT_COMPLETE_MODULE,
	.opts = block_options,
	.opts_size = sizeof(struct block_opts),
	.examples = block_examples,
	.takes = TAKES_BLOCK,
	.run = run_block,
};

static const char *const unblock_examples[] = {"kmtool unblock ksmbd", "let it be loaded again", NULL};

const struct kmt_cmd kmt_cmd_unblock = {
	.name = "unblock",
	.summary = "Take back what `kmtool block` did",
	.operands = "NAME...",
	.complete = KMT_COMPLETE_MODULE,
	.examples = unblock_examples,
	.takes = TAKES_BLOCK,
	.run = run_unblock,
};
