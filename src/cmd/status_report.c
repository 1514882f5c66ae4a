/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "status_priv.h"

#include <json.h>
#include <string.h>

#include <kmt/base/scrub.h>
#include <kmt/cmd/print.h>
#include <kmt/explain/explain.h>
#include <kmt/out/json.h>
#include <kmt/out/rows.h>
#include <kmt/source/identity.h>
#include <kmt/source/sysmodule.h>
#include <kmt/sys/paths.h>

/* The last ones count most. */
#define FAILED_MAX 50

struct scrubber {
	struct kmt_strv hosts, users;
	struct kmt_arena *arena;
};

static const char *scrub(const struct scrubber *s, const char *text)
{
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

	if (!text)
		return NULL;
	kmt_scrub(text, &s->hosts, &s->users, &out);
	return kmt_arena_strdup(s->arena, kmt_strbuf_str(&out));
}

static void scrub_status(const struct scrubber *s, struct kmt_status *status)
{
	struct kmt_status_row *row;

	kmt_vec_foreach (row, &status->rows) {
		row->value = scrub(s, row->value);
		row->next = scrub(s, row->next);
		for (size_t i = 0; i < row->log.n; i++)
			row->log.v[i] = scrub(s, row->log.v[i]);
	}
}

static void add_modules(const struct scrubber *s, const struct kmt_snapshot *snap, struct kmt_bugreport *report)
{
	const struct kmt_procmod *m;

	kmt_vec_foreach (m, &snap->loaded.rows) {
		const struct kmt_module *file = snap->has_tree ? kmt_modindex_find(&snap->index, m->name) : NULL;
		const char *version = kmt_sysmodule_attr(snap->root, m->name, "version", s->arena);

		if (*m->taint)
			kmt_vec_push(&report->modules,
				(struct kmt_bugreport_module){m->name, m->taint, kmt_state_word(m->state),
					scrub(s, version), file ? scrub(s, file->path) : NULL});
	}
}

static void add_config(const struct scrubber *s, const struct kmt_snapshot *snap, struct kmt_bugreport *report)
{
	const struct kmt_conf_line *line;

	kmt_vec_foreach (line, &snap->conf.lines) {
		const char *kind = kmt_conf_kind_name(line->kind), *text = line->value;

		if (!line->origin.file || strncmp(line->origin.file, KMT_PATH_ETC "/", strlen(KMT_PATH_ETC "/")))
			continue;
		if (kind)
			text = kmt_arena_printf(s->arena, "%s %s%s%s", kind, kmt_conf_line_name(line),
				*line->value ? " " : "", line->value);
		kmt_vec_push(&report->config,
			(struct kmt_bugreport_line){
				.origin = {scrub(s, line->origin.file), line->origin.line}, .text = scrub(s, text)});
	}
}

static void add_failed(const struct scrubber *s, const struct kmt_kmsg_log *log, struct kmt_bugreport *report)
{
	size_t first = log->records.n, n = 0;

	while (first && n < FAILED_MAX)
		n += kmt_explain_is_failure(log->records.v[--first].text);
	for (size_t i = first; i < log->records.n; i++)
		if (kmt_explain_is_failure(log->records.v[i].text))
			kmt_vec_push(&report->failed,
				scrub(s, kmt_status_log_line(&log->records.v[i], s->arena)));
}

void kmt_bugreport_make(const struct kmt_snapshot *snap, const struct kmt_kmsg_log *log,
	struct kmt_status *status, struct kmt_bugreport *report)
{
	struct scrubber s = {.arena = &report->arena};
	kmt_autostrbuf struct kmt_strbuf cmdline = KMT_STRBUF_INIT;

	kmt_identity_read(snap->root, s.arena, &s.hosts, &s.users);
	report->system = kmt_os_release(snap->root, "PRETTY_NAME", s.arena);
	if (snap->running && !kmt_root_read_line(snap->root, KMT_PATH_PROC_CMDLINE, &cmdline))
		report->cmdline = scrub(&s, kmt_strbuf_str(&cmdline));
	scrub_status(&s, status);
	add_modules(&s, snap, report);
	add_config(&s, snap, report);
	add_failed(&s, log, report);
	kmt_vec_free(&s.hosts);
	kmt_vec_free(&s.users);
}

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_bugreport_module *)row)->name;
}

