/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What views and tabs share. */
#include "views_priv.h"

#include <kmt/tui/details.h>

const char *const kmt_view_titles[KMT_VIEW_COUNT] = {
	[KMT_VIEW_LOADED] = "Loaded",
	[KMT_VIEW_AVAILABLE] = "Available",
	[KMT_VIEW_BUILTIN] = "Built-in",
	[KMT_VIEW_CONFIG] = "Config",
	[KMT_VIEW_LOG] = "Log",
	[KMT_VIEW_DEVICES] = "Devices",
};

void kmt_view_add_module(struct kmt_doc *doc, struct kmt_model *m, const char *module)
{
	kmt_doc_line(doc, module);
	kmt_doc_addf(doc, KMT_ROLE_LABEL, "%-*s", KMT_VIEW_LABEL, "Module");
	kmt_doc_add(doc, KMT_ROLE_NAME, module);
	kmt_doc_addf(doc, KMT_ROLE_DIM, "  %s", kmt_view_titles[kmt_model_view_of(m, module)]);
}

const char *kmt_view_id(const char *text, struct kmt_map *known, struct kmt_arena *arena)
{
	unsigned int *count = KMT_ARENA_NEW(arena, unsigned int), *before;
	kmt_autofree char *cut = kmt_strndup(text, KMT_ROW_ID_MAX - 17);
	char *id = kmt_arena_strdup(arena, cut);

	while ((before = kmt_map_add(known, id, count)))
		id = kmt_arena_printf(arena, "%s #%u", cut, ++*before + 1);
	return id;
}

bool kmt_details_no_file(const struct kmt_details_entry *e, const struct kmt_model *m,
	const struct kmt_list_row *row, struct kmt_doc *doc)
{
	if (e->err.msg)
		kmt_doc_wrap(doc, "", 0, KMT_ROLE_BAD, e->err.msg);
	else if (!m->list.snap.has_tree)
		kmt_doc_wrap(doc, "", 0, KMT_ROLE_WARN, m->list.snap.tree_err.msg);
	else if (!e->facts.module.path && !row->builtin)
		kmt_doc_wrap(doc, "", 0, KMT_ROLE_WARN, "The module is not in the module tree: its file is unknown.");
	else
		return false;
	return true;
}

const char *kmt_view_time(time_t when, struct kmt_arena *arena)
{
	char text[32];
	struct tm tm;

	if (!localtime_r(&when, &tm) || !strftime(text, sizeof(text), "%m-%d %H:%M:%S", &tm))
		return NULL;
	return kmt_arena_strdup(arena, text);
}
