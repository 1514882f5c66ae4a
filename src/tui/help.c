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
		kmt_strbuf_addf(&keys, "%s%s", i ? " " : "", name);
	}
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_NAME, "  %-*s", KEYS_WIDTH, kmt_strbuf_str(&keys));
	kmt_doc_add(doc, KMT_ROLE_TEXT, b->help);
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
	for (const struct kmt_column *c = kmt_model_columns; c->name; c++) {
		kmt_doc_line(doc, NULL);
		kmt_doc_addf(doc, KMT_ROLE_NAME, "  %-*s", KEYS_WIDTH, c->header);
		kmt_doc_add(doc, KMT_ROLE_TEXT, c->help);
	}
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_DIM, "Alt with 1 ... 9, 0 stands for F1 ... F9, F10.");
}
