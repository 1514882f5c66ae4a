/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help overlay: the table of keys as text, so that neither can be wrong alone. */
#include <kmt/tui/state.h>

#define KEYS_WIDTH 23

static void add_line(struct kmt_doc *doc, const char *name, const char *text)
{
	size_t first = doc->lines.n;
	kmt_autofree char *label = kmt_asprintf("  %s", name);

	kmt_doc_wrap(doc, label, KEYS_WIDTH + 2, KMT_ROLE_TEXT, text ? text : "");
	doc->spans.v[doc->lines.v[first].first].role = KMT_ROLE_NAME;
}

static void add_binding(struct kmt_doc *doc, const struct kmt_binding *b)
{
	kmt_autostrbuf struct kmt_strbuf keys = KMT_STRBUF_INIT;

	for (size_t i = 0; i < KMT_BINDING_KEYS && b->keys[i]; i++) {
		char name[KMT_KEY_NAME];

		kmt_key_name(b->keys[i], name);
		kmt_strbuf_item(&keys, " ", "%s", name);
	}
	add_line(doc, kmt_strbuf_str(&keys), b->help);
}

static void add_heading(struct kmt_doc *doc, const char *text)
{
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_HEADING, text);
}

/* What is looked at now comes first: its columns. */
static void add_view(struct kmt_doc *doc, enum kmt_view view)
{
	kmt_autofree char *title = kmt_asprintf("View: %s", kmt_view_titles[view]);

	add_heading(doc, title);
	for (const struct kmt_view_column *c = kmt_views[view]->columns; c->name; c++) {
		const struct kmt_column *column = kmt_view_column(view, c->name);

		add_line(doc, column->header, column->help);
	}
	add_line(doc, ">, *, #", "the bar, a tag, the bar on a tag");
}

void kmt_help_doc(struct kmt_doc *doc, enum kmt_view view)
{
	add_view(doc, view);
	for (const struct kmt_binding *b = kmt_bindings; b->action; b++) {
		if (b->group)
			add_heading(doc, b->group);
		add_binding(doc, b);
	}
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_DIM, "Alt with 1 ... 9, 0 is equivalent to F1 ... F9, F10.");
}
