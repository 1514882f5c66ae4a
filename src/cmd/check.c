/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool check`: whether the kernel would load a module, before anybody tries. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/name.h>
#include <kmt/base/ordered.h>
#include <kmt/check/check.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/opt.h>
#include <kmt/cmd/print.h>
#include <kmt/model/lookup.h>
#include <kmt/model/modfacts.h>
#include <kmt/out/rows.h>

#include "cmds_priv.h"

/* What to open of a module, and what came of it. */
struct item {
	struct kmt_check_subject subject;
	struct kmt_check_verdict verdict;
};

/* One line of a verdict; LINE is NULL for a module of which there is nothing to tell. */
struct row {
	const struct item *item;
	const struct kmt_check_line *line;
};

struct check {
	struct kmt_env *env;
	struct kmt_snapshot snap;
	struct kmt_check_env *kernel;
	struct kmt_strv params;
	KMT_VEC(struct item) items;
	KMT_VEC(struct row) rows;
	size_t counts[KMT_CHECK_RESULTS];
	struct kmt_arena arena;
};

static const enum kmt_hue hues[KMT_CHECK_RESULTS] = {
	[KMT_CHECK_PASS] = KMT_HUE_GOOD,
	[KMT_CHECK_WARN] = KMT_HUE_WARN,
	[KMT_CHECK_UNKNOWN] = KMT_HUE_WARN,
	[KMT_CHECK_FAIL] = KMT_HUE_BAD,
};

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct row *)row)->item->subject.name;
	out->hue = KMT_HUE_BOLD;
}

static void get_verdict(const void *row, void *ctx, struct kmt_cell *out)
{
	enum kmt_check_result result = ((const struct row *)row)->item->verdict.result;

	out->s = kmt_check_verdict_name(result);
	out->hue = hues[result];
}

static void get_test(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_check_line *line = ((const struct row *)row)->line;

	out->s = line ? line->test : NULL;
}

static void get_result(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_check_line *line = ((const struct row *)row)->line;

	if (!line)
		return;
	out->s = kmt_check_result_name(line->result);
	out->hue = hues[line->result];
}

static void get_id(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_check_line *line = ((const struct row *)row)->line;

	out->s = line ? line->id : NULL;
}

/* Those that the tests name: strerrorname_np() is not everywhere. */
static const char *errno_name(int errnum)
{
	static const struct {
		int errnum;
		const char *name;
	} names[] = {
		{EPERM, "EPERM"},
		{ENOENT, "ENOENT"},
		{ENOEXEC, "ENOEXEC"},
		{EINVAL, "EINVAL"},
		{EKEYREJECTED, "EKEYREJECTED"},
		{ENOSYS, "ENOSYS"},
		{EBADMSG, "EBADMSG"},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (names[i].errnum == errnum)
			return names[i].name;
	return NULL;
}

static void get_errno(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_check_line *line = ((const struct row *)row)->line;

	out->s = line ? errno_name(line->errnum) : NULL;
}

static void get_evidence(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_check_line *line = ((const struct row *)row)->line;

	out->s = line ? line->evidence : NULL;
}

static void get_fix(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_check_line *line = ((const struct row *)row)->line;

	out->s = line ? line->fix : NULL;
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct row *)row)->item->subject.path;
}

static const struct kmt_column check_columns[] = {
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true, .help = "its name",
		.get = get_module},
	{"verdict", "VERDICT", KMT_CELL_STRING, true, .whole = true,
		.help = "would load, would load with warnings, may load or would not load",
		.get = get_verdict},
	{"test", "TEST", KMT_CELL_STRING, true, .whole = true, .help = "what was tested",
		.get = get_test},
	{"result", "RESULT", KMT_CELL_STRING, true, .whole = true,
		.help = "pass, warn, unknown or FAIL", .get = get_result},
	{"id", "ID", KMT_CELL_STRING, .in_json = true, .whole = true,
		.help = "the cause, as in the explanation of a failed load", .get = get_id},
	{"errno", "ERRNO", KMT_CELL_STRING, .in_json = true, .whole = true,
		.help = "what the kernel would answer", .get = get_errno},
	{"evidence", "EVIDENCE", KMT_CELL_STRING, true, .help = "what was found",
		.get = get_evidence},
	{"fix", "FIX", KMT_CELL_STRING, true, .help = "what to do", .get = get_fix},
	{"file", "FILE", KMT_CELL_STRING, .in_json = true, .path = true, .help = "its module file",
		.get = get_file},
	{0},
};

/* From the operands to modules. */

static void add_item(struct check *k, struct kmt_check_subject subject)
{
	kmt_vec_push(&k->items, (struct item){.subject = subject});
}

static int add_file(struct check *k, const char *arg, struct kmt_err *err)
{
	struct kmt_modref ref;
	char name[KMT_NAME_MAX];
	int r = kmt_modref_of_file(&k->snap, arg, &ref, err);

	if (r)
		return r;
	if (!kmt_modref_kernel_name(k->snap.root, ref.path, name))
		ref.name = kmt_arena_strdup(&k->arena, name);
	add_item(
		k, (struct kmt_check_subject){.name = ref.name, .path = ref.path, .is_file = true});
	return 0;
}

static int add_name(struct check *k, const char *arg, struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	const struct kmt_lookup_match *m;
	size_t before = k->items.n;
	int r;

	if (!k->snap.has_tree)
		return kmt_err_copy(err, &k->snap.tree_err);
	r = kmt_lookup_find_module(&k->snap, arg, &found, err);
	kmt_vec_foreach (m, &found.rows) {
		struct kmt_modref ref = kmt_modref_of_match(m);

		if (m->module)
			add_item(
				k, (struct kmt_check_subject){
					   .name = ref.name, .path = ref.path, .alias = ref.alias});
	}
	kmt_lookup_free(&found);
	return r || k->items.n > before ? r : kmt_lookup_not_found(&k->snap, arg, err);
}

static void add_all(struct check *k)
{
	for (size_t i = 0; i < kmt_modindex_count(&k->snap.index); i++) {
		const struct kmt_module *m = kmt_modindex_at(&k->snap.index, i);

		add_item(k, (struct kmt_check_subject){.name = m->name, .path = m->path});
	}
}

/* Behind the first operand, what has a '=' is a parameter. */
static int add_operands(struct check *k, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf params = KMT_STRBUF_INIT;
	struct item *item;
	int r = 0;

	for (int i = 0; !r && i < k->env->argc; i++) {
		const char *arg = k->env->argv[i];

		if (i && strchr(arg, '='))
			kmt_strbuf_item(&params, " ", "%s", arg);
		else
			r = kmt_name_is_path(arg) ? add_file(k, arg, err) : add_name(k, arg, err);
	}
	kmt_vec_foreach (item, &k->items)
		if (params.len)
			item->subject.params = kmt_arena_strdup(&k->arena, params.s);
	return r;
}

/* The verdicts, by several threads. */

struct work {
	struct check *check;
	struct kmt_checker *checker;
};

static void *open_work(void *ctx)
{
	struct work *w = kmt_alloc(sizeof(*w));

	w->check = ctx;
	w->checker = kmt_checker_new(w->check->kernel);
	return w;
}

static void close_work(void *p)
{
	struct work *w = p;

	kmt_checker_free(w->checker);
	free(w);
}

static void work(void *p, size_t i)
{
	struct work *w = p;
	struct item *item = &w->check->items.v[i];

	kmt_check_module(w->checker, &item->subject, &item->verdict);
	/* Of thousands, only what is not as it should be is shown. */
	if (item->subject.brief && item->verdict.result == KMT_CHECK_PASS)
		kmt_check_verdict_free(&item->verdict);
}

static bool ignore_done(void *ctx, size_t first, size_t end)
{
	return true;
}

static void judge_all(struct check *k, bool brief, unsigned int threads)
{
	const struct kmt_ordered ordered = {.n = k->items.n,
		.threads = threads,
		.ctx = k,
		.open = open_work,
		.close = close_work,
		.work = work,
		.done = ignore_done};
	struct item *item;

	kmt_vec_foreach (item, &k->items)
		item->subject.brief = brief;
	/* Whatever is given with a file may need it. */
	kmt_vec_foreach (item, &k->items)
		if (k->items.n > 1 && item->subject.is_file)
			kmt_check_env_insert(k->kernel, item->subject.name, item->subject.path);
	kmt_ordered_run(&ordered);
	kmt_vec_foreach (item, &k->items)
		k->counts[item->verdict.result]++;
}

/* Output. */

static void add_rows(struct check *k, const struct item *item, bool whole)
{
	size_t before = k->rows.n;
	const struct kmt_check_line *line;

	kmt_vec_foreach (line, &item->verdict.lines)
		if (whole || line->result != KMT_CHECK_PASS)
			kmt_vec_push(&k->rows, (struct row){.item = item, .line = line});
	if (k->rows.n == before && !item->subject.brief)
		kmt_vec_push(&k->rows, (struct row){.item = item});
}

static bool is_telling(
	const void *row, const struct kmt_column *c, const struct kmt_cell *cell, void *ctx)
{
	const struct check *k = ctx;

	if (!strcmp(c->name, "module") || !strcmp(c->name, "verdict"))
		return k->items.n > 1;
	/* Below the table there is more room for what to do. */
	return strcmp(c->name, "fix") && (strcmp(c->name, "result") || k->items.n == 1);
}

static void print_one(const struct kmt_style *style, const struct item *item)
{
	unsigned int width = kmt_style_text_width(style);
	const struct kmt_check_verdict *v = &item->verdict;
	const struct kmt_check_line *line;
	const char *last = NULL;

	printf("%s", kmt_hue_on(style, hues[v->result]));
	kmt_put_text(stdout, item->subject.name);
	printf(" %s%s", item->subject.path ? kmt_check_verdict_name(v->result) : "is built in",
		kmt_hue_off(style));
	if (v->cause)
		printf(": %s", v->cause->test);
	if (v->cause && errno_name(v->cause->errnum))
		printf(" (%s)", errno_name(v->cause->errnum));
	putchar('\n');
	kmt_vec_foreach (line, &v->lines) {
		if (!line->fix || (last && !strcmp(line->fix, last)))
			continue;
		last = line->fix;
		kmt_put_wrapped(stdout, (unsigned int)printf("fix: "), 5, width, last);
	}
}

static void print_sum(const struct check *k)
{
	const char *sep = ": ";

	printf("%zu modules", k->items.n);
	for (size_t i = 0; i < KMT_CHECK_RESULTS; i++) {
		if (!k->counts[i])
			continue;
		printf("%s%zu %s", sep, k->counts[i],
			kmt_check_verdict_name((enum kmt_check_result)i));
		sep = ", ";
	}
	putchar('\n');
}

static int print(struct check *k, struct kmt_err *err)
{
	struct kmt_env *env = k->env;
	KMT_VEC(const void *) pointers = {0};
	struct kmt_rows rows = {.columns = check_columns, .ctx = k, .json_name = "checks"};
	const struct item *item;
	const struct row *row;
	int r;

	kmt_vec_foreach (item, &k->items)
		add_rows(k, item, k->items.n == 1 || env->g.json || env->g.verbose);
	kmt_vec_foreach (row, &k->rows)
		kmt_vec_push(&pointers, row);
	rows.rows = pointers.v;
	rows.n = pointers.n;
	r = kmt_cmd_print_telling(env, &rows, is_telling, err);
	kmt_vec_free(&pointers);
	if (r || env->g.json || env->g.raw || env->g.output)
		return r;
	if (k->items.n == 1)
		print_one(&env->style, &k->items.v[0]);
	else
		print_sum(k);
	return 0;
}

struct options {
	bool all;
	struct kmt_strv certs;
	unsigned int threads;
};

static const struct kmt_opt check_opts[] = {
	{"all", 'a', KMT_OPT_FLAG, .help = "check every module of the tree",
		.offset = offsetof(struct options, all)},
	{"cert", 0, KMT_OPT_LIST, "FILE",
		.help = "verify signatures with the certificates in FILE (X.509, PEM or DER), too",
		.offset = offsetof(struct options, certs)},
	{"threads", 0, KMT_OPT_UINT, "N",
		.help = "read with N threads (default: one for each CPU, at most 8)",
		.offset = offsetof(struct options, threads)},
	{0},
};

static int check_usage(const struct kmt_env *env, const struct options *o, struct kmt_err *err)
{
	int r = kmt_opt_check_names(o->all, env->argc, err);

	return r ? r : kmt_opt_check_threads(o->threads, err);
}

/* FILE is of the machine that is looked at, as the names of modules are. */
static int add_certs(struct check *k, const struct kmt_strv *files, struct kmt_err *err)
{
	kmt_autofree char *cwd = k->env->root.is_host ? getcwd(NULL, 0) : NULL;
	const char **file;
	int r = 0;

	kmt_vec_foreach (file, files) {
		kmt_autofree char *path =
			**file == '/' ? kmt_strdup(*file) : kmt_asprintf("%s/%s", cwd ? cwd : "", *file);

		r = r ? r : kmt_check_env_add_cert(k->kernel, path, err);
	}
	return r;
}

static int answer(struct check *k, const struct options *o, struct kmt_err *err)
{
	struct kmt_env *env = k->env;
	struct kmt_policy policy;
	int r = 0;

	kmt_banner(env, &k->snap, KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX);
	if (o->all)
		add_all(k);
	else
		r = add_operands(k, err);
	if (r)
		return r;
	kmt_policy_read(&env->root, &k->arena, &policy);
	k->kernel = kmt_check_env_new(&k->snap, &policy);
	r = add_certs(k, &o->certs, err);
	if (r)
		return r;
	judge_all(k, o->all && !env->g.json && !env->g.verbose, o->threads);
	r = print(k, err);
	return r ? r : k->counts[KMT_CHECK_FAIL] ? 1 : k->counts[KMT_CHECK_UNKNOWN] ? 3 : 0;
}

static int run_check(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	const struct options *o = opts;
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct check k = {.env = env};
	struct item *item;
	int r = check_usage(env, o, err);

	if (!r)
		r = kmt_cmd_select(env, &sel, err);
	if (!r)
		r = kmt_snapshot_take(&k.snap, &env->root, env->g.kernel,
			KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG |
				(o->all ? 0 : KMT_SNAP_TREE_OR_NONE),
			&env->diag, err);
	if (r)
		return r;
	r = answer(&k, o, err);
	kmt_vec_foreach (item, &k.items)
		kmt_check_verdict_free(&item->verdict);
	kmt_vec_free(&k.items);
	kmt_vec_free(&k.rows);
	kmt_check_env_free(k.kernel);
	kmt_arena_free(&k.arena);
	kmt_snapshot_free(&k.snap);
	return r;
}

static const char *const examples[] = {"kmtool check loop",
	"whether the kernel would load it, test by test", "kmtool check ./driver.ko debug=1",
	"the same of a file, and whether it takes the parameter",
	"kmtool check --all -k 6.1.0-57-amd64",
	"which modules of another kernel's tree would not load", NULL};

const struct kmt_cmd kmt_cmd_check = {
	.name = "check",
	.group = KMT_CMD_JUDGE,
	.summary = "Tell whether the kernel would load a module, and why not",
	.operands = "[NAME|FILE...] [PARAM=VALUE...]",
	.complete = KMT_COMPLETE_LOAD_ARG,
	.opts = check_opts,
	.opts_size = sizeof(struct options),
	.columns = check_columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_check,
};
