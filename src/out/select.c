/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choosing columns by name. */
#include <kmt/out/rows.h>

#include <errno.h>
#include <string.h>

static const struct kmt_column *find(const struct kmt_column *columns, const char *name, size_t len)
{
	for (; columns->name; columns++)
		if (strlen(columns->name) == len && !memcmp(columns->name, name, len))
			return columns;
	return NULL;
}

static int unknown(
	const struct kmt_column *columns, const char *name, size_t len, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf known = KMT_STRBUF_INIT;
	int r = kmt_err_set(
		err, KMT_ERR_USAGE, EINVAL, "there is no column '%.*s'", (int)len, name);

	for (; columns->name; columns++)
		kmt_strbuf_item(&known, ", ", "%s", columns->name);
	kmt_err_hint(err, "columns: %s", kmt_strbuf_str(&known));
	return r;
}

static bool chosen(const struct kmt_selection *sel, const struct kmt_column *column)
{
	for (size_t i = 0; i < sel->columns.n; i++)
		if (sel->columns.v[i] == column)
			return true;
	return false;
}

static int add_names(const struct kmt_column *columns, const char *names, struct kmt_selection *out,
	struct kmt_err *err)
{
	bool adding = *names == '+';

	if (adding)
		names++;
	for (;;) {
		size_t len = strcspn(names, ",");
		const struct kmt_column *column = find(columns, names, len);

		if (!column)
			return unknown(columns, names, len, err);
		if (!chosen(out, column))
			kmt_vec_push(&out->columns, column);
		else if (!adding)
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "column '%s' is named twice",
				column->name);
		if (!names[len])
			return 0;
		names += len + 1;
	}
}

int kmt_select(const struct kmt_column *columns, const char *output, const char *sort,
	struct kmt_selection *out, struct kmt_err *err)
{
	int r;

	*out = (struct kmt_selection){0};
	if (!output || *output == '+')
		for (const struct kmt_column *c = columns; c->name; c++)
			if (c->by_default)
				kmt_vec_push(&out->columns, c);
	if (output) {
		r = add_names(columns, output, out, err);
		if (r)
			return r;
	}
	if (!sort)
		return 0;
	out->descending = *sort == '-';
	sort += out->descending;
	out->sort = find(columns, sort, strlen(sort));
	return out->sort ? 0 : unknown(columns, sort, strlen(sort), err);
}

void kmt_select_json(const struct kmt_column *columns, struct kmt_selection *sel)
{
	for (const struct kmt_column *c = columns; c->name; c++)
		if (c->in_json && !chosen(sel, c))
			kmt_vec_push(&sel->columns, c);
}

void kmt_selection_free(struct kmt_selection *sel)
{
	kmt_vec_free(&sel->columns);
}

bool kmt_selection_has(const struct kmt_selection *sel, const char *name)
{
	if (sel->sort && !strcmp(sel->sort->name, name))
		return true;
	for (size_t i = 0; i < sel->columns.n; i++)
		if (!strcmp(sel->columns.v[i]->name, name))
			return true;
	return false;
}
