/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool config list` and `show`: configuration line by line, with the effect of each. */
#include "config_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/lookup.h>
#include <kmt/model/settings.h>
#include <kmt/out/settings.h>

struct chosen {
	KMT_VEC(const void *) rows;
};

static int print(struct kmt_env *env, const struct chosen *chosen, struct kmt_settings *settings,
	const struct kmt_selection *sel, struct kmt_err *err)
{
	return kmt_cmd_print(env,
		&(struct kmt_rows){.columns = kmt_setting_columns,
			.rows = chosen->rows.v,
			.n = chosen->rows.n,
			.ctx = &settings->arena,
			.json_name = "settings"},
		sel, err);
}

typedef int (*choose_fn)(struct kmt_env *env, struct kmt_snapshot *snap,
	const struct kmt_settings *settings, struct chosen *out, struct kmt_err *err);

static int run(struct kmt_env *env, choose_fn choose, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_settings settings = {0};
	struct kmt_snapshot snap;
	struct chosen chosen = {0};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_config_snapshot(env, &snap, err);
	if (r < 0)
		return r;
	kmt_banner(env, &snap, KMT_BANNER_TREE);
	r = kmt_settings_read(&snap, &settings, err);
	if (!r)
		r = choose(env, &snap, &settings, &chosen, err);
	if (!r)
		r = print(env, &chosen, &settings, &sel, err);
	kmt_vec_free(&chosen.rows);
	kmt_settings_free(&settings);
	kmt_snapshot_free(&snap);
	return r;
}

static int choose_all(struct kmt_env *env, struct kmt_snapshot *snap,
	const struct kmt_settings *settings, struct chosen *out, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &settings->rows) {
		kmt_vec_push(&out->rows, s);
	}
	return 0;
}

/* Lines about the module itself, and about the alias that was asked for. */
static bool is_wanted(const struct kmt_setting *s, const char *query, const struct kmt_lookup *found)
{
	if (kmt_setting_is_about(s, query) || (s->name && !strcmp(s->name, query)))
		return true;
	for (size_t i = 0; i < found->rows.n; i++)
		if (kmt_setting_is_about(s, found->rows.v[i].name))
			return true;
	return false;
}

static int choose_module(struct kmt_env *env, struct kmt_snapshot *snap,
	const struct kmt_settings *settings, struct chosen *out, struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	const struct kmt_setting *s;
	char query[KMT_ALIAS_MAX];
	int r = kmt_lookup_find(snap, env->argv[0], &found, err);

	if (!r && !kmt_alias_normalize(env->argv[0], query, sizeof(query)))
		kmt_vec_foreach(s, &settings->rows) {
			if (is_wanted(s, query, &found))
				kmt_vec_push(&out->rows, s);
		}
	if (!r && !found.rows.n && !out->rows.n && !kmt_snapshot_loaded(snap, env->argv[0]) && snap->has_tree)
		r = kmt_lookup_not_found(snap, env->argv[0], err);
	kmt_lookup_free(&found);
	return r;
}

static int run_list(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run(env, choose_all, err);
}

static int run_show(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	if (env->argc > 1)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "one module at a time: '%s' or '%s'",
			env->argv[0], env->argv[1]);
	return run(env, choose_module, err);
}

static const char *const list_examples[] = {"kmtool config list", "every line, and what becomes of it",
	"kmtool config list --raw -o effect,where | grep ^ignored", "what nobody looks at", NULL};

const struct kmt_cmd kmt_cmd_config_list = {
	.name = "config list",
	.summary = "Every line that is configured about modules, and whether it takes effect",
	.columns = kmt_setting_columns,
	.examples = list_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_list,
};

static const char *const show_examples[] = {"kmtool config show loop", "every line about loop", NULL};

const struct kmt_cmd kmt_cmd_config_show = {
	.name = "config show",
	.summary = "The lines about one module, also those that have no effect",
	.operands = "NAME",
	.complete = KMT_COMPLETE_MODULE,
	.columns = kmt_setting_columns,
	.examples = show_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_show,
};
