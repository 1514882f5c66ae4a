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

const struct kmt_check_verdict *kmt_model_known_verdict(const struct kmt_model *m, const char *name)
{
	return kmt_map_get(&m->verdicts, name);
}

const struct kmt_check_verdict *kmt_model_verdict(struct kmt_model *m, const char *name, const char *path)
{
	const struct kmt_check_subject subject = {.name = name, .path = path, .brief = true};
	struct kmt_check_verdict *verdict = kmt_map_get(&m->verdicts, name);

	if (verdict)
		return verdict;
	if (!m->check_env) {
		m->check_env = kmt_check_env_new(&m->list.snap, &m->policy);
		m->checker = kmt_checker_new(m->check_env);
	}
	verdict = kmt_alloc(sizeof(*verdict));
	kmt_check_module(m->checker, &subject, verdict);
	kmt_vec_push(&m->all_verdicts, verdict);
	kmt_map_add(&m->verdicts, name, verdict);
	return verdict;
}

bool kmt_model_read_words(struct kmt_model *m)
{
	return m->wants_words && m->has_snap && kmt_words_step(&m->words, &m->list.snap);
}
