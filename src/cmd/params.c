/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool params`: the parameters of a module, and new values for them, now and at every load. */
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/modfacts.h>
#include <kmt/out/params.h>

#include "change_priv.h"
#include "cmds_priv.h"
#include "config_priv.h"

/* Whether something is to be changed: a value is given, or an option that goes with one. */
static bool is_change(const struct kmt_env *env, const struct kmt_request *opts)
{
	for (int i = 1; i < env->argc; i++)
		if (strchr(env->argv[i], '='))
			return true;
	return opts->unset.n || opts->save || opts->save_only || opts->file;
}

/* Those of the list that were asked for; all if none was. */
static int choose(const struct kmt_modfacts *f, const struct kmt_env *env, const void **rows,
	size_t *n, struct kmt_err *err)
{
	*n = 0;
	for (size_t i = 0; env->argc == 1 && i < f->params.n; i++)
		rows[(*n)++] = &f->params.v[i];
	for (int i = 1; i < env->argc; i++) {
		const char *name = env->argv[i];
		const struct kmt_param *p = kmt_modfacts_param(f, name, strlen(name));

		if (!p)
			return kmt_modfacts_check_param(f, name, err);
		rows[(*n)++] = p;
	}
	return 0;
}

/* A table of many parameters leaves out columns in which nothing stands. */
static char *usual_columns(const struct kmt_env *env, const void **rows, size_t n, struct kmt_arena *arena)
{
	struct kmt_strbuf list = KMT_STRBUF_INIT;

	for (const struct kmt_column *c = kmt_param_columns; c->name; c++) {
		bool wanted = c->by_default && (env->g.raw || c == kmt_param_columns);

		for (size_t i = 0; i < n && c->by_default && !wanted; i++) {
			struct kmt_cell cell = {0};

			c->get(rows[i], arena, &cell);
			wanted = cell.s && *cell.s;
		}
		if (wanted)
			kmt_strbuf_item(&list, ",", "%s", c->name);
	}
	return kmt_strbuf_steal(&list);
}

static int print(struct kmt_env *env, struct kmt_modfacts *f, const void **rows, size_t n,
	struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	kmt_autofree char *usual = NULL;
	int r;

	if (env->g.output || env->g.json)
		r = kmt_cmd_select(env, &sel, err);
	else {
		usual = usual_columns(env, rows, n, &f->arena);
		r = kmt_select(kmt_param_columns, usual, env->g.sort, &sel, err);
	}
	if (!r)
		r = kmt_cmd_print(env,
			&(struct kmt_rows){.columns = kmt_param_columns,
				.rows = rows,
				.n = n,
				.ctx = &f->arena,
				.json_name = "parameters"},
			&sel, err);
	if (!r && !n && !env->g.json && !env->g.raw)
		kmt_note(env, "%s takes no parameters", f->module.name);
	return r;
}

static int show(struct kmt_env *env, struct kmt_modfacts *f, struct kmt_err *err)
{
	kmt_autofree const void **rows =
		kmt_realloc_array(NULL, f->params.n + (size_t)env->argc, sizeof(*rows));
	size_t n;
	int r = choose(f, env, rows, &n, err);

	return r ? r : print(env, f, rows, n, err);
}

static int run_params(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_modfacts facts = {0};
	struct kmt_snapshot snap;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r && is_change(env, opts))
		return kmt_change_request(env, opts, err);
	if (!r)
		r = kmt_config_snapshot(env, &snap, err);
	if (r)
		return r;
	r = kmt_modfacts_find(&facts, &snap, env->argv[0], err);
	if (!r && facts.module.unchecked)
		r = kmt_err_copy(err, &snap.tree_err);
	else if (!r)
		r = show(env, &facts, err);
	kmt_modfacts_free(&facts);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const params_examples[] = {"kmtool params loop",
	"parameters of loop, with current and configured values", "kmtool params usbcore autosuspend=5",
	"set it now, if it is writable", "kmtool params --save loop max_part=7",
	"set it now and for every load", NULL};

const struct kmt_cmd kmt_cmd_params = {
	.name = "params",
	.group = KMT_CMD_CHANGE,
	.summary = "Show the parameters of a module; set them now or permanently",
	.operands = KMT_PARAMS_OPERANDS,
	.complete = KMT_COMPLETE_PARAMS_ARG,
	.opts = kmt_params_options,
	.opts_size = sizeof(struct kmt_request),
	.columns = kmt_param_columns,
	.examples = params_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS | KMT_TAKES_DRY_RUN,
	.run = run_params,
};
