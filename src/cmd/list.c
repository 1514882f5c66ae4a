/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool list`: which modules are loaded, available in the tree, or built in. */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/out/list.h>

#include "cmds_priv.h"

#define NOTES_TREE (KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX)

struct list_opts {
	bool loaded, available, builtin, all;
};

static const struct kmt_opt list_options[] = {
	{"loaded", 0, KMT_OPT_FLAG, .help = "modules that are loaded (the default)",
		.offset = offsetof(struct list_opts, loaded)},
	{"available", 0, KMT_OPT_FLAG, .help = "modules of the module tree that are not loaded",
		.offset = offsetof(struct list_opts, available)},
	{"builtin", 0, KMT_OPT_FLAG, .help = "modules that are built into the kernel",
		.offset = offsetof(struct list_opts, builtin)},
	{"all", 'a', KMT_OPT_FLAG, .help = "all of them",
		.offset = offsetof(struct list_opts, all)},
	{0},
};

/* The operands: in normal form, with a count of the rows that each matched. */
struct pattern {
	const char *written;
	char normal[KMT_ALIAS_MAX];
	bool glob;
	size_t hits;
};

struct patterns {
	struct pattern *v;
	size_t n;
};

static int read_patterns(const struct kmt_env *env, struct patterns *out, struct kmt_err *err)
{
	out->v = kmt_realloc_array(NULL, (size_t)env->argc + 1, sizeof(*out->v));
	for (int i = 0; i < env->argc; i++) {
		struct pattern *p = &out->v[out->n++];

		*p = (struct pattern){
			.written = env->argv[i], .glob = strpbrk(env->argv[i], "*?[")};
		if (!*p->written || kmt_alias_normalize(p->written, p->normal, sizeof(p->normal)))
			return kmt_err_set(
				err, KMT_ERR_USAGE, EINVAL, "'%s' is no pattern", p->written);
	}
	return 0;
}

/* Every pattern gets its hit, so that the one without any can be named. */
static bool wanted(struct patterns *patterns, const char *name)
{
	bool any = !patterns->n;

	for (size_t i = 0; i < patterns->n; i++) {
		struct pattern *p = &patterns->v[i];
		bool hit = p->glob ? !fnmatch(p->normal, name, 0) : strstr(name, p->normal) != NULL;

		p->hits += hit;
		any = any || hit;
	}
	return any;
}

struct listing {
	struct kmt_list_ctx ctx;
	struct patterns patterns;
	KMT_VEC(struct kmt_list_row *) rows;
};

static void add_row(struct listing *l, struct kmt_list_row row)
{
	struct kmt_list_row *copy;

	if (!wanted(&l->patterns, row.name))
		return;
	copy = KMT_ARENA_NEW(&l->ctx.arena, struct kmt_list_row);
	*copy = row;
	copy->file = KMT_ARENA_NEW(&l->ctx.arena, struct kmt_list_file);
	kmt_vec_push(&l->rows, copy);
}

static void collect(struct listing *l, const struct list_opts *opts)
{
	const struct kmt_snapshot *snap = &l->ctx.snap;

	for (size_t i = 0; opts->loaded && i < snap->loaded.rows.n; i++)
		add_row(l, (struct kmt_list_row){.name = snap->loaded.rows.v[i].name,
				   .loaded = &snap->loaded.rows.v[i]});
	for (size_t i = 0; opts->available && i < kmt_modindex_count(&snap->index); i++) {
		const struct kmt_module *m = kmt_modindex_at(&snap->index, i);

		if (!kmt_snapshot_loaded(snap, m->name))
			add_row(l, (struct kmt_list_row){.name = m->name, .module = m});
	}
	for (size_t i = 0; opts->builtin && i < kmt_modindex_builtin_count(&snap->index); i++)
		add_row(l, (struct kmt_list_row){
				   .name = kmt_modindex_builtin_at(&snap->index, i)->name, .builtin = true});
}

/* Which parts of the machine to read: a listing of what is loaded works without a module tree. */
static unsigned int parts_of(const struct list_opts *opts, const struct kmt_selection *sel)
{
	unsigned int parts = KMT_SNAP_LOADED;

	if (opts->available || opts->builtin)
		parts |= KMT_SNAP_TREE;
	for (size_t i = 0; kmt_list_tree_columns[i]; i++)
		if (kmt_selection_has(sel, kmt_list_tree_columns[i]))
			parts |= KMT_SNAP_TREE;
	if (opts->loaded)
		parts |= KMT_SNAP_TREE_OPTIONAL;
	return parts;
}

static int check_kernel(const struct kmt_env *env, const struct kmt_snapshot *snap,
	const struct list_opts *opts, struct kmt_err *err)
{
	int r;

	if (!opts->loaded || opts->available || snap->has_modules ||
		(snap->running && snap->has_kernel))
		return 0;
	if (env->g.kernel)
		r = kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"kernel %s does not run here: none of its modules is loaded",
			snap->version);
	else
		r = kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"no kernel runs below %s: nothing is loaded there", env->root.path);
	kmt_err_hint(err, "--available lists the modules of its tree");
	return r;
}

/* Whether a pattern that no loaded module matched has one in the tree. */
static bool is_available(const struct kmt_env *env, const struct pattern *p)
{
	struct kmt_snapshot snap;
	struct patterns one = {.v = &(struct pattern){.normal = "", .glob = p->glob}, .n = 1};
	bool found = false;

	memcpy(one.v->normal, p->normal, sizeof(p->normal));
	if (kmt_snapshot_take(&snap, &env->root, env->g.kernel, KMT_SNAP_TREE, NULL, NULL))
		return false;
	for (size_t i = 0; !found && i < kmt_modindex_count(&snap.index); i++)
		found = wanted(&one, kmt_modindex_at(&snap.index, i)->name);
	kmt_snapshot_free(&snap);
	return found;
}

static int check_hits(
	const struct kmt_env *env, const struct listing *l, const struct list_opts *opts, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf missed = KMT_STRBUF_INIT;

	for (size_t i = 0; i < l->patterns.n; i++)
		if (!l->patterns.v[i].hits)
			kmt_strbuf_item(&missed, ", ", "'%s'",
				l->patterns.v[i].written);
	if (!missed.len)
		return 0;
	for (size_t i = 0; i < l->patterns.n && !opts->available; i++) {
		const struct pattern *p = &l->patterns.v[i];

		if (p->hits || !is_available(env, p))
			continue;
		kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "%s is available, not loaded", p->written);
		kmt_err_hint(err, "kmtool list --available %s", p->written);
		return -ENOENT;
	}
	return kmt_err_set(
		err, KMT_ERR_NOT_FOUND, ENOENT, "none of the modules matches %s", missed.s);
}

/* For a person only: below the table, on a terminal. */
static void print_total(const struct listing *l)
{
	char size[KMT_SIZE_TEXT];
	uint64_t memory = 0;

	for (size_t i = 0; i < l->rows.n; i++)
		memory += l->rows.v[i]->loaded ? l->rows.v[i]->loaded->size : 0;
	printf("%zu module%s", l->rows.n, l->rows.n == 1 ? "" : "s");
	if (memory) {
		kmt_size_text(memory, size);
		printf(", %s in memory", size);
	}
	putchar('\n');
}

static int print_rows(struct kmt_env *env, struct listing *l, const struct kmt_selection *sel,
	struct kmt_err *err)
{
	struct kmt_rows rows = {
		.columns = env->cmd->columns,
		.rows = (const void **)l->rows.v,
		.n = l->rows.n,
		.ctx = &l->ctx,
		.json_name = "modules",
	};

	int r = kmt_cmd_print(env, &rows, sel, err);

	if (!r && env->style.terminal && !env->g.json && !env->g.raw && !env->g.no_headings)
		print_total(l);
	return r;
}

static int list(struct kmt_env *env, struct listing *l, const struct list_opts *opts,
	const struct kmt_selection *sel, struct kmt_err *err)
{
	struct kmt_snapshot *snap = &l->ctx.snap;
	unsigned int parts = parts_of(opts, sel);
	int r = kmt_snapshot_take(snap, &env->root, env->g.kernel, parts, l->ctx.diag, err);

	if (r)
		return r;
	kmt_banner(env, snap, parts & KMT_SNAP_TREE ? NOTES_TREE : NOTES_TREE & ~KMT_BANNER_INDEX);
	r = check_kernel(env, snap, opts, err);
	if (!r) {
		collect(l, opts);
		r = print_rows(env, l, sel, err);
	}
	if (!r)
		r = check_hits(env, l, opts, err);
	kmt_snapshot_free(snap);
	return r;
}

/* Without a loaded module in the list, most of the usual columns would be empty. */
static int select_columns(struct kmt_env *env, const struct list_opts *opts,
	struct kmt_selection *sel, struct kmt_err *err)
{
	kmt_autofree char *output = NULL;
	const char *asked = env->g.output;

	if (opts->loaded || (asked && *asked != '+'))
		return kmt_cmd_select(env, sel, err);
	output = kmt_asprintf("name,state,file%s%s", asked ? "," : "", asked ? asked + 1 : "");
	return kmt_select(env->cmd->columns, output, env->g.sort, sel, err);
}

static int run_list(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	struct list_opts opts = *(const struct list_opts *)options;
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct listing l = {.ctx = {.root = &env->root, .diag = &env->diag}};
	int r;

	if (opts.all)
		opts.loaded = opts.available = opts.builtin = true;
	else if (!opts.available && !opts.builtin)
		opts.loaded = true;
	r = select_columns(env, &opts, &sel, err);
	if (!r)
		r = read_patterns(env, &l.patterns, err);
	if (!r)
		r = list(env, &l, &opts, &sel, err);
	free(l.patterns.v);
	kmt_vec_free(&l.rows);
	kmt_list_ctx_free(&l.ctx);
	return r;
}

static const char *const list_examples[] = {"kmtool list", "loaded modules, newest first",
	"kmtool list --sort -size 'snd*'", "loaded sound modules, the largest first",
	"kmtool list -o +version,params loop", "with version and current parameters",
	"kmtool list --available --raw -o name wifi",
	"names of available modules that contain 'wifi'", NULL};

const struct kmt_cmd kmt_cmd_list = {
	.name = "list",
	.summary = "List modules: loaded, available in the module tree, built in",
	.operands = "[PATTERN...]",
	.complete = KMT_COMPLETE_MODULE,
	.opts = list_options,
	.opts_size = sizeof(struct list_opts),
	.columns = kmt_list_columns,
	.examples = list_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_list,
};
