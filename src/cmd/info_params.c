/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of parameters at the end of `kmtool info`. */
#include "info_priv.h"

#include <kmt/out/params.h>

/* What the table can say besides what "parm:" lines do. */
struct table_has {
	bool defaults, live, configured, undeclared, unknown;
};

static struct table_has look_through(const struct kmt_modfacts *f)
{
	struct table_has has = {.undeclared = f->params.n > f->declared.rows.n};
	const struct kmt_param *p;

	kmt_vec_foreach (p, &f->params) {
		has.defaults |= p->default_value != NULL;
		has.live |= p->live != NULL;
		has.configured |= p->configured != NULL;
		has.unknown |= !p->known;
	}
	return has;
}

static void select_columns(struct table_has has, struct kmt_selection *out)
{
	kmt_autofree char *names = kmt_asprintf("name,type%s%s%s%s,description",
		has.defaults ? ",default" : "", has.live ? ",value,mode" : "",
		has.configured ? ",configured" : "", has.unknown ? ",note" : "");

	kmt_select(kmt_param_columns, names, NULL, out, NULL);
}

static void print_table(struct kmt_info_worker *w, struct table_has has)
{
	kmt_auto(kmt_selection_free) struct kmt_selection selection = {0};
	const struct kmt_rows_options options = {.format = KMT_FORMAT_TABLE};
	size_t n = w->facts.params.n;
	kmt_autofree const void **rows = kmt_realloc_array(NULL, n, sizeof(*rows));
	struct kmt_rows table = {
		.columns = kmt_param_columns, .rows = rows, .n = n, .ctx = &w->facts.arena};
	kmt_autofree char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	for (size_t i = 0; i < n; i++)
		rows[i] = &w->facts.params.v[i];
	fputc('\n', out);
	select_columns(has, &selection);
	kmt_rows_print(&table, &selection, &options, &w->request->style, out, NULL);
	fclose(out);
	kmt_strbuf_add(&w->out, text, size);
}

bool kmt_info_params_table(struct kmt_info_worker *w)
{
	struct table_has has = look_through(&w->facts);
	bool wanted = has.live || has.configured || has.undeclared;

	if (wanted)
		print_table(w, has);
	return wanted;
}
