/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/sys/paths.h>

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

static void forget_shown(struct kmt_model_view *v)
{
	free(v->shown);
	free(v->guides);
	v->shown = NULL;
	v->guides = NULL;
	v->n_shown = 0;
	kmt_arena_free(&v->guide_arena);
}

static void forget(struct kmt_model *m)
{
	for (size_t i = 0; i < KMT_VIEW_COUNT; i++) {
		kmt_vec_free(&m->views[i].rows);
		forget_shown(&m->views[i]);
		kmt_arena_free(&m->views[i].scratch);
		m->views[i] = (struct kmt_model_view){0};
		if (kmt_views[i].forget)
			kmt_views[i].forget(m);
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

static void note_loaded(
	struct kmt_model *m, const struct kmt_snapshot *before, const struct kmt_snapshot *now)
{
	const struct kmt_procmod *mod;

	if (!before->has_modules || !now->has_modules)
		return;
	kmt_vec_foreach (mod, &before->loaded.rows)
		if (!kmt_snapshot_loaded(now, mod->name))
			kmt_recent_note(&m->recent, mod->name, true);
	kmt_vec_foreach (mod, &now->loaded.rows)
		if (!kmt_snapshot_loaded(before, mod->name))
			kmt_recent_note(&m->recent, mod->name, false);
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
	if (m->has_snap)
		note_loaded(m, &m->list.snap, &snap);
	forget(m);
	kmt_diag_clear(&m->diag);
	m->diag = diag;
	m->list = (struct kmt_list_ctx){.root = m->root, .diag = &m->diag, .snap = snap};
	m->list.snap.diag = &m->diag;
	m->has_snap = true;
	m->policy = (struct kmt_policy){0};
	kmt_policy_read(m->root, &m->list.arena, &m->policy);
	read_taint(m);
	for (int view = 0; view < KMT_VIEW_COUNT; view++)
		if (!kmt_views[view].lazy)
			kmt_model_read_view(m, (enum kmt_view)view);
	return 0;
}

void kmt_model_read_view(struct kmt_model *m, enum kmt_view view)
{
	struct kmt_model_view *v = &m->views[view];

	if (v->is_read || !m->has_snap)
		return;
	kmt_views[view].read(m, v);
	v->is_read = true;
}

void kmt_model_reread_view(struct kmt_model *m, enum kmt_view view)
{
	struct kmt_model_view *v = &m->views[view];

	v->rows.n = v->n_shown = v->n_gone = 0;
	v->is_read = false;
	kmt_model_read_view(m, view);
}

void kmt_model_free(struct kmt_model *m)
{
	kmt_recent_free(&m->recent);
	forget(m);
	kmt_log_close(&m->log);
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

static bool cell_contains(const struct kmt_cell *cell, const char *text, bool exact)
{
	if (cell->s && contains(cell->s, text, exact))
		return true;
	for (size_t i = 0; i < cell->list.n; i++)
		if (contains(cell->list.v[i], text, exact))
			return true;
	return false;
}

bool kmt_model_matches(struct kmt_model *m, enum kmt_view view, const void *row, const char *text)
{
	bool exact = has_upper(text);

	for (const struct kmt_view_column *c = kmt_views[view].columns; c->name; c++) {
		struct kmt_cell cell = {0};

		if (!c->searched)
			continue;
		kmt_view_column(view, c->name)->get(row, m->views[view].ctx, &cell);
		if (cell_contains(&cell, text, exact))
			return true;
	}
	return false;
}

/* The column that is as wide as its longest cell; NULL if none is. */
static const struct kmt_column *measured_column(enum kmt_view view)
{
	for (const struct kmt_view_column *c = kmt_views[view].columns; c->name; c++)
		if (!c->width)
			return kmt_view_column(view, c->name);
	return NULL;
}

static int cell_length(const struct kmt_column *column, const void *row, void *ctx)
{
	struct kmt_cell cell = {0};

	column->get(row, ctx, &cell);
	return cell.s ? (int)strlen(cell.s) : 0;
}

/* Takes over WANTED where the rows' own order is asked for. */
static const void **in_order(struct kmt_rows *wanted, const struct kmt_selection *by)
{
	const void **rows = wanted->rows;

	if (by->sort) {
		rows = kmt_rows_sorted(wanted, by);
		free(wanted->rows);
		return rows;
	}
	for (size_t i = 0; by->descending && i < wanted->n / 2; i++) {
		const void *row = rows[i];

		rows[i] = rows[wanted->n - 1 - i];
		rows[wanted->n - 1 - i] = row;
	}
	return rows;
}

void kmt_model_arrange(struct kmt_model *m, enum kmt_view view, const struct kmt_arrangement *how)
{
	struct kmt_model_view *v = &m->views[view];
	const char *sort = how->sort ? how->sort : kmt_views[view].sort;
	const struct kmt_column *measured = measured_column(view);
	struct kmt_rows rows = {.rows = kmt_realloc_array(NULL, v->rows.n + 1, sizeof(*rows.rows)),
		.ctx = v->ctx};
	struct kmt_selection by = {
		.sort = sort ? kmt_view_column(view, sort) : NULL, .descending = how->descending};

	v->longest = 0;
	for (size_t i = 0; i < v->rows.n; i++) {
		int len;

		if (*how->filter && !kmt_model_matches(m, view, v->rows.v[i], how->filter))
			continue;
		rows.rows[rows.n++] = v->rows.v[i];
		len = measured ? cell_length(measured, v->rows.v[i], v->ctx) : 0;
		if (len > v->longest)
			v->longest = len;
	}
	forget_shown(v);
	v->shown = in_order(&rows, &by);
	v->n_shown = rows.n;
	if (how->tree && kmt_views[view].children)
		kmt_tree_arrange(m, v, &kmt_views[view]);
	kmt_arena_free(&v->scratch);
}

size_t kmt_model_find(const struct kmt_model *m, enum kmt_view view, const char *id)
{
	const struct kmt_model_view *v = &m->views[view];

	for (size_t i = 0; i < v->n_shown; i++)
		if (!strcmp(kmt_views[view].id(v->shown[i]), id))
			return i;
	return SIZE_MAX;
}

const char *kmt_model_module(struct kmt_model *m, const char *name, enum kmt_view *view)
{
	struct kmt_snapshot *snap = &m->list.snap;
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
