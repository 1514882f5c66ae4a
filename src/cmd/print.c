/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/print.h>

#include <errno.h>
#include <json.h>

#include <kmt/out/json.h>

int kmt_cmd_select(const struct kmt_env *env, struct kmt_selection *out, struct kmt_err *err)
{
	int r = kmt_select(env->cmd->columns, env->g.output, env->g.sort, out, err);

	if (!r && env->g.json && (!env->g.output || *env->g.output == '+'))
		kmt_select_json(env->cmd->columns, out);
	return r;
}

void kmt_cmd_print_document(struct kmt_env *env, struct json_object *doc)
{
	env->has_document = true;
	kmt_json_print(stdout, doc);
}

void kmt_cmd_print_error(struct kmt_env *env, const struct kmt_err *err)
{
	static const char *const kinds[] = {
		[KMT_ERR_NONE] = "failed",
		[KMT_ERR_FAILED] = "failed",
		[KMT_ERR_USAGE] = "usage",
		[KMT_ERR_PARTLY] = "partly",
		[KMT_ERR_NOT_FOUND] = "not-found",
		[KMT_ERR_REFUSED] = "refused",
	};
	struct json_object *doc = kmt_json_document(), *error = json_object_new_object();

	json_object_object_add(error, "kind", kmt_json_string(kinds[err->kind]));
	json_object_object_add(error, "errno", json_object_new_int(err->errnum));
	json_object_object_add(error, "message", kmt_json_string(err->msg));
	json_object_object_add(error, "hint", kmt_json_string(err->hint));
	json_object_object_add(doc, "error", error);
	kmt_cmd_print_document(env, doc);
}

int kmt_cmd_print_part(struct kmt_env *env, const struct kmt_rows *rows,
	const struct kmt_selection *sel, struct kmt_rows_parts *parts, struct kmt_err *err)
{
	struct kmt_rows_options opts = {.no_headings = env->g.no_headings, .parts = parts};

	if (env->g.json && env->g.raw)
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "--json and --raw cannot be used together");
	if (env->g.json) {
		kmt_cmd_print_document(env, kmt_rows_document(rows, sel));
		return 0;
	}
	if (env->g.raw)
		opts.format = KMT_FORMAT_RAW;
	return kmt_rows_print(rows, sel, &opts, &env->style, stdout, err);
}

int kmt_cmd_print(struct kmt_env *env, const struct kmt_rows *rows,
	const struct kmt_selection *sel, struct kmt_err *err)
{
	return kmt_cmd_print_part(env, rows, sel, NULL, err);
}

static bool is_wanted(const struct kmt_rows *rows, const struct kmt_column *c,
	kmt_telling_fn telling)
{
	struct kmt_cell cell;

	if (!c->by_default)
		return false;
	for (size_t i = 0; i < rows->n; i++) {
		kmt_rows_cell(rows, i, c, &cell);
		if (cell.absent || (c->kind == KMT_CELL_LIST && !cell.list.n))
			continue;
		if (!telling || telling(rows->rows[i], c, &cell, rows->ctx))
			return true;
	}
	return false;
}

int kmt_cmd_print_telling(struct kmt_env *env, const struct kmt_rows *rows, kmt_telling_fn telling,
	struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	const char *asked = env->g.output;
	int r;

	if (!rows->n && !env->g.json)
		return 0;
	if (env->g.json || env->g.raw) {
		r = kmt_cmd_select(env, &sel, err);
		return r ? r : kmt_cmd_print(env, rows, &sel, err);
	}
	if (!asked || *asked == '+') {
		for (const struct kmt_column *c = rows->columns; c->name; c++)
			if (is_wanted(rows, c, telling))
				kmt_strbuf_item(&list, ",", "%s", c->name);
		if (asked)
			kmt_strbuf_addf(&list, ",%s", asked + 1);
		asked = kmt_strbuf_str(&list);
	}
	r = kmt_select(rows->columns, asked, env->g.sort, &sel, err);
	return r ? r : kmt_cmd_print(env, rows, &sel, err);
}

int kmt_cmd_list_columns(struct kmt_env *env, struct kmt_err *err)
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
