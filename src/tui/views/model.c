/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/model.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/sys/paths.h>

/* The line "btime SECONDS" of /proc/stat. */
static void read_booted(struct kmt_model *m)
{
	static const char key[] = "\nbtime ";
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const char *line;

	m->booted = 0;
	if (kmt_root_read(m->root, KMT_PATH_PROC_STAT, 0, &text, NULL))
		return;
	line = strstr(kmt_strbuf_str(&text), key);
	if (line)
		m->booted = (time_t)strtoll(line + strlen(key), NULL, 10);
}

static void read_taint(struct kmt_model *m)
{
	uint64_t bits = 0;

	kmt_taint_read(m->root, &bits);
	kmt_taint_letters(bits, m->taint);
}

/* Columns stay as wide as they are until the new rows are measured. */
static void forget_rows(struct kmt_model_view *v)
{
	struct kmt_model_view empty = {.has_widths = v->has_widths, .widths_due = true};

	memcpy(empty.widths, v->widths, sizeof(empty.widths));
	kmt_vec_free(&v->rows);
	kmt_arena_free(&v->scratch);
	*v = empty;
}

static void forget_verdicts(struct kmt_model *m)
{
	for (size_t i = 0; i < m->all_verdicts.n; i++) {
		kmt_check_verdict_free(m->all_verdicts.v[i]);
		free(m->all_verdicts.v[i]);
	}
	kmt_vec_free(&m->all_verdicts);
	kmt_map_free(&m->verdicts);
	kmt_checker_free(m->checker);
	kmt_check_env_free(m->check_env);
	m->checker = NULL;
	m->check_env = NULL;
}

static void forget(struct kmt_model *m)
{
	forget_verdicts(m);
	for (size_t i = 0; i < KMT_VIEW_COUNT; i++) {
		kmt_model_rows_changed(m, (enum kmt_view)i);
		forget_rows(&m->views[i]);
		if (kmt_views[i]->forget)
			kmt_views[i]->forget(m);
	}
	kmt_list_ctx_free(&m->list);
	if (m->has_snap)
		kmt_snapshot_free(&m->list.snap);
	m->list = (struct kmt_list_ctx){0};
	m->has_snap = false;
	kmt_modaliases_free(&m->devices);
	kmt_kernel_exports_free(&m->exports);
	kmt_keyring_free(&m->keys);
	m->tried_devices = m->has_devices = m->tried_exports = m->tried_keys = false;
}

static void note_loaded(
	struct kmt_model *m, const struct kmt_snapshot *before, const struct kmt_snapshot *now)
{
	const struct kmt_procmod *mod;

	if (!before->has_modules || !now->has_modules)
		return;
	kmt_vec_foreach (mod, &before->loaded.rows)
		if (!kmt_snapshot_loaded(now, mod->name)) {
			kmt_recent_note(&m->recent, mod->name, true);
			kmt_changes_note(&m->changes, mod, NULL, m->now);
		}
	kmt_vec_foreach (mod, &now->loaded.rows) {
		const struct kmt_procmod *was = kmt_snapshot_loaded(before, mod->name);

		if (!was)
			kmt_recent_note(&m->recent, mod->name, false);
		kmt_changes_note(&m->changes, was, mod, m->now);
	}
}

void kmt_model_find_kernels(struct kmt_model *m)
{
	kmt_autostrbuf struct kmt_strbuf running = KMT_STRBUF_INIT;

	kmt_kernels_free(&m->kernels);
	if (kmt_root_read_line(m->root, KMT_PATH_PROC_OSRELEASE, &running))
		kmt_strbuf_truncate(&running, 0);
	kmt_kernels_find(&m->kernels, m->root, kmt_strbuf_str(&running));
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
	else
		m->changes.since = m->now;
	forget(m);
	kmt_diag_clear(&m->diag);
	m->diag = diag;
	m->list = (struct kmt_list_ctx){.root = m->root, .diag = &m->diag, .snap = snap};
	m->list.snap.diag = &m->diag;
	kmt_words_renew(&m->words, &m->list.snap);
	m->has_snap = true;
	m->policy = (struct kmt_policy){0};
	kmt_policy_read(m->root, &m->list.arena, &m->policy);
	read_taint(m);
	read_booted(m);
	for (int view = 0; view < KMT_VIEW_COUNT; view++)
		if (!kmt_views[view]->lazy)
			kmt_model_read_view(m, (enum kmt_view)view);
	return 0;
}

void kmt_model_read_view(struct kmt_model *m, enum kmt_view view)
{
	struct kmt_model_view *v = &m->views[view];

	if (v->is_read || !m->has_snap)
		return;
	/* It may have been looked at before, as an empty list. */
	kmt_model_rows_changed(m, view);
	kmt_views[view]->read(m, v);
	v->is_read = true;
}

void kmt_model_reread_view(struct kmt_model *m, enum kmt_view view)
{
	struct kmt_model_view *v = &m->views[view];

	v->rows.n = v->n_gone = 0;
	v->is_read = false;
	kmt_model_read_view(m, view);
}

void kmt_model_free(struct kmt_model *m)
{
	kmt_recent_free(&m->recent);
	kmt_changes_free(&m->changes);
	forget(m);
	kmt_words_free(&m->words);
	kmt_kernels_free(&m->kernels);
	kmt_log_close(&m->log);
	kmt_diag_clear(&m->diag);
}

size_t kmt_model_find(const struct kmt_model *m, enum kmt_view view, const char *id)
{
	const struct kmt_model_view *v = &m->views[view];

	for (size_t i = 0; i < v->n_shown; i++)
		if (!strcmp(kmt_views[view]->id(v->shown[i]), id))
			return i;
	return SIZE_MAX;
}
