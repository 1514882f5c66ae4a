/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool status`: the kernel, its switches, taint, index and initramfs at a glance; and a report of them. */
#include <json.h>
#include <string.h>

#include <kmt/check/status.h>
#include <kmt/cmd/print.h>
#include <kmt/index/health.h>
#include <kmt/out/rows.h>

#include "cmds_priv.h"
#include "status_priv.h"

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
	static const enum kmt_hue hues[] = {
		[KMT_STATUS_OK] = KMT_HUE_GOOD,
		[KMT_STATUS_NOTE] = KMT_HUE_WARN,
		[KMT_STATUS_PROBLEM] = KMT_HUE_BAD,
		[KMT_STATUS_UNKNOWN] = KMT_HUE_DIM,
	};
	enum kmt_status_state state = ((const struct kmt_status_row *)row)->state;

	out->s = kmt_status_state_name(state);
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

static void print_log(const struct kmt_status *status)
{
	const struct kmt_status_row *row;
	bool began = false;

	kmt_vec_foreach (row, &status->rows) {
		for (size_t i = 0; i < row->log.n; i++) {
			if (!began)
				puts("\nIn the kernel log:");
			began = true;
			fputs("  ", stdout);
			kmt_put_text(stdout, row->log.v[i]);
			putchar('\n');
		}
	}
}

static int print(struct kmt_env *env, const struct kmt_selection *sel, struct kmt_status *status,
	const struct kmt_bugreport *report, struct kmt_err *err)
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

		kmt_bugreport_json(report, doc);
		kmt_cmd_print_document(env, doc);
		return 0;
	}
	if (report)
		kmt_bugreport_head(report);
	/* JSON has all columns, a table those that tell something. */
	r = env->g.json ? kmt_cmd_print(env, &rows, sel, err) : kmt_cmd_print_telling(env, &rows, NULL, err);
	if (!r && !env->g.json && !env->g.raw) {
		print_log(status);
		if (report)
			r = kmt_bugreport_rest(env, report, err);
	}
	return r;
}

/* All that the rows are made of. */
struct reading {
	struct kmt_snapshot snap;
	struct kmt_policy policy;
	struct kmt_kernels kernels;
	struct kmt_initramfs_diff diff;
	struct kmt_kmsg_log log;
	struct kmt_index_health index;
	struct kmt_arena arena;
	struct kmt_status status;
};

static void read_facts(const struct kmt_root *root, struct reading *r)
{
	struct kmt_status_facts facts = {
		.snap = &r->snap, .policy = &r->policy, .kernels = &r->kernels, .diff = &r->diff};
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
	}
	facts.index = kmt_index_state_name(r->index.state);
	facts.index_note = r->index.note;
	kmt_status_find(&facts, &r->status);
}

static void reading_free(struct reading *r)
{
	kmt_status_free(&r->status);
	kmt_kmsg_log_free(&r->log);
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
	struct kmt_bugreport report = {0};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = take(env, &reading.snap, err);
	if (r)
		return r;
	read_facts(&env->root, &reading);
	if (opts->report)
		kmt_bugreport_make(&reading.snap, &reading.log, &reading.status, &report);
	r = print(env, &sel, &reading.status, opts->report ? &report : NULL, err);
	r = r ? r : kmt_status_has_problem(&reading.status);
	kmt_bugreport_free(&report);
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
