/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/print.h>

#include <errno.h>

int kmt_cmd_select(const struct kmt_env *env, struct kmt_selection *out, struct kmt_err *err)
{
	return kmt_select(env->cmd->columns, env->g.output, env->g.sort, out, err);
}

int kmt_cmd_print(const struct kmt_env *env, const struct kmt_rows *rows,
	const struct kmt_selection *sel, struct kmt_err *err)
{
	struct kmt_rows_options opts = {.no_headings = env->g.no_headings};

	if (env->g.json && env->g.raw)
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "--json and --raw exclude each other");
	if (env->g.json)
		opts.format = KMT_FORMAT_JSON;
	else if (env->g.raw)
		opts.format = KMT_FORMAT_RAW;
	return kmt_rows_print(rows, sel, &opts, &env->style, stdout, err);
}

int kmt_cmd_list_columns(const struct kmt_env *env, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_rows rows;
	int r;

	kmt_rows_of_columns(env->cmd->columns, &rows);
	r = kmt_select(rows.columns, NULL, NULL, &sel, err);
	if (!r)
		r = kmt_cmd_print(env, &rows, &sel, err);
	free(rows.rows);
	return r;
}
