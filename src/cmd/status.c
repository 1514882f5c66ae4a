/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool status`: the kernel, its switches, taint, index and initramfs at a glance; and a report of them. */
#include <json.h>
#include <string.h>

#include <kmt/check/status.h>
#include <kmt/cmd/cmd.h>
#include <kmt/cmd/print.h>
#include <kmt/explain/explain.h>
#include <kmt/index/health.h>
#include <kmt/out/json.h>
#include <kmt/out/rows.h>
#include <kmt/source/identity.h>
#include <kmt/source/scrub.h>
#include <kmt/source/sysmodule.h>
#include <kmt/sys/paths.h>

#include "cmds_priv.h"

struct status_opts {
	bool report;
};

static const struct kmt_opt status_options[] = {
	{"report", 0, KMT_OPT_FLAG,
		.help = "add what a bug report needs, without names, addresses and serial numbers",
		.offset = offsetof(struct status_opts, report)},
	{0},
};

static void get_item(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_status_row *)row)->item;
}

static void get_state(const void *row, void *ctx, struct kmt_cell *out)
{
	static const char *const words[] = {
		[KMT_STATUS_OK] = "ok",
		[KMT_STATUS_NOTE] = "note",
		[KMT_STATUS_PROBLEM] = "problem",
		[KMT_STATUS_UNKNOWN] = "unknown",
	};
	static const enum kmt_hue hues[] = {
		[KMT_STATUS_OK] = KMT_HUE_GOOD,
		[KMT_STATUS_NOTE] = KMT_HUE_WARN,
		[KMT_STATUS_PROBLEM] = KMT_HUE_BAD,
		[KMT_STATUS_UNKNOWN] = KMT_HUE_DIM,
	};
	enum kmt_status_state state = ((const struct kmt_status_row *)row)->state;

	out->s = words[state];
	out->hue = hues[state];
}

static void get_value(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_status_row *)row)->value;
}

static void get_next(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_status_row *)row)->next;
}

static void get_source(const void *row, void *ctx, struct kmt_cell *out)
{
	struct kmt_status *status = ctx;

	kmt_cell_origin(&((const struct kmt_status_row *)row)->source, &status->arena, out);
}

static void get_modules(const void *row, void *ctx, struct kmt_cell *out)
{
	out->list = ((const struct kmt_status_row *)row)->modules;
}

static void get_log(const void *row, void *ctx, struct kmt_cell *out)
{
	out->list = ((const struct kmt_status_row *)row)->log;
}

static const struct kmt_column columns[] = {
	{"item", "ITEM", KMT_CELL_STRING, true, .whole = true, .help = "what it is about", .get = get_item},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true, .help = "ok, note, problem or unknown",
		.get = get_state},
	{"value", "VALUE", KMT_CELL_STRING, true, .help = "what was found, or why it is unknown",
		.get = get_value},
	{"next", "NEXT", KMT_CELL_STRING, true, .help = "what to do", .get = get_next},
	{"source", "SOURCE", KMT_CELL_ORIGIN, .path = true, .in_json = true, .help = "the file that tells",
		.get = get_source},
	{"modules", "MODULES", KMT_CELL_LIST, .in_json = true, .help = "the modules that it is about",
		.get = get_modules},
	{"log", "LOG", KMT_CELL_LIST, .in_json = true, .help = "the lines of the kernel log that tell the cause",
		.get = get_log},
	{0},
};

/* What --report adds: made without what identifies the machine or a person. */

/* A loaded module that taints the kernel. */
struct report_module {
	const char *name, *taint, *state, *version, *file;
};

struct report_line {
	struct kmt_origin origin;
	const char *text;
};

struct report {
	const char *system;  /* name of the distribution; NULL */
	const char *cmdline; /* of the kernel; NULL */
	KMT_VEC(struct report_module) modules;
	KMT_VEC(struct report_line) config; /* modprobe.d of the administrator */
	struct kmt_strv failed; /* loads that the kernel refused, by its log */
	struct kmt_arena arena;
};

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

static void add_modules(const struct scrubber *s, const struct kmt_snapshot *snap, struct report *report)
{
	const struct kmt_procmod *m;

	kmt_vec_foreach (m, &snap->loaded.rows) {
		const struct kmt_module *file = snap->has_tree ? kmt_modindex_find(&snap->index, m->name) : NULL;
		struct report_module row = {
			.name = m->name, .taint = m->taint, .state = kmt_state_word(m->state)};

		if (!*m->taint)
			continue;
		row.version = scrub(s, kmt_sysmodule_attr(snap->root, m->name, "version", s->arena));
		row.file = scrub(s, file ? file->path : NULL);
		kmt_vec_push(&report->modules, row);
	}
}

static void add_config(const struct scrubber *s, const struct kmt_snapshot *snap, struct report *report)
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
			(struct report_line){
				.origin = {scrub(s, line->origin.file), line->origin.line}, .text = scrub(s, text)});
	}
}

static void add_failed(const struct scrubber *s, const struct kmt_kmsg_log *log, struct report *report)
{
	size_t first = log->records.n, n = 0;

	while (first && n < FAILED_MAX)
		n += kmt_explain_is_failure(log->records.v[--first].text);
	for (size_t i = first; i < log->records.n; i++)
		if (kmt_explain_is_failure(log->records.v[i].text))
			kmt_vec_push(&report->failed,
				scrub(s, kmt_kmsg_text(&log->records.v[i], s->arena)));
}

/* Scrubs the rows of STATUS, too. REPORT must be empty. */
static void make_report(const struct kmt_snapshot *snap, const struct kmt_kmsg_log *log,
	struct kmt_status *status, struct report *report)
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

static void get_module_name(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct report_module *)row)->name;
}

static void get_module_taint(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct report_module *)row)->taint;
}

static void get_module_state(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct report_module *)row)->state;
}

static void get_module_version(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct report_module *)row)->version;
}

static void get_module_file(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct report_module *)row)->file;
}

static const struct kmt_column module_columns[] = {
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true, .get = get_module_name},
	{"taint", "TAINT", KMT_CELL_STRING, true, .whole = true, .get = get_module_taint},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true, .get = get_module_state},
	{"version", "VERSION", KMT_CELL_STRING, true, .get = get_module_version},
	{"file", "FILE", KMT_CELL_STRING, true, .path = true, .get = get_module_file},
	{0},
};

/* The caller frees .rows. */
static void module_rows(const struct report *report, struct kmt_rows *rows)
{
	*rows = (struct kmt_rows){.columns = module_columns, .n = report->modules.n};
	rows->rows = kmt_realloc_array(NULL, rows->n + 1, sizeof(*rows->rows));
	for (size_t i = 0; i < rows->n; i++)
		rows->rows[i] = &report->modules.v[i];
}

static void print_head(const struct report *report)
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

static int print_rest(struct kmt_env *env, const struct report *report, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	const struct report_line *line;
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

static void add_report(const struct report *report, struct json_object *doc)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct json_object *o = json_object_new_object(), *config = json_object_new_array();
	const struct report_line *line;
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

static void report_free(struct report *report)
{
	kmt_vec_free(&report->modules);
	kmt_vec_free(&report->config);
	kmt_vec_free(&report->failed);
	kmt_arena_free(&report->arena);
}

static void print_log(const struct kmt_status *status)
{
	const struct kmt_status_row *row;
	bool began = false;

	kmt_vec_foreach (row, &status->rows) {
		for (size_t i = 0; i < row->log.n; i++) {
			if (!began)
				puts("\nIn the kernel log:");
			began = true;
			print_text(row->log.v[i]);
		}
	}
}

static int print(struct kmt_env *env, const struct kmt_selection *sel, struct kmt_status *status,
	const struct report *report, struct kmt_err *err)
{
	size_t n = status->rows.n;
	kmt_autofree const void **list = kmt_realloc_array(NULL, n + 1, sizeof(*list));
	struct kmt_rows rows = {
		.columns = columns, .rows = list, .n = n, .ctx = status, .json_name = "status"};
	int r;

	for (size_t i = 0; i < n; i++)
		list[i] = &status->rows.v[i];
	if (report && env->g.json && !env->g.raw) {
		struct json_object *doc = kmt_rows_document(&rows, sel);

		add_report(report, doc);
		kmt_cmd_print_document(env, doc);
		return 0;
	}
	if (report)
		print_head(report);
	/* JSON has all columns, a table those that tell something. */
	r = env->g.json ? kmt_cmd_print(env, &rows, sel, err) : kmt_cmd_print_telling(env, &rows, NULL, err);
	if (!r && !env->g.json && !env->g.raw) {
		print_log(status);
		if (report)
			r = print_rest(env, report, err);
	}
	return r;
}

/* All that the rows are made of. */
struct reading {
	struct kmt_snapshot snap;
	struct kmt_policy policy;
	struct kmt_kernels kernels;
	struct kmt_initramfs_diff diff;
	struct kmt_needs root;
	struct kmt_kmsg_log log;
	struct kmt_index_health index;
	struct kmt_arena arena;
	struct kmt_status status;
};

static void read_facts(const struct kmt_root *root, struct reading *r)
{
	struct kmt_status_facts facts = {
		.snap = &r->snap, .policy = &r->policy, .kernels = &r->kernels, .diff = &r->diff,
		.root = &r->root};
	struct kmt_kmsg kmsg;

	kmt_policy_read(root, &r->arena, &r->policy);
	kmt_kernels_find(&r->kernels, root, r->snap.running ? r->snap.version : "");
	kmt_kmsg_open_start(&kmsg, root);
	facts.log_errno = kmsg.errnum;
	if (kmsg.fd >= 0) {
		facts.log_errno = -kmt_kmsg_read_new(&kmsg, &r->log);
		facts.log = facts.log_errno ? NULL : &r->log;
	}
	kmt_kmsg_close(&kmsg);
	if (*r->snap.version) {
		kmt_index_health(root, r->snap.version, &r->arena, &r->index);
		kmt_initramfs_diff_find(&r->snap, &r->diff);
		kmt_needs_of_root(&r->snap, &r->diff, &r->root);
	}
	facts.index = kmt_index_state_name(r->index.state);
	facts.index_note = r->index.note;
	kmt_status_find(&facts, &r->status);
}

static void reading_free(struct reading *r)
{
	kmt_vec_free(&r->status.rows);
	kmt_arena_free(&r->status.arena);
	kmt_kmsg_log_free(&r->log);
	kmt_needs_free(&r->root);
	kmt_initramfs_diff_free(&r->diff);
	kmt_kernels_free(&r->kernels);
	kmt_arena_free(&r->arena);
	kmt_snapshot_free(&r->snap);
}

/* What the rows tell needs no warning. */
static int take(struct kmt_env *env, struct kmt_snapshot *snap, struct kmt_err *err)
{
	struct kmt_diag diag = {0};
	int r = kmt_snapshot_take(snap, &env->root, env->g.kernel,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG | (env->g.kernel ? 0 : KMT_SNAP_TREE_OPTIONAL),
		&diag, err);

	kmt_diag_clear(&diag);
	if (!r)
		snap->diag = &env->diag;
	return r;
}

static int run_status(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct status_opts *opts = options;
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct reading reading = {0};
	struct report report = {0};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = take(env, &reading.snap, err);
	if (r)
		return r;
	read_facts(&env->root, &reading);
	if (opts->report)
		make_report(&reading.snap, &reading.log, &reading.status, &report);
	r = print(env, &sel, &reading.status, opts->report ? &report : NULL, err);
	r = r ? r : reading.status.has_problem;
	report_free(&report);
	reading_free(&reading);
	return r;
}

static const char *const examples[] = {"kmtool status", "the state of the kernel and its modules",
	"kmtool status --report", "the same and more, to be pasted into a bug report",
	"kmtool status --raw -o item,value", "for scripts", NULL};

const struct kmt_cmd kmt_cmd_status = {
	.name = "status",
	.group = KMT_CMD_JUDGE,
	.summary = "Show the state of the kernel: switches, taint and its causes, index, initramfs, reboot",
	.opts = status_options,
	.opts_size = sizeof(struct status_opts),
	.columns = columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_status,
};