static void get_taint(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_bugreport_module *)row)->taint;
}

static void get_state(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_bugreport_module *)row)->state;
}

static void get_version(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_bugreport_module *)row)->version;
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_bugreport_module *)row)->file;
}

static const struct kmt_column module_columns[] = {
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true, .get = get_module},
	{"taint", "TAINT", KMT_CELL_STRING, true, .whole = true, .get = get_taint},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true, .get = get_state},
	{"version", "VERSION", KMT_CELL_STRING, true, .get = get_version},
	{"file", "FILE", KMT_CELL_STRING, true, .path = true, .get = get_file},
	{0},
};

/* The caller frees .rows. */
static void module_rows(const struct kmt_bugreport *report, struct kmt_rows *rows)
{
	*rows = (struct kmt_rows){.columns = module_columns, .n = report->modules.n};
	rows->rows = kmt_realloc_array(NULL, rows->n + 1, sizeof(*rows->rows));
	for (size_t i = 0; i < rows->n; i++)
		rows->rows[i] = &report->modules.v[i];
}

void kmt_bugreport_head(const struct kmt_bugreport *report)
{
	printf("kmtool %s", PACKAGE_VERSION);
	if (report->system) {
		fputs(", ", stdout);
		kmt_put_text(stdout, report->system);
	}
	puts("\n");
}

static void print_title(const char *title, bool any)
{
	printf("\n%s:%s\n", title, any ? "" : " none");
}

static void print_text(const char *text)
{
	fputs("  ", stdout);
	kmt_put_text(stdout, text);
	putchar('\n');
}

int kmt_bugreport_rest(struct kmt_env *env, const struct kmt_bugreport *report, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	const struct kmt_bugreport_line *line;
	struct kmt_arena arena = {0};
	struct kmt_rows rows;
	int r;

	print_title("Kernel command line", report->cmdline != NULL);
	if (report->cmdline)
		print_text(report->cmdline);
	print_title("Loaded modules with taint", report->modules.n);
	module_rows(report, &rows);
	r = kmt_select(module_columns, NULL, NULL, &sel, err);
	if (!r && rows.n)
		r = kmt_cmd_print(env, &rows, &sel, err);
	free(rows.rows);
	print_title("Configuration in /etc", report->config.n);
	kmt_vec_foreach (line, &report->config)
		print_text(kmt_arena_printf(&arena, "%s: %s", kmt_origin_text(&line->origin, &arena), line->text));
	print_title("Failed loads in the kernel log", report->failed.n);
	for (size_t i = 0; i < report->failed.n; i++)
		print_text(report->failed.v[i]);
	kmt_arena_free(&arena);
	return r;
}

void kmt_bugreport_json(const struct kmt_bugreport *report, struct json_object *doc)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct json_object *o = json_object_new_object(), *config = json_object_new_array();
	const struct kmt_bugreport_line *line;
	struct kmt_rows rows;

	json_object_object_add(o, "version", kmt_json_string(PACKAGE_VERSION));
	json_object_object_add(o, "system", kmt_json_string(report->system));
	json_object_object_add(o, "cmdline", kmt_json_string(report->cmdline));
	module_rows(report, &rows);
	kmt_select(module_columns, NULL, NULL, &sel, NULL);
	json_object_object_add(o, "modules", kmt_rows_json(&rows, &sel));
	free(rows.rows);
	kmt_vec_foreach (line, &report->config) {
		struct json_object *one = json_object_new_object();

		json_object_object_add(one, "where", kmt_json_origin(&line->origin));
		json_object_object_add(one, "text", kmt_json_string(line->text));
		json_object_array_add(config, one);
	}
	json_object_object_add(o, "config", config);
	json_object_object_add(o, "failed", kmt_json_strings(&report->failed));
	json_object_object_add(doc, "report", o);
}

void kmt_bugreport_free(struct kmt_bugreport *report)
{
	kmt_vec_free(&report->modules);
	kmt_vec_free(&report->config);
	kmt_vec_free(&report->failed);
	kmt_arena_free(&report->arena);
}
