/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of views. */
#include "views_priv.h"

#include <string.h>

const struct kmt_column *kmt_view_column(enum kmt_view view, const char *name)
{
	const struct kmt_column *const *tables = kmt_views[view]->tables;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(kmt_views[view]->tables) && tables[i]; i++)
		for (const struct kmt_column *c = tables[i]; c->name; c++)
			if (!strcmp(c->name, name))
				return c;
	return NULL;
}

bool kmt_view_has_tree(enum kmt_view view)
{
	return kmt_views[view]->children && !kmt_views[view]->group;
}

bool kmt_view_is_tree(enum kmt_view view, const struct kmt_arrangement *how)
{
	return kmt_views[view]->group || (how->tree && kmt_view_has_tree(view));
}

bool kmt_column_is_number(const struct kmt_column *column)
{
	return column->kind == KMT_CELL_NUMBER || column->kind == KMT_CELL_SIZE ||
	       column->kind == KMT_CELL_USEC;
}

const struct kmt_view_def *const kmt_views[KMT_VIEW_COUNT] = {
	[KMT_VIEW_LOADED] = &kmt_view_loaded,
	[KMT_VIEW_AVAILABLE] = &kmt_view_available,
	[KMT_VIEW_BUILTIN] = &kmt_view_builtin,
	[KMT_VIEW_CONFIG] = &kmt_view_config,
	[KMT_VIEW_LOG] = &kmt_view_log,
	[KMT_VIEW_DEVICES] = &kmt_view_devices,
};
