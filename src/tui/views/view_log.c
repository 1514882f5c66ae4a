/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of the view of the kernel's log: struct kmt_log_row. */
#include "views_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/out/log.h>
#include <kmt/sys/paths.h>

#define LABEL KMT_VIEW_LABEL

static const char *why_none(struct kmt_model *m)
{
	int errnum = m->log.errnum;

	if (errnum == EPERM || errnum == EACCES)
		return "Reading the kernel log requires root (kernel.dmesg_restrict=1).";
	if (errnum == ENOENT)
		return "There is no kernel log here: no " KMT_PATH_DEV_KMSG ".";
	return errnum ? kmt_arena_printf(&m->list.arena, "The kernel log cannot be read: %s.",
				strerror(errnum))
		      : NULL;
}

static void refill(struct kmt_model *m, struct kmt_model_view *v)
{
	v->rows.n = 0;
	for (size_t i = 0; i < m->log.rows.n; i++)
		kmt_vec_push(&v->rows, m->log.rows.v[i]);
}

/* Lost lines are told of once. */
static bool take(struct kmt_model *m)
{
	bool told = m->log.overrun, any = kmt_log_read(&m->log, m->root);

	if (m->log.overrun && !told)
		kmt_diag_add(&m->diag, NULL,
			"the kernel's log buffer overflowed: some lines were lost before they could be read");
	return any;
}

static void read_rows(struct kmt_model *m, struct kmt_model_view *v)
{
	v->ctx = m;
	take(m);
	v->why = why_none(m);
	refill(m, v);
}

static bool update(struct kmt_model *m, struct kmt_model_view *v)
{
	/* One that could not be opened is tried again when everything is read again. */
	if (!m->log.is_open || !take(m))
		return false;
	refill(m, v);
	return true;
}

static const char *log_id(const void *row)
{
	return ((const struct kmt_log_row *)row)->id;
}

/* The next word of *TEXT, which is moved behind it, that names a module; NULL: there is none. */
static const char *next_module(struct kmt_model *m, const char **text, enum kmt_view *view)
{
	size_t len;

	for (; (len = kmt_log_word(text)); *text += len) {
		char name[KMT_NAME_MAX];
		const char *known;

		if (len >= sizeof(name))
			continue;
		memcpy(name, *text, len);
		name[len] = '\0';
		known = kmt_model_module(m, name, view);
		if (!known)
			continue;
		*text += len;
		return known;
	}
	return NULL;
}

/* The first one; one that is loaded comes before others. */
static const char *log_module(struct kmt_model *m, const void *row)
{
	const char *text = ((const struct kmt_kmsg_record *)row)->text, *best = NULL, *known;
	enum kmt_view view, best_view = KMT_VIEW_COUNT;

	while ((known = next_module(m, &text, &view)))
		if (view < best_view) {
			best = known;
			best_view = view;
		}
	return best;
}

/* A line for each, the one that the row leads to first. */
static void add_modules(struct kmt_model *m, const void *row, struct kmt_doc *doc)
{
	const char *text = ((const struct kmt_kmsg_record *)row)->text, *known;
	const char *first = log_module(m, row);
	struct kmt_strv told = {0};
	enum kmt_view view;

	if (first)
		kmt_view_add_module(doc, m, first);
	while ((known = next_module(m, &text, &view))) {
		bool again = !strcmp(known, first);

		for (size_t i = 0; i < told.n; i++)
			again |= !strcmp(told.v[i], known);
		if (!again)
			kmt_view_add_module(doc, m, known);
		kmt_vec_push(&told, known);
	}
	kmt_vec_free(&told);
}

static bool log_passes(const void *data, const struct kmt_arrangement *how)
{
	const struct kmt_log_row *row = data;

	if (row->mark)
		return true;
	return (!how->levels || row->record.level < how->levels) &&
	       (!*how->about || kmt_log_names(row->record.text, how->about));
}

static enum kmt_hue log_hue(struct kmt_model *m, const void *row)
{
	return ((const struct kmt_log_row *)row)->mark ? KMT_HUE_BOLD : KMT_HUE_NONE;
}

/* "11-30 08:42:36" */
static const char *clock_text(
	const struct kmt_model *m, const struct kmt_kmsg_record *record, struct kmt_arena *arena)
{
	return m->booted ? kmt_view_time(m->booted + (time_t)(record->usec / 1000000), arena) : NULL;
}

/* Seconds since boot where nothing tells when that was. */
static void get_clock(const void *row, void *ctx, struct kmt_cell *out)
{
	struct kmt_model *m = ctx;
	const struct kmt_kmsg_record *record = row;
	struct kmt_arena *scratch = &m->views[KMT_VIEW_LOG].scratch;

	out->s = clock_text(m, record, scratch);
	if (!out->s)
		out->s = kmt_arena_printf(scratch, "%7" PRIu64 ".%06" PRIu64, record->usec / 1000000,
			record->usec % 1000000);
	out->hue = KMT_HUE_DIM;
}

static const struct kmt_column columns[] = {
	{"clock", "WHEN", KMT_CELL_STRING,
		.help = "date and time; seconds since boot where the time of boot is not known", .get = get_clock},
	{0},
};

static void details(struct kmt_model *m, const void *data, struct kmt_doc *doc)
{
	const struct kmt_kmsg_record *record = data;

	kmt_doc_wrap(doc, "Says", LABEL, kmt_role_of_hue(kmt_log_level_hue(record->level)), record->text);
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_LABEL, "%-*s", LABEL, "Level");
	kmt_doc_addf(doc, KMT_ROLE_TEXT, "%u, %s", record->level, kmt_log_level_name(record->level));
	if (record->facility)
		kmt_doc_addf(doc, KMT_ROLE_DIM, "  written to the log by a program (facility %u)",
			record->facility);
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_LABEL, "%-*s", LABEL, "Time");
	kmt_doc_addf(doc, KMT_ROLE_TEXT, "%" PRIu64 ".%06" PRIu64 " s after boot", record->usec / 1000000,
		record->usec % 1000000);
	if (clock_text(m, record, &doc->arena))
		kmt_doc_addf(doc, KMT_ROLE_DIM, "  %s", clock_text(m, record, &doc->arena));
	add_modules(m, data, doc);
}

const struct kmt_view_def kmt_view_log = {
	.brief = "Log",
	.empty = "The kernel log is empty.",
	.lazy = true,
	.follows = true,
	.tables = {kmt_log_columns, columns},
	.columns = {
		{"clock", .width = 14},
		{"time", .width = 14, .from_width = 100},
		{"level", 6, .searched = true},
		{"text", -1, .searched = true},
	},
	.read = read_rows,
	.update = update,
	.passes = log_passes,
	.hue = log_hue,
	.id = log_id,
	.module = log_module,
	.details = details,
};
