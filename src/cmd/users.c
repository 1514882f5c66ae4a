/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool users`: what uses a loaded module. */
#include <errno.h>
#include <json.h>
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/user_text.h>
#include <kmt/model/modfacts.h>
#include <kmt/out/json.h>
#include <kmt/out/users.h>

#include "cmds_priv.h"

/* The users of one operand. */
struct used {
	const struct kmt_procmod *mod;
	struct kmt_users users;
};

struct users_run {
	struct kmt_env *env;
	struct kmt_snapshot snap;
	KMT_VEC(struct used) used;
	size_t n_rows;
};

/* A module that is loaded under NAME, or under the name that an alias or a file means. */
static int find_loaded(
	const struct kmt_snapshot *snap, const char *name, const struct kmt_procmod **mod, struct kmt_err *err)
{
	char kernel_name[KMT_NAME_MAX];
	struct kmt_modref ref;
	int r;

	*mod = kmt_name_is_path(name) ? NULL : kmt_snapshot_loaded(snap, name);
	if (*mod)
		return 0;
	r = kmt_modref_find(snap, name, &ref, err);
	if (r)
		return r;
	*mod = kmt_snapshot_loaded(snap, ref.name);
	/* The file may have another name than the module in it. */
	if (!*mod && ref.path && !kmt_modref_kernel_name(snap->root, ref.path, kernel_name))
		*mod = kmt_snapshot_loaded(snap, kernel_name);
	if (*mod)
		return 0;
	return kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT,
		ref.builtin ? "%s is built into the kernel: nothing counts its users" : "%s is not loaded", ref.name);
}

/* Each operand that is not loaded is a warning, if there are several, and their number the error. */
static int find(struct users_run *run, struct kmt_err *err)
{
	struct kmt_env *env = run->env;
	int missed = 0;

	for (int i = 0; i < env->argc; i++) {
		kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
		struct used used = {0};
		int r = find_loaded(&run->snap, env->argv[i], &used.mod, env->argc > 1 ? &why : err);

		if (r && env->argc == 1)
			return r;
		if (r) {
			missed++;
			kmt_diag_add(&env->diag, NULL, "%s", why.msg);
			continue;
		}
		kmt_users_find(&run->snap, used.mod, &used.users);
		run->n_rows += used.users.rows.n;
		kmt_vec_push(&run->used, used);
	}
	if (!missed)
		return 0;
	return kmt_err_set(err, missed < env->argc ? KMT_ERR_PARTLY : KMT_ERR_NOT_FOUND, ENOENT,
		"%d of %d modules are not loaded", missed, env->argc);
}

static int print_json(struct users_run *run, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	int r = run->env->g.output || run->env->g.sort ? kmt_cmd_select(run->env, &sel, err) : 0;
	struct json_object *doc, *modules;
	const struct used *used;

	if (r)
		return r;
	doc = kmt_json_document();
	modules = json_object_new_array();
	kmt_vec_foreach(used, &run->used) {
		struct json_object *o = json_object_new_object();

		kmt_users_add_json(o, &used->users, used->mod->name, sel.columns.n ? &sel : NULL);
		json_object_array_add(modules, o);
	}
	json_object_object_add(doc, "modules", modules);
	kmt_cmd_print_document(run->env, doc);
	return 0;
}

/* With one operand a person knows which module is meant. */
static bool is_telling(const void *row, const struct kmt_column *c, const struct kmt_cell *cell, void *ctx)
{
	const struct users_run *run = ctx;

	return strcmp(c->name, "module") != 0 || run->env->argc > 1;
}

static int print_table(struct users_run *run, struct kmt_err *err)
{
	kmt_autofree struct kmt_user_row *rows = kmt_realloc_array(NULL, run->n_rows + 1, sizeof(*rows));
	kmt_autofree const void **order = kmt_realloc_array(NULL, run->n_rows + 1, sizeof(*order));
	struct kmt_rows all = {.columns = kmt_user_columns, .rows = order, .ctx = run, .json_name = "users"};
	struct used *used;
	int r;

	kmt_vec_foreach(used, &run->used)
		for (size_t i = 0; i < used->users.rows.n; i++) {
			rows[all.n] = (struct kmt_user_row){used->mod->name, &used->users.rows.v[i]};
			order[all.n] = &rows[all.n];
			all.n++;
		}
	r = kmt_cmd_print_telling(run->env, &all, is_telling, err);
	if (r || run->env->g.raw)
		return r;
	kmt_vec_foreach(used, &run->used) {
		kmt_put_text(stdout, kmt_users_verdict(&used->users, used->mod->name, &used->users.arena));
		putchar('\n');
	}
	return 0;
}

static void run_free(struct users_run *run)
{
	struct used *used;

	kmt_vec_foreach(used, &run->used)
		kmt_users_free(&used->users);
	kmt_vec_free(&run->used);
	kmt_snapshot_free(&run->snap);
}

static int run_users(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	kmt_autoerr struct kmt_err missed = KMT_ERR_INIT;
	struct users_run run = {.env = env};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_snapshot_take(&run.snap, &env->root, NULL,
			KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG | KMT_SNAP_TREE_OPTIONAL, &env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &run.snap, KMT_BANNER_MODULES);
	r = find(&run, &missed);
	if (run.used.n)
		r = env->g.json ? print_json(&run, err) : print_table(&run, err);
	if (!err->kind && missed.kind)
		r = kmt_err_copy(err, &missed);
	run_free(&run);
	return r;
}

static const char *const examples[] = {"kmtool users loop", "which devices, files and processes use a module",
	"sudo kmtool users snd", "root sees the open files of all processes",
	"kmtool users --raw -o pid snd", "the processes that have one of its devices open", NULL};

const struct kmt_cmd kmt_cmd_users = {
	.name = "users",
	.summary = "Show what uses a loaded module, and how much of its refcount that explains",
	.group = KMT_CMD_LOOK,
	.operands = "NAME...",
	.complete = KMT_COMPLETE_LOADED,
	.columns = kmt_user_columns,
	.examples = examples,
	.takes = KMT_TAKES_ROOT | KMT_TAKES_ROWS,
	.run = run_users,
};
