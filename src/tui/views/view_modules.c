/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of the views of modules: loaded, available, built in. */
#include "views_priv.h"

static const char *module_id(const void *row)
{
	return ((const struct kmt_list_row *)row)->name;
}

static void add_row(struct kmt_model *m, struct kmt_model_view *v, struct kmt_list_row row)
{
	struct kmt_list_row *copy = KMT_ARENA_NEW(&m->list.arena, struct kmt_list_row);

	*copy = row;
	copy->file = KMT_ARENA_NEW(&m->list.arena, struct kmt_list_file);
	kmt_vec_push(&v->rows, copy);
}

static void loaded_read(struct kmt_model *m, struct kmt_model_view *v)
{
	const struct kmt_procmod *loaded;
	const struct kmt_recent_row *recent;

	v->ctx = &m->list;
	if (!m->list.snap.running)
		v->why = kmt_arena_printf(
			&m->list.arena, "%s is not the running kernel: no modules are loaded.", m->list.snap.version);
	else if (!m->list.snap.has_modules)
		v->why = "This kernel was built without support for loadable modules.";
	kmt_vec_foreach (loaded, &m->list.snap.loaded.rows)
		add_row(m, v, (struct kmt_list_row){.name = loaded->name, .loaded = loaded});
	/* What was unloaded stays in sight for a moment. */
	kmt_vec_foreach (recent, &m->recent.rows) {
		if (!recent->gone || !m->list.snap.has_modules)
			continue;
		add_row(m, v, (struct kmt_list_row){.name = kmt_arena_strdup(&m->list.arena, recent->name)});
		v->n_gone++;
	}
}

static const struct kmt_strv *loaded_children(struct kmt_model *m, const void *row)
{
	const struct kmt_procmod *loaded = ((const struct kmt_list_row *)row)->loaded;

	return loaded ? &loaded->holders : NULL;
}

static enum kmt_hue loaded_hue(struct kmt_model *m, const void *row)
{
	const struct kmt_recent_row *recent = kmt_recent_get(&m->recent, module_id(row));

	if (!recent)
		return KMT_HUE_NONE;
	return recent->gone ? KMT_HUE_BAD : KMT_HUE_GOOD;
}

/* False, with the reason in V: there is none. */
static bool open_tree(struct kmt_model *m, struct kmt_model_view *v)
{
	const struct kmt_snapshot *snap = &m->list.snap;

	v->ctx = &m->list;
	if (!snap->has_tree)
		v->why = snap->tree_err.msg;
	return snap->has_tree;
}

static void available_read(struct kmt_model *m, struct kmt_model_view *v)
{
	const struct kmt_snapshot *snap = &m->list.snap;

	if (!open_tree(m, v))
		return;
	for (size_t i = 0; i < kmt_modindex_count(&snap->index); i++) {
		const struct kmt_module *module = kmt_modindex_at(&snap->index, i);

		if (!kmt_map_get(&snap->loaded_by_name, module->name))
			add_row(m, v, (struct kmt_list_row){.name = module->name, .module = module});
	}
}

static void builtin_read(struct kmt_model *m, struct kmt_model_view *v)
{
	const struct kmt_snapshot *snap = &m->list.snap;

	if (!open_tree(m, v))
		return;
	for (size_t i = 0; i < kmt_modindex_builtin_count(&snap->index); i++) {
		const struct kmt_module *module = kmt_modindex_builtin_at(&snap->index, i);

		add_row(m, v,
			(struct kmt_list_row){.name = module->name, .module = module, .builtin = true});
	}
}

static const char *module_itself(struct kmt_model *m, const void *row)
{
	return ((const struct kmt_list_row *)row)->name;
}

const struct kmt_view_def kmt_view_loaded = {
	.brief = "Loaded",
	.empty = "No module is loaded.",
	.sort = "name",
	.tables = {kmt_model_columns, kmt_list_columns},
	.columns = {
		{"name", 0, .searched = true},
		{"size", .width = 6},
		{"refs", .width = 5},
		{"st", .width = 4},
		{"taint", .width = 5},
		{"holders", -1, .from_width = 50},
	},
	.words = true,
	.read = loaded_read,
	.hue = loaded_hue,
	.children = loaded_children,
	.id = module_id,
	.module = module_itself,
};

const struct kmt_view_def kmt_view_available = {
	.brief = "Avail",
	.empty = "All modules of the module tree are loaded.",
	.sort = "name",
	.tables = {kmt_model_columns, kmt_list_columns},
	.columns = {
		{"name", 0, .searched = true},
		{"st", .width = 3},
		{"path", -1, .searched = true},
	},
	.words = true,
	.read = available_read,
	.id = module_id,
	.module = module_itself,
};

const struct kmt_view_def kmt_view_builtin = {
	.brief = "Built-in",
	.empty = "The module tree has no list of built-in modules.",
	.sort = "name",
	.tables = {kmt_model_columns, kmt_list_columns},
	.columns = {
		{"name", 0, .searched = true},
		{"path", -1, .searched = true},
	},
	.words = true,
	.read = builtin_read,
	.id = module_id,
	.module = module_itself,
};
