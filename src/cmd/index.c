/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool index`: builds or checks modules.dep and its kin, as depmod does. */
#include <errno.h>
#include <json.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/cmd.h>
#include <kmt/cmd/print.h>
#include <kmt/index/build.h>
#include <kmt/index/check.h>
#include <kmt/model/snapshot.h>
#include <kmt/out/json.h>
#include <kmt/out/rows.h>
#include <kmt/source/modindex.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/fileset.h>

#include "cmds_priv.h"
#include "progress_priv.h"

/* Several times what the largest tree takes. */
#define LOCK_WAIT_MS 60000u

enum kmt_index_cache_mode { KMT_INDEX_CACHE_AUTO, KMT_INDEX_CACHE_YES, KMT_INDEX_CACHE_NO };

struct kmt_index_opts {
	bool check, quick, unresolved;
	const char *output_root;
	struct kmt_strv config;
	const char *symvers, *system_map;
	const char *symbol_prefix;
	unsigned int threads;
	int cache;		/* enum kmt_index_cache_mode */
	int trie_order;		/* enum kmt_trie_order */
};

/* One run. */
struct kmt_index_run {
	struct kmt_env *env;
	const struct kmt_index_opts *opts;
	char *version, *dir;	/* DIR: of the tree, below the root */
	struct kmt_strv files;	/* named on the command line, absolute; owned */
	struct kmt_strbuf ksyms;
	struct kmt_root out_root; /* where the index files go: the root, or --output-root */
	struct kmt_fileset set;
	struct kmt_build_opts build_opts;
	struct kmt_build build;
	bool built;
	struct kmt_findings findings;
	char *fix;		/* the command that builds this index */
};

/* What `kmtool index` says about the tree: findings as rows, JSON or warnings. */

/* How many findings of one kind are told to who did not ask for them. */
#define WARNINGS_MAX 20

static void get_kind(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_finding *f = row;

	out->s = kmt_finding_name(f->kind);
	out->hue = kmt_finding_is_problem(f->kind) ? KMT_HUE_BAD : KMT_HUE_NONE;
}

static void get_object(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_finding *)row)->object;
}

static void get_detail(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_finding *)row)->detail;
}

static void get_fix(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_finding *)row)->fix;
}

static void get_problem(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = kmt_finding_is_problem(((const struct kmt_finding *)row)->kind);
}

static const struct kmt_column index_columns[] = {
	{.name = "finding", .header = "FINDING", .kind = KMT_CELL_STRING, .by_default = true, .whole = true,
		.help = "the kind of problem",
		.get = get_kind},
	{.name = "object", .header = "OBJECT", .kind = KMT_CELL_STRING, .by_default = true,
		.help = "the file or module", .get = get_object},
	{.name = "detail", .header = "DETAIL", .kind = KMT_CELL_STRING, .by_default = true,
		.help = "details, or the symbol", .get = get_detail},
	{.name = "fix", .header = "FIX", .kind = KMT_CELL_STRING, .by_default = true,
		.help = "the command or action that fixes it", .get = get_fix},
	{.name = "problem", .header = "PROBLEM", .kind = KMT_CELL_BOOL,
		.help = "whether it affects the exit status", .get = get_problem},
	{0},
};

/* What was found, as a table, lines or JSON on stdout. */
static int print_findings(const struct kmt_index_run *run, const struct kmt_selection *sel,
	struct kmt_err *err)
{
	size_t n = run->findings.v.n;
	kmt_autofree const void **list = kmt_realloc_array(NULL, n + 1, sizeof(*list));
	struct kmt_rows rows = {
		.columns = index_columns,
		.rows = list,
		.n = n,
		.json_name = "findings",
	};

	for (size_t i = 0; i < n; i++)
		list[i] = &run->findings.v.v[i];
	/* No table is the best of all answers. */
	if (!n && !run->env->g.json)
		return 0;
	return kmt_cmd_print(run->env, &rows, sel, err);
}

/* The same as warnings, as far as they matter to who did not ask for them. */
static void warn(const struct kmt_index_run *run)
{
	size_t told[KMT_FINDING_KINDS] = {0};
	bool all = run->env->g.verbose;

	for (size_t i = 0; i < run->findings.v.n; i++) {
		const struct kmt_finding *f = &run->findings.v.v[i];

		/* What was asked for is on stdout. */
		if (f->kind == KMT_FINDING_SYMBOL || f->kind == KMT_FINDING_VERSION)
			continue;
		if (!all && !kmt_finding_is_problem(f->kind))
			continue;
		if (all || told[f->kind]++ < WARNINGS_MAX)
			kmt_diag_add(&run->env->diag, NULL, "%s: %s", f->object, f->detail);
	}
	for (int kind = 0; kind < KMT_FINDING_KINDS; kind++)
		if (told[kind] > WARNINGS_MAX)
			kmt_diag_add(&run->env->diag, NULL,
				"%zu more of the kind '%s': --verbose or --check tells them all",
				told[kind] - WARNINGS_MAX, kmt_finding_name((enum kmt_finding_kind)kind));
}

static struct json_object *finding_json(const struct kmt_finding *f)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "finding", kmt_json_string(kmt_finding_name(f->kind)));
	json_object_object_add(o, "object", kmt_json_string(f->object));
	json_object_object_add(o, "detail", kmt_json_string(f->detail));
	json_object_object_add(o, "fix", kmt_json_string(f->fix));
	json_object_object_add(
		o, "problem", json_object_new_boolean(kmt_finding_is_problem(f->kind)));
	return o;
}

static struct json_object *count_json(const struct kmt_index_run *run, size_t n)
{
	return run->built ? kmt_json_u64(n) : NULL;
}

/* What was built, and whether it was written. */
static void print_json(const struct kmt_index_run *run, bool written)
{
	const struct kmt_build *b = &run->build;
	struct json_object *doc = kmt_json_document(), *findings = json_object_new_array();
	kmt_autofree char *dir = kmt_root_outside(&run->out_root, run->dir);

	json_object_object_add(doc, "kernel", kmt_json_string(run->version));
	json_object_object_add(doc, "directory", kmt_json_string(dir));
	json_object_object_add(doc, "written", json_object_new_boolean(written));
	json_object_object_add(doc, "modules", count_json(run, b->chosen.modules.v.n));
	json_object_object_add(doc, "aliases", count_json(run, b->output.n_aliases));
	json_object_object_add(doc, "symbols", count_json(run, b->output.n_symbols));
	json_object_object_add(doc, "read", count_json(run, b->scan.files.n - b->scan.n_cached));
	json_object_object_add(doc, "cached", count_json(run, b->scan.n_cached));
	for (size_t i = 0; i < run->findings.v.n; i++)
		json_object_array_add(findings, finding_json(&run->findings.v.v[i]));
	json_object_object_add(doc, "findings", findings);
	kmt_cmd_print_document(run->env, doc);
}

/* PARTLY if something of the tree had to be left out. */
static int judge(const struct kmt_index_run *run, struct kmt_err *err)
{
	const struct kmt_build *b = &run->build;
	size_t unusable = b->n_bad + b->n_skipped, cyclic = 0;
	kmt_autostrbuf struct kmt_strbuf missing = KMT_STRBUF_INIT;

	for (size_t i = 0; i < b->dropped.n; i++)
		cyclic += b->dropped.v[i].n;
	if (!unusable && !cyclic)
		return b->links.unmet.n ? 1 : 0;
	if (unusable)
		kmt_strbuf_addf(&missing, "%zu files that cannot be used", unusable);
	if (cyclic)
		kmt_strbuf_addf(&missing, "%s%zu modules that need each other",
			missing.len ? " and " : "", cyclic);
	return kmt_err_set(err, KMT_ERR_PARTLY, EIO, "the index has %zu modules; left out: %s",
		b->chosen.modules.v.n, missing.s);
}

/* Opens and locks the output directory, before anything is read. */
static int open_output(struct kmt_index_run *run, struct kmt_err *err)
{
	int r = 0;

	if (run->opts->output_root)
		r = kmt_fileset_make_dir(&run->out_root, run->dir, err);
	if (!r)
		r = kmt_fileset_open(&run->set, &run->out_root, run->dir, err);
	if (r < 0) {
		if (err->kind == KMT_ERR_REFUSED && !err->hint)
			kmt_err_hint(err, "sudo %s", run->fix);
		return r;
	}
	r = kmt_fileset_lock(&run->set, 0, err);
	if (r != -EWOULDBLOCK)
		return r;
	kmt_note(run->env, "%s: waiting", err->msg);
	kmt_err_clear(err);
	return kmt_fileset_lock(&run->set, LOCK_WAIT_MS, err);
}

/* Whether every file came from the cache, and the cache knows no other: a new one would say the same. */
static bool cache_is_current(const struct kmt_index_run *run)
{
	const struct kmt_build *b = &run->build;

	return b->cache && !run->opts->output_root && b->scan.n_cached == b->scan.files.n &&
	       b->scan.n_cached == kmt_cache_count(b->cache);
}

/* Whether a cache is to be written: always, never, or because there is one. */
static bool wants_cache(const struct kmt_index_run *run)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", run->dir, KMT_CACHE_NAME);

	/* It has no CRCs, and files that were named are not the tree. */
	if (run->build_opts.check_needs || run->build_opts.files || cache_is_current(run))
		return false;
	switch ((enum kmt_index_cache_mode)run->opts->cache) {
	case KMT_INDEX_CACHE_YES:
		return true;
	case KMT_INDEX_CACHE_NO:
		return false;
	case KMT_INDEX_CACHE_AUTO:
		break;
	}
	return kmt_root_exists(&run->out_root, path);
}

/* Writes what was built. */
static int index_write(struct kmt_index_run *run, struct kmt_err *err)
{
	struct kmt_fileset_file files[KMT_FILE_COUNT + 1];
	kmt_autostrbuf struct kmt_strbuf cache = KMT_STRBUF_INIT;
	size_t n = KMT_FILE_COUNT;

	kmt_output_fileset(&run->build.output, files);
	if (wants_cache(run)) {
		kmt_cache_write(&run->build.scan, run->build.started, &cache);
		files[n++] = (struct kmt_fileset_file){
			.name = KMT_CACHE_NAME, .data = cache.s, .n = cache.len, .no_sync = true};
	} else if (run->opts->cache == KMT_INDEX_CACHE_NO) {
		files[n++] = (struct kmt_fileset_file){.name = KMT_CACHE_NAME, .data = NULL};
	}
	return kmt_fileset_replace(&run->set, files, n, err);
}

/* --dry-run: the files that are text, on stdout. */
static void print(const struct kmt_index_run *run)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_output_text(&run->build.output, &text);
	fwrite(kmt_strbuf_str(&text), 1, text.len, stdout);
}

#define OPT(member) .offset = offsetof(struct kmt_index_opts, member)

static const char *const cache_words[] = {[KMT_INDEX_CACHE_AUTO] = "auto",
	[KMT_INDEX_CACHE_YES] = "yes",
	[KMT_INDEX_CACHE_NO] = "no",
	NULL};
static const char *const order_words[] = {
	[KMT_TRIE_POSTORDER] = "post", [KMT_TRIE_PREORDER] = "pre", NULL};

static const struct kmt_opt index_options[] = {
	{"check", 0, KMT_OPT_FLAG, .help = "write nothing; report problems of the index and the tree",
		OPT(check)},
	{"quick", 0, KMT_OPT_FLAG, .help = "do nothing if nothing has changed since the last index",
		OPT(quick)},
	{"output-root", 0, KMT_OPT_STRING, "DIR", KMT_COMPLETE_DIR,
		.help = "write below DIR instead of into the tree", OPT(output_root)},
	{"config", 'C', KMT_OPT_LIST, "PATH", KMT_COMPLETE_FILE,
		.help = "read this depmod.d file or directory instead of the usual ones",
		OPT(config)},
	{"unresolved", 0, KMT_OPT_FLAG,
		.help = "report unresolved symbols, and symbols with a different CRC",
		OPT(unresolved)},
	{"symvers", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE,
		.help = "Module.symvers of the kernel, for --unresolved",
		OPT(symvers)},
	{"system-map", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE,
		.help = "System.map of the kernel, if there is no Module.symvers",
		OPT(system_map)},
	{"symbol-prefix", 0, KMT_OPT_STRING, "CHAR",
		.help = "remove this character from the start of symbol names", OPT(symbol_prefix)},
	{"cache", 0, KMT_OPT_CHOICE, "WHEN", KMT_COMPLETE_CHOICE, cache_words,
		"keep what modules say for the next time: yes; no: remove it; auto: if it is there",
		OPT(cache)},
	{"trie-order", 0, KMT_OPT_CHOICE, "ORDER", KMT_COMPLETE_CHOICE, order_words,
		"layout of the .bin files: post (kmod up to 33, default) or pre (since 34)",
		OPT(trie_order)},
	{"threads", 0, KMT_OPT_UINT, "N",
		.help = "read with N threads (default: one for each CPU, at most 8)",
		OPT(threads)},
	{0},
};

/* A file that the command line names is the user's, wherever --root is. */
static int read_named(const char *path, struct kmt_strbuf *out, struct kmt_err *err)
{
	kmt_autofree char *full = kmt_path_absolute(path);
	struct kmt_root host;
	int r = kmt_root_open(&host, NULL, err);

	if (r < 0)
		return r;
	r = kmt_root_read(&host, full, 0, out, err);
	kmt_root_close(&host);
	return r;
}

static int read_operands(struct kmt_index_run *run, struct kmt_err *err)
{
	struct kmt_env *env = run->env;

	for (int i = 0; i < env->argc; i++) {
		const char *arg = env->argv[i];

		if (kmt_name_is_path(arg)) {
			if (*arg != '/' && !env->root.is_host)
				return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
					"with --root, '%s' must be an absolute path below it", arg);
			kmt_vec_push(&run->files, kmt_path_absolute(arg));
		} else if (run->version) {
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
				"one kernel version at a time: '%s' or '%s'", run->version, arg);
		} else {
			run->version = kmt_strdup(arg);
		}
	}
	if (run->version && env->g.kernel && strcmp(run->version, env->g.kernel))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"'%s' and --kernel %s name different kernels", run->version, env->g.kernel);
	if (!run->version && env->g.kernel)
		run->version = kmt_strdup(env->g.kernel);
	if (run->version)
		return 0;
	return kmt_snapshot_kernel(&env->root, &run->version, err);
}

static int check_options(const struct kmt_index_run *run, struct kmt_err *err)
{
	const struct kmt_index_opts *opts = run->opts;
	const char *prefix = opts->symbol_prefix;

	if (prefix && (!*prefix || prefix[1]))
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "--symbol-prefix takes one character");
	if (opts->unresolved && !opts->symvers && !opts->system_map) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"--unresolved needs --symvers or --system-map: what the kernel exports");
		kmt_err_hint(err, "a kernel's headers package has a Module.symvers");
		return -EINVAL;
	}
	if (opts->check && (run->env->g.dry_run || opts->quick))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"--check changes nothing: it goes with neither --dry-run nor --quick");
	if (run->files.n && (opts->check || opts->quick))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"--check and --quick look at a whole tree, not at files");
	return 0;
}

static int prepare(struct kmt_index_run *run, struct kmt_err *err)
{
	const struct kmt_index_opts *opts = run->opts;
	const char *ksyms = opts->symvers ? opts->symvers : opts->system_map;
	int r = read_operands(run, err);

	if (!r)
		r = check_options(run, err);
	if (!r && !*run->version)
		r = kmt_moduletree_missing(&run->env->root, "", err);
	if (!r)
		r = kmt_build_dir(&run->env->root, run->version, &run->dir, err);
	if (!r && !kmt_root_exists(&run->env->root, run->dir))
		r = kmt_moduletree_missing(&run->env->root, run->version, err);
	if (!r && ksyms)
		r = read_named(ksyms, &run->ksyms, err);
	if (r < 0)
		return r;
	run->fix = kmt_asprintf("kmtool%s%s index %s", run->env->root.is_host ? "" : " --root ",
		run->env->root.path, run->version);
	run->build_opts = (struct kmt_build_opts){
		.root = &run->env->root,
		.version = run->version,
		.config = opts->config.n ? &opts->config : NULL,
		.files = run->files.n ? &run->files : NULL,
		.symvers = opts->symvers ? &run->ksyms : NULL,
		.system_map = ksyms && !opts->symvers ? &run->ksyms : NULL,
		.ksyms_file = ksyms,
		.check_needs = opts->unresolved,
		.prefix = opts->symbol_prefix ? *opts->symbol_prefix : '\0',
		.order = (enum kmt_trie_order)opts->trie_order,
		.threads = opts->threads,
		.use_cache = opts->cache != KMT_INDEX_CACHE_NO,
	};
	return 0;
}

static int build(struct kmt_index_run *run, struct kmt_err *err)
{
	struct kmt_progress progress;
	int r;

	kmt_alloc_plenty();
	kmt_progress_start(&progress, run->env, "reading modules");
	run->build_opts.progress = kmt_progress_step;
	run->build_opts.ctx = &progress;
	run->built = true;
	r = kmt_build_scan(&run->build, &run->build_opts, &run->env->diag, err);
	kmt_progress_end(&progress);
	if (!r)
		r = kmt_build_link(&run->build, &run->build_opts, err);
	if (!r)
		kmt_check_build(&run->build, &run->env->root, &run->findings);
	return r;
}

static int check(struct kmt_index_run *run, const struct kmt_selection *sel, struct kmt_err *err)
{
	int r = build(run, err);

	if (!r)
		kmt_check_files(&run->build, &run->out_root, run->dir, run->fix, &run->findings);
	if (!r)
		r = print_findings(run, sel, err);
	for (size_t i = 0; !r && i < run->findings.v.n; i++)
		if (kmt_finding_is_problem(run->findings.v.v[i].kind))
			return 1;
	return r;
}

static bool is_fresh(struct kmt_index_run *run)
{
	struct kmt_arena arena = {0};
	const char *why;
	bool fresh = kmt_check_fresh(
		&run->build_opts, run->dir, &run->out_root, &arena, &why);

	if (run->env->g.verbose)
		kmt_note(run->env, fresh ? "the index is up to date" : "building the index: %s", why);
	kmt_arena_free(&arena);
	return fresh;
}

static int write_index(struct kmt_index_run *run, const struct kmt_selection *sel, struct kmt_err *err)
{
	bool dry = run->env->g.dry_run;
	int r = dry ? 0 : open_output(run, err);

	if (r < 0)
		return r;
	if (run->opts->quick && is_fresh(run)) {
		if (run->env->g.json)
			print_json(run, false);
		return 0;
	}
	r = build(run, err);
	if (!r && !dry)
		r = index_write(run, err);
	if (r < 0)
		return r;
	if (run->opts->unresolved)
		r = print_findings(run, sel, err);
	else if (run->env->g.json)
		print_json(run, !dry);
	else if (dry)
		print(run);
	warn(run);
	return r ? r : judge(run, err);
}

static void free_run(struct kmt_index_run *run)
{
	kmt_findings_free(&run->findings);
	if (run->built)
		kmt_build_free(&run->build);
	kmt_fileset_close(&run->set);
	if (run->opts->output_root)
		kmt_root_close(&run->out_root);
	kmt_strbuf_free(&run->ksyms);
	for (size_t i = 0; i < run->files.n; i++)
		free((char *)run->files.v[i]);
	kmt_vec_free(&run->files);
	free(run->version);
	free(run->dir);
	free(run->fix);
}

static int run_index(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	struct kmt_index_run run = {.env = env, .opts = options, .set = KMT_FILESET_INIT};
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	int r = kmt_cmd_select(env, &sel, err);

	run.out_root = env->root;
	if (!r && run.opts->output_root) {
		r = kmt_root_open(&run.out_root, run.opts->output_root, err);
		if (r)
			run.out_root.fd = -1;
	}
	if (!r)
		r = prepare(&run, err);
	if (!r)
		r = run.opts->check ? check(&run, &sel, err) : write_index(&run, &sel, err);
	free_run(&run);
	return r;
}

static const char *const index_examples[] = {"kmtool index", "build the index of the running kernel",
	"kmtool index --check 6.1.0-56-amd64", "report stale, missing, shadowed, damaged and cyclic modules",
	"kmtool --root /mnt index 6.1.0-56-amd64", "build the index of a mounted image",
	"kmtool index --unresolved --symvers /usr/src/linux-headers-$(uname -r)/Module.symvers",
	"modules with unresolved symbols", NULL};

const struct kmt_cmd kmt_cmd_index = {
	.name = "index",
	.group = KMT_CMD_BUILD,
	.summary = "Build the index files of a module tree, as depmod does, or check them",
	.operands = "[VERSION] [FILE...]",
	.complete = KMT_COMPLETE_KERNEL,
	.opts = index_options,
	.opts_size = sizeof(struct kmt_index_opts),
	.columns = index_columns,
	.examples = index_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS | KMT_TAKES_DRY_RUN,
	.run = run_index,
};
