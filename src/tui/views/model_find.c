/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the model has a module, and what it reads only when somebody asks. */
#include <kmt/tui/model.h>

const char *kmt_model_module(struct kmt_model *m, const char *name, enum kmt_view *view)
{
	const struct kmt_snapshot *snap = &m->list.snap;
	const struct kmt_procmod *loaded = kmt_snapshot_loaded(snap, name);
	const struct kmt_module *module;

	*view = KMT_VIEW_LOADED;
	if (loaded)
		return loaded->name;
	module = snap->has_tree ? kmt_modindex_find(&snap->index, name) : NULL;
	*view = KMT_VIEW_AVAILABLE;
	if (module)
		return module->name;
	module = snap->has_tree ? kmt_modindex_find_builtin(&snap->index, name) : NULL;
	*view = KMT_VIEW_BUILTIN;
	return module ? module->name : NULL;
}

enum kmt_view kmt_model_view_of(struct kmt_model *m, const char *name)
{
	enum kmt_view view;

	return kmt_model_module(m, name, &view) ? view : KMT_VIEW_COUNT;
}

const struct kmt_modaliases *kmt_model_devices(struct kmt_model *m)
{
	if (!m->tried_devices)
		m->has_devices = !kmt_modaliases_read(m->root, &m->devices);
	m->tried_devices = true;
	return m->has_devices ? &m->devices : NULL;
}

const struct kmt_map *kmt_model_exports(struct kmt_model *m)
{
	if (!m->tried_exports)
		kmt_kernel_exports_read(&m->list.snap, true, &m->exports);
	m->tried_exports = true;
	return &m->exports.by_name;
}
