/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of the views of modules: loaded, available, built in. */
#include "views.h"

static void add_row(struct kmt_model *m, struct kmt_model_view *v, struct kmt_list_row row)
{
	struct kmt_list_row *copy = KMT_ARENA_NEW(&m->list.arena, struct kmt_list_row);

	*copy = row;
	copy->file = KMT_ARENA_NEW(&m->list.arena, struct kmt_list_file);
	kmt_vec_push(&v->rows, copy);
}

void kmt_view_loaded_read(struct kmt_model *m, struct kmt_model_view *v)
{
	const struct kmt_procmod *loaded;

	v->ctx = &m->list;
	kmt_vec_foreach (loaded, &m->list.snap.loaded.rows)
		add_row(m, v, (struct kmt_list_row){.name = loaded->name, .loaded = loaded});
}

void kmt_view_available_read(struct kmt_model *m, struct kmt_model_view *v)
{
	struct kmt_snapshot *snap = &m->list.snap;

	v->ctx = &m->list;
	if (!snap->has_tree)
		return;
	kmt_modindex_all(&snap->index);
	for (size_t i = 0; i < snap->index.modules.n; i++) {
		const struct kmt_module *module = snap->index.modules.v[i];

		if (!kmt_map_get(&snap->loaded_by_name, module->name))
			add_row(m, v, (struct kmt_list_row){.name = module->name, .module = module});
	}
}

void kmt_view_builtin_read(struct kmt_model *m, struct kmt_model_view *v)
{
	struct kmt_snapshot *snap = &m->list.snap;

	v->ctx = &m->list;
	if (!snap->has_tree)
		return;
	kmt_modindex_all(&snap->index);
	for (size_t i = 0; i < snap->index.builtins.n; i++) {
		const struct kmt_module *module = snap->index.builtins.v[i];

		add_row(m, v,
			(struct kmt_list_row){.name = module->name, .module = module, .builtin = true});
	}
}

const char *kmt_view_module_id(const void *row)
{
	return ((const struct kmt_list_row *)row)->name;
}

const char *kmt_view_module_itself(struct kmt_model *m, const void *row)
{
	return ((const struct kmt_list_row *)row)->name;
}

const char *kmt_view_loaded_why_empty(struct kmt_model *m)
{
	const struct kmt_snapshot *snap = &m->list.snap;

	if (!snap->running)
		return kmt_arena_printf(&m->views[KMT_VIEW_LOADED].scratch,
			"%s does not run here: nothing is loaded.", snap->version);
	if (!snap->has_modules)
		return "This kernel has no list of loaded modules: it was built without loadable modules.";
	return NULL;
}

const char *kmt_view_tree_why_empty(struct kmt_model *m)
{
	return m->list.snap.has_tree ? NULL : m->list.snap.tree_err.msg;
}
