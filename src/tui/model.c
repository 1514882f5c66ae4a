/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/model.h>

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/sys/paths.h>

static void add_row(struct kmt_model *m, enum kmt_view view, struct kmt_list_row row)
{
	struct kmt_list_row *copy = KMT_ARENA_NEW(&m->list.arena, struct kmt_list_row);

	*copy = row;
	copy->file = KMT_ARENA_NEW(&m->list.arena, struct kmt_list_file);
	kmt_vec_push(&m->views[view].rows, copy);
}

static void collect(struct kmt_model *m)
{
	struct kmt_snapshot *snap = &m->list.snap;

	for (size_t i = 0; i < snap->loaded.rows.n; i++)
		add_row(m, KMT_VIEW_LOADED,
			(struct kmt_list_row){.name = snap->loaded.rows.v[i].name,
				.loaded = &snap->loaded.rows.v[i]});
	if (!snap->has_tree)
		return;
	kmt_modindex_all(&snap->index);
	for (size_t i = 0; i < snap->index.modules.n; i++) {
		const struct kmt_module *module = snap->index.modules.v[i];

		if (!kmt_map_get(&snap->loaded_by_name, module->name))
			add_row(m, KMT_VIEW_AVAILABLE,
				(struct kmt_list_row){.name = module->name, .module = module});
	}
	for (size_t i = 0; i < snap->index.builtins.n; i++)
		add_row(m, KMT_VIEW_BUILTIN,
			(struct kmt_list_row){.name = snap->index.builtins.v[i]->name,
				.module = snap->index.builtins.v[i],
				.builtin = true});
}

/* The bits of /proc/sys/kernel/tainted as the letters of the kernel's documentation
 * (Documentation/admin-guide/tainted-kernels.rst); bit 0 is G where it is not set. */
static void read_taint(struct kmt_model *m)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTNJ";
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	uint64_t bits;
	size_t n = 0;

	m->taint[0] = '\0';
	if (kmt_root_read_line(m->root, KMT_PATH_PROC_TAINTED, &text) ||
		kmt_num_u64(kmt_strbuf_str(&text), 10, &bits))
		return;
	for (size_t i = 0; letters[i]; i++)
		if (bits >> i & 1)
			m->taint[n++] = letters[i];
	m->taint[n] = '\0';
}

static void forget(struct kmt_model *m)
{
	for (size_t i = 0; i < KMT_VIEW_COUNT; i++) {
		kmt_vec_free(&m->views[i].rows);
		free(m->views[i].shown);
		m->views[i] = (struct kmt_model_view){0};
	}
	kmt_list_ctx_free(&m->list);
	if (m->has_snap)
		kmt_snapshot_free(&m->list.snap);
	m->list = (struct kmt_list_ctx){0};
	m->has_snap = false;
	kmt_modaliases_free(&m->devices);
	kmt_map_free(&m->exports);
	kmt_arena_free(&m->exports_arena);
	m->tried_devices = m->has_devices = m->tried_exports = false;
}

int kmt_model_read(struct kmt_model *m, struct kmt_err *err)
{
	struct kmt_snapshot snap;
	struct kmt_diag diag = {0};
	int r = kmt_snapshot_take(&snap, m->root, m->kernel,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG, &diag, err);

	if (r < 0) {
		kmt_diag_clear(&diag);
		return r;
	}
	forget(m);
	kmt_diag_clear(&m->diag);
	m->diag = diag;
	m->list = (struct kmt_list_ctx){.root = m->root, .diag = &m->diag, .snap = snap};
	m->list.snap.diag = &m->diag;
	m->has_snap = true;
	m->policy = (struct kmt_policy){0};
	kmt_policy_read(m->root, &m->list.arena, &m->policy);
	read_taint(m);
	collect(m);
	return 0;
}

void kmt_model_free(struct kmt_model *m)
{
	forget(m);
	kmt_diag_clear(&m->diag);
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
	struct kmt_kernel_exports texts;

	if (m->tried_exports)
		return &m->exports;
	m->tried_exports = true;
	kmt_kernel_exports_read(&m->list.snap, &texts);
	kmt_kernel_exports_all(&texts, &m->exports_arena, &m->exports);
	kmt_kernel_exports_free(&texts);
	return &m->exports;
}

static bool has_upper(const char *s)
{
	while (*s && !isupper((unsigned char)*s))
		s++;
	return *s;
}

static int fold(char c, bool exact)
{
	if (c == '-')
		return '_';
	return exact ? (unsigned char)c : tolower((unsigned char)c);
}

static bool contains(const char *s, const char *text, bool exact)
{
	for (; *s; s++) {
		size_t i = 0;

		while (text[i] && fold(s[i], exact) == fold(text[i], exact))
			i++;
		if (!text[i])
			return true;
	}
	return !*text;
}

bool kmt_model_matches(
	struct kmt_model *m, enum kmt_view view, const struct kmt_list_row *row, const char *text)
{
	bool exact = has_upper(text);

	for (const struct kmt_view_column *c = kmt_views[view].columns; c->name; c++) {
		struct kmt_cell cell = {0};

		if (!c->searched)
			continue;
		kmt_model_column(c->name)->get(row, &m->list, &cell);
		if (cell.s && contains(cell.s, text, exact))
			return true;
	}
	return false;
}

void kmt_model_arrange(struct kmt_model *m, enum kmt_view view, const struct kmt_arrangement *how)
{
	struct kmt_model_view *v = &m->views[view];
	kmt_autofree const void **wanted =
		kmt_realloc_array(NULL, v->rows.n + 1, sizeof(*wanted));
	struct kmt_rows rows = {.rows = wanted, .ctx = &m->list};
	struct kmt_selection by = {.sort = kmt_model_column(how->sort ? how->sort : "name"),
		.descending = how->descending};

	v->longest = 0;
	for (size_t i = 0; i < v->rows.n; i++) {
		int len = (int)strlen(v->rows.v[i]->name);

		if (*how->filter && !kmt_model_matches(m, view, v->rows.v[i], how->filter))
			continue;
		wanted[rows.n++] = v->rows.v[i];
		if (len > v->longest)
			v->longest = len;
	}
	free(v->shown);
	v->shown = (const struct kmt_list_row **)kmt_rows_sorted(&rows, &by);
	v->n_shown = rows.n;
}

size_t kmt_model_find(const struct kmt_model *m, enum kmt_view view, const char *name)
{
	const struct kmt_model_view *v = &m->views[view];

	for (size_t i = 0; i < v->n_shown; i++)
		if (!strcmp(v->shown[i]->name, name))
			return i;
	return SIZE_MAX;
}

enum kmt_view kmt_model_view_of(struct kmt_model *m, const char *name)
{
	struct kmt_snapshot *snap = &m->list.snap;

	if (kmt_snapshot_loaded(snap, name))
		return KMT_VIEW_LOADED;
	if (snap->has_tree && kmt_modindex_find(&snap->index, name))
		return KMT_VIEW_AVAILABLE;
	if (snap->has_tree && kmt_modindex_find_builtin(&snap->index, name))
		return KMT_VIEW_BUILTIN;
	return KMT_VIEW_COUNT;
}
