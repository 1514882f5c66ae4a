/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool params`: the parameters of a module, and new values for them, now and at every load. */
#include <errno.h>
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/cmd.h>
#include <kmt/cmd/print.h>
#include <kmt/model/modfacts.h>
#include <kmt/out/params.h>
#include <kmt/plan/options.h>
#include <kmt/plan/params.h>
#include <kmt/sys/file.h>

#include "change_priv.h"
#include "cmds_priv.h"
#include "config_priv.h"
#include "command_line_priv.h"

struct params_opts {
	bool save, save_only;
	struct kmt_strv unset;
	const char *file;
};

static const struct kmt_opt params_options[] = {
	{"save", 0, KMT_OPT_FLAG, .help = "set them now, and for every load from now on, in modprobe.d",
		.offset = offsetof(struct params_opts, save)},
	{"save-only", 0, KMT_OPT_FLAG, .help = "set them only for every load from now on",
		.offset = offsetof(struct params_opts, save_only)},
	{"unset", 0, KMT_OPT_LIST, "PARAM",
		.help = "take PARAM out of the options in modprobe.d (may be repeated)",
		.offset = offsetof(struct params_opts, unset)},
	{"file", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE, NULL,
		"the file to write, as a path or a name in /etc/modprobe.d",
		offsetof(struct params_opts, file), 0},
	{0},
};

/* What was asked for. */
struct request {
	struct kmt_strv set, shown; /* "PARAM=VALUE"; "PARAM" */
	bool now, save;
};

static int read_request(const struct kmt_env *env, const struct params_opts *opts, struct request *req,
	struct kmt_err *err)
{
	for (int i = 1; i < env->argc; i++) {
		if (strchr(env->argv[i], '='))
			kmt_vec_push(&req->set, env->argv[i]);
		else
			kmt_vec_push(&req->shown, env->argv[i]);
	}
	if (req->shown.n && (req->set.n || opts->unset.n))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s: a value is missing (PARAM=VALUE)",
			req->shown.v[0]);
	if ((opts->save || opts->save_only || opts->file) && !req->set.n && !opts->unset.n)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "nothing is to be saved: give PARAM=VALUE");
	req->now = req->set.n && !opts->save_only;
	req->save = opts->save || opts->save_only || opts->unset.n;
	if (opts->file && !req->save)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--file goes with --save or --save-only");
	return 0;
}

/* Those of the list that were asked for; all if none was. */
static int choose(const struct kmt_modfacts *f, const struct request *req, const void **rows,
	size_t *n, struct kmt_err *err)
{
	*n = 0;
	for (size_t i = 0; !req->shown.n && i < f->params.n; i++)
		rows[(*n)++] = &f->params.v[i];
	for (size_t i = 0; i < req->shown.n; i++) {
		const char *name = req->shown.v[i];
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
		bool wanted = env->g.json || env->g.raw || c == kmt_param_columns;

		for (size_t i = 0; i < n && !wanted; i++) {
			struct kmt_cell cell = {0};

			c->get(rows[i], arena, &cell);
			wanted = cell.s && *cell.s;
		}
		if (wanted)
			kmt_strbuf_addf(&list, "%s%s", list.len ? "," : "", c->name);
	}
	return kmt_strbuf_steal(&list);
}

static int print(struct kmt_env *env, struct kmt_modfacts *f, const void **rows, size_t n,
	struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	kmt_autofree char *usual = NULL;
	int r;

	if (env->g.output)
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

static int show(
	struct kmt_env *env, struct kmt_modfacts *f, const struct request *req, struct kmt_err *err)
{
	kmt_autofree const void **rows =
		kmt_realloc_array(NULL, f->params.n + req->shown.n + 1, sizeof(*rows));
	size_t n;
	int r = choose(f, req, rows, &n, err);

	return r ? r : print(env, f, rows, n, err);
}

/* Whether the steps can be done here, by this process. */
static int check_live(struct kmt_change *c, struct kmt_err *err)
{
	const struct kmt_env *env = c->env;
	const struct kmt_step *step;

	if (env->g.dry_run)
		return 0;
	kmt_vec_foreach(step, &c->plan.steps) {
		kmt_autofree char *line = NULL;
		int r;

		if (step->kind != KMT_STEP_SETPARAM)
			continue;
		if (!env->root.is_host) {
			r = kmt_err_set(err, KMT_ERR_REFUSED, EROFS,
				"parameters can only be set on the running system, not below %s", env->root.path);
			kmt_err_hint(err, "--save-only writes them into the configuration there");
			return r;
		}
		r = kmt_file_may_write(&env->root, step->path);
		if (r == 0)
			continue;
		line = kmt_command_line(env, c->opts);
		kmt_err_errno(err, -r, "%s cannot be written", step->path);
		kmt_err_hint(err, "sudo %s", line);
		return r;
	}
	return 0;
}

static int plan(struct kmt_change *c, const struct params_opts *opts, const struct kmt_modfacts *f,
	const struct request *req, struct kmt_strv *effects, struct kmt_err *err)
{
	const struct kmt_option_edit edit = {.module = f->module.name,
		.builtin = f->module.builtin,
		.set = &req->set,
		.unset = &opts->unset,
		.file = opts->file,
		.version = c->env->g.kernel};
	int r = kmt_modfacts_check_params(f, &req->set, err);

	if (!r && req->now)
		r = kmt_plan_params(f, &req->set, req->save, effects, &c->plan, err);
	if (!r && req->save)
		r = kmt_plan_options(&c->snap, &edit, effects, &c->plan, err);
	return r ? r : check_live(c, err);
}

/* How long a value that was set now lasts. */
static void add_lasting(struct kmt_change *c, const struct kmt_modfacts *f, const struct request *req,
	struct kmt_strv *effects)
{
	if (req->save || !c->plan.steps.n)
		return;
	kmt_vec_push(effects, kmt_arena_printf(&c->arena,
				      f->module.builtin ? "until the next start of the machine"
						 : "until %s is unloaded; --save makes it last",
				      f->module.name));
}

static int change(struct kmt_env *env, const struct params_opts *opts, struct kmt_snapshot *snap,
	const struct kmt_modfacts *f, const struct request *req, struct kmt_err *err)
{
	struct kmt_change c = {.env = env, .opts = opts, .snap = *snap, .has_snap = true};
	struct kmt_strv effects = {0};
	int r;

	kmt_policy_read(&env->root, &c.arena, &c.policy);
	r = plan(&c, opts, f, req, &effects, err);
	if (!r) {
		add_lasting(&c, f, req, &effects);
		r = kmt_change_edit(&c, &effects, err);
	}
	*snap = c.snap;
	c.has_snap = false;
	kmt_change_free(&c);
	kmt_vec_free(&effects);
	return r;
}

static int run_params(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct params_opts *opts = options;
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct request req = {0};
	struct kmt_modfacts facts = {0};
	struct kmt_snapshot snap;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = read_request(env, opts, &req, err);
	if (!r)
		r = kmt_config_snapshot(env, &snap, err);
	if (!r) {
		r = kmt_modfacts_find(&facts, &snap, env->argv[0], err);
		if (!r && (req.set.n || opts->unset.n))
			r = change(env, opts, &snap, &facts, &req, err);
		else if (!r && facts.module.unchecked)
			r = kmt_err_copy(err, &snap.tree_err);
		else if (!r)
			r = show(env, &facts, &req, err);
		kmt_modfacts_free(&facts);
		kmt_snapshot_free(&snap);
	}
	kmt_vec_free(&req.set);
	kmt_vec_free(&req.shown);
	return r;
}

static const char *const params_examples[] = {"kmtool params loop",
	"what loop takes, has, and would get at a load", "kmtool params usbcore autosuspend=5",
	"set it now, if the kernel lets it be set", "kmtool params --save loop max_part=7",
	"now, and at every load from now on", NULL};

const struct kmt_cmd kmt_cmd_params = {
	.name = "params",
	.summary = "Show the parameters of a module, and set them, now and for good",
	.operands = "NAME|FILE [PARAM[=VALUE]...]",
	.complete = KMT_COMPLETE_PARAMS_ARG,
	.opts = params_options,
	.opts_size = sizeof(struct params_opts),
	.columns = kmt_param_columns,
	.examples = params_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS | KMT_TAKES_DRY_RUN,
	.run = run_params,
};
