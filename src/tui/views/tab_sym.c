/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module exports, and what it needs of others. */
#include <kmt/tui/details.h>

#include <string.h>

#include <kmt/out/symbols.h>

#define PROVIDERS_SHOWN 4

static const struct kmt_column *link_column(void)
{
	const struct kmt_column *c = kmt_symbol_columns;

	while (strcmp(c->name, "module"))
		c++;
	return c;
}

static void add_table(struct kmt_model *m, const struct kmt_symbol_row *v, size_t n, struct kmt_doc *doc)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	kmt_autofree const void **order = kmt_realloc_array(NULL, n + 1, sizeof(*order));
	struct kmt_rows rows = {.columns = kmt_symbol_columns, .rows = order, .ctx = &m->list.snap};

	if (!n)
		return;
	for (; rows.n < n; rows.n++)
		order[rows.n] = &v[rows.n];
	kmt_select(kmt_symbol_columns, NULL, NULL, &sel, NULL);
	kmt_doc_table(doc, &rows, &sel, link_column());
}

/* "vmlinux 571, xor 2, raid6_pq 9": rows of one provider stand together. */
static void add_providers(const struct kmt_symlist *list, struct kmt_doc *doc)
{
	size_t shown = 0, more = 0;

	for (size_t i = 0, n; i < list->needed.n; i += n) {
		const struct kmt_symbol_row *row = &list->needed.v[i];
		const char *from = kmt_symbol_from(row);

		for (n = 1; i + n < list->needed.n; n++)
			if (strcmp(kmt_symbol_from(&list->needed.v[i + n]), from))
				break;
		if (shown++ < PROVIDERS_SHOWN || row->state != KMT_SYMBOL_IN_MODULE)
			kmt_doc_addf(doc,
				row->state == KMT_SYMBOL_UNRESOLVED ? KMT_ROLE_BAD : KMT_ROLE_TEXT,
				"%s%s %zu", shown == 1 ? ": " : ", ", from, n);
		else
			more++;
	}
	if (more)
		kmt_doc_addf(doc, KMT_ROLE_DIM, ", %zu more modules", more);
}

static void add_note(const struct kmt_map *exports, size_t needed, struct kmt_doc *doc)
{
	if (exports->n || !needed)
		return;
	kmt_doc_wrap(doc, "", 0, KMT_ROLE_DIM,
		"The symbols of the kernel image are unknown: symbols that no module exports are most likely there.");
}

static void add_heading(struct kmt_doc *doc, const char *title, size_t n)
{
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_HEADING, title);
	if (n)
		kmt_doc_addf(doc, KMT_ROLE_TEXT, " %zu", n);
	else
		kmt_doc_add(doc, KMT_ROLE_DIM, " nothing");
}

void kmt_tab_sym(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_symlist list = {0};

	if (kmt_details_no_file(e, m, row, doc))
		return;
	if (!e->facts.module.path) {
		kmt_doc_line(doc, NULL);
		kmt_doc_add(doc, KMT_ROLE_DIM, "The module is built in: its symbols are those of the kernel.");
		return;
	}
	if (kmt_symlist_read(e->facts.ko, &m->list.snap, kmt_model_exports(m), NULL, &list, &err))
		kmt_doc_wrap(doc, "", 0, KMT_ROLE_BAD, err.msg);
	add_heading(doc, "Exports", list.exported.n);
	add_table(m, list.exported.v, list.exported.n, doc);
	kmt_doc_line(doc, NULL);
	add_heading(doc, "Needs", list.needed.n);
	add_providers(&list, doc);
	add_note(kmt_model_exports(m), list.needed.n, doc);
	add_table(m, list.needed.v, list.needed.n, doc);
	kmt_symlist_free(&list);
}
