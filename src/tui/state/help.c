/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help overlay: the table of keys as text, so that neither can be wrong alone. */
#include <kmt/tui/state.h>

#define KEYS_WIDTH 24

static void add_binding(struct kmt_doc *doc, const struct kmt_binding *b)
{
	kmt_autostrbuf struct kmt_strbuf keys = KMT_STRBUF_INIT;

	for (size_t i = 0; i < KMT_BINDING_KEYS && b->keys[i]; i++) {
		char name[KMT_KEY_NAME];

		kmt_key_name(b->keys[i], name);
		kmt_strbuf_item(&keys, " ", "%s", name);
	}
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_NAME, "  %-*s", KEYS_WIDTH, kmt_strbuf_str(&keys));
	kmt_doc_add(doc, KMT_ROLE_TEXT, b->help);
}

static void add_mark(struct kmt_doc *doc, const char *mark, const char *help)
{
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_NAME, "  %-*s", KEYS_WIDTH, mark);
	kmt_doc_add(doc, KMT_ROLE_TEXT, help);
}

void kmt_help_doc(struct kmt_doc *doc)
{
	for (const struct kmt_binding *b = kmt_bindings; b->action; b++) {
		if (b->group) {
			kmt_doc_line(doc, NULL);
			kmt_doc_add(doc, KMT_ROLE_HEADING, b->group);
		}
		add_binding(doc, b);
	}
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_HEADING, "Marks");
	add_mark(doc, ">, *, #", "the bar, a tag, the bar on a tag");
	for (const struct kmt_column *c = kmt_model_columns; c->name; c++)
		add_mark(doc, c->header, c->help);
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_DIM, "Alt with 1 ... 9, 0 is equivalent to F1 ... F9, F10.");
}
