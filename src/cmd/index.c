/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool index`: builds or checks modules.dep and its kin, as depmod does. */
#include "index_priv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/snapshot.h>
#include <kmt/source/modindex.h>

#include "cmds_priv.h"
#include "progress_priv.h"

#define OPT(member) .offset = offsetof(struct kmt_index_opts, member)

static const char *const cache_words[] = {[KMT_INDEX_CACHE_AUTO] = "auto",
	[KMT_INDEX_CACHE_YES] = "yes",
	[KMT_INDEX_CACHE_NO] = "no",
	NULL};
static const char *const order_words[] = {
	[KMT_TRIE_POSTORDER] = "post", [KMT_TRIE_PREORDER] = "pre", NULL};

static const struct kmt_opt index_options[] = {
	{"check", 0, KMT_OPT_FLAG, .help = "write nothing, tell what is wrong with index and tree",
		OPT(check)},
	{"quick", 0, KMT_OPT_FLAG, .help = "do nothing if nothing has changed since the last index",
		OPT(quick)},
	{"output-root", 0, KMT_OPT_STRING, "DIR", KMT_COMPLETE_DIR,
		.help = "write below DIR instead of into the tree", OPT(output_root)},
	{"config", 'C', KMT_OPT_LIST, "PATH", KMT_COMPLETE_FILE,
		.help = "read this depmod.d file or directory instead of the usual ones",
		OPT(config)},
	{"unresolved", 0, KMT_OPT_FLAG,
		.help = "report needed symbols that nobody exports, or with another CRC",
		OPT(unresolved)},
	{"symvers", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE,
		.help = "Module.symvers with what the kernel exports, for --unresolved",
		OPT(symvers)},
	{"system-map", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE,
		.help = "System.map with what the kernel exports, if there is no Module.symvers",
		OPT(system_map)},
	{"symbol-prefix", 0, KMT_OPT_STRING, "CHAR",
		.help = "leave this character out at the start of symbol names", OPT(symbol_prefix)},
	{"cache", 0, KMT_OPT_CHOICE, "WHEN", KMT_COMPLETE_CHOICE, cache_words,
		"keep what modules say for the next time: yes; no: remove it; auto: if it is there",
		OPT(cache)},
	{"trie-order", 0, KMT_OPT_CHOICE, "ORDER", KMT_COMPLETE_CHOICE, order_words,
		"layout of the .bin files: post (kmod up to 33, default) or pre (since 34)",
		OPT(trie_order)},
	{"threads", 0, KMT_OPT_UINT, "N",
		.help = "read with N threads (default: one for each processor, at most 8)",
		OPT(threads)},
	{0},
};

static char *absolute(const char *path)
{
	kmt_autofree char *cwd = *path == '/' ? NULL : getcwd(NULL, 0);

	return *path == '/' || !cwd ? kmt_strdup(path) : kmt_asprintf("%s/%s", cwd, path);
}

/* A file that the command line names is the user's, wherever --root is. */
static int read_named(const char *path, struct kmt_strbuf *out, struct kmt_err *err)
{
	kmt_autofree char *full = absolute(path);
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
			kmt_vec_push(&run->files, absolute(arg));
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

static int no_tree(const struct kmt_index_run *run, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_strv versions = {0};

	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "there is no module tree %s%s",
		run->env->root.path, run->dir);
	kmt_modindex_versions(&run->env->root, &versions);
	for (size_t i = 0; i < versions.n; i++)
		kmt_strbuf_item(&list, ", ", "%s", versions.v[i]);
	kmt_root_list_free(&versions);
	if (list.len)
		kmt_err_hint(err, "installed: %s", list.s);
	return -ENOENT;
}

static int prepare(struct kmt_index_run *run, struct kmt_err *err)
{
	const struct kmt_index_opts *opts = run->opts;
	const char *ksyms = opts->symvers ? opts->symvers : opts->system_map;
	int r = read_operands(run, err);

	if (!r)
		r = check_options(run, err);
	if (!r && !*run->version)
		r = kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "there is no module tree below %s/",
			run->env->root.path);
	if (!r)
		r = kmt_build_dir(run->version, &run->dir, err);
	if (!r && !kmt_root_exists(&run->env->root, run->dir))
		r = no_tree(run, err);
	if (!r && ksyms)
		r = read_named(ksyms, &run->ksyms, err);
	if (r < 0)
		return r;
	run->fix = kmt_asprintf("kmtool%s%s index %s", run->env->root.is_host ? "" : " --root ",
		run->env->root.path, run->version);
	run->build_opts = (struct kmt_build_opts){
		.root = &run->env->root,
		.version = run->version,
		.config = &opts->config,
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
		r = kmt_index_print_findings(run, sel, err);
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
	int r = dry ? 0 : kmt_index_open_output(run, err);

	if (r < 0)
		return r;
	if (run->opts->quick && is_fresh(run)) {
		if (run->env->g.json)
			kmt_index_print_json(run, false);
		return 0;
	}
	r = build(run, err);
	if (!r && !dry)
		r = kmt_index_write(run, err);
	if (r < 0)
		return r;
	if (run->opts->unresolved)
		r = kmt_index_print_findings(run, sel, err);
	else if (run->env->g.json)
		kmt_index_print_json(run, !dry);
	else if (dry)
		kmt_index_print(run);
	kmt_index_warn(run);
	return r ? r : kmt_index_judge(run, err);
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
	"kmtool index --check 6.1.0-56-amd64", "what is stale, missing, shadowed, damaged or cyclic",
	"kmtool --root /mnt index 6.1.0-56-amd64", "for an image that is mounted",
	"kmtool index --unresolved --symvers /usr/src/linux-headers-$(uname -r)/Module.symvers",
	"which modules cannot be loaded for want of a symbol", NULL};

const struct kmt_cmd kmt_cmd_index = {
	.name = "index",
	.group = KMT_CMD_BUILD,
	.summary = "Build the index files of a module tree, as depmod does, or check them",
	.operands = "[VERSION] [FILE...]",
	.complete = KMT_COMPLETE_KERNEL,
	.opts = index_options,
	.opts_size = sizeof(struct kmt_index_opts),
	.columns = kmt_index_columns,
	.examples = index_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS | KMT_TAKES_DRY_RUN,
	.run = run_index,
};
