/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool info`: which modules are asked for, and how they are shown. */
#include "info_priv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/opt.h>
#include <kmt/model/lookup.h>

#include "cmds_priv.h"

struct options {
	bool all;
	const char *field;
	unsigned int threads;
};

static const struct kmt_opt info_opts[] = {
	{"all", 'a', KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL,
		"show every module of the tree, in modules.dep's order",
		offsetof(struct options, all), 0},
	{"field", 'F', KMT_OPT_STRING, "FIELD", KMT_COMPLETE_FIELD, NULL,
		"print only the values of FIELD, one a line", offsetof(struct options, field), 0},
	{"threads", 0, KMT_OPT_UINT, "N", KMT_COMPLETE_NONE, NULL,
		"read with N threads (default: one for each CPU, at most 8)",
		offsetof(struct options, threads), 0},
	{0},
};

static const char *const examples[] = {
	"kmtool info ext4",
	"what its file says, what the kernel has, which configuration touches it",
	"kmtool info -F depends ./my.ko",
	"the modules that a file names as its dependencies",
	"kmtool info --all --raw -F firmware",
	"every firmware file that any module may ask for",
	NULL,
};

/* Aliases may hold a slash too ("devname:cpu/microcode"): what has a ':' in front of it is no path.
 */
static bool is_file(const char *arg)
{
	const char *colon = strchr(arg, ':'), *slash = strchr(arg, '/');

	if (colon && slash && *arg != '/' && *arg != '.' && colon < slash)
		return false;
	return kmt_name_is_path(arg);
}

/* FILE as a path below the root: from the working directory, or from the root's top with --root. */
static void add_file(const struct kmt_env *env, const char *arg, struct kmt_arena *arena,
	struct kmt_info_items *items)
{
	kmt_autofree char *dir = NULL;
	struct kmt_info_item item = {.path = arg};
	const char *base = strrchr(arg, '/');
	char name[KMT_NAME_MAX];

	if (*arg != '/' && env->root.is_host)
		dir = getcwd(NULL, 0);
	if (*arg != '/')
		item.path = kmt_arena_printf(arena, "%s/%s", dir ? dir : "", arg);
	item.name = base ? base + 1 : arg;
	if (!kmt_name_from_path(arg, name, sizeof(name)))
		item.name = kmt_arena_strdup(arena, name);
	kmt_vec_push(&items->rows, item);
}

/* A name or alias; what it finds may be several modules. What nothing answers to is shown as an
 * error. */
static void add_name(struct kmt_snapshot *snap, const char *arg, struct kmt_info_items *items)
{
	struct kmt_lookup found = {0};
	const struct kmt_lookup_match *match;
	struct kmt_info_item missing = {.name = arg};
	size_t before = items->rows.n;

	if (!kmt_lookup_find(snap, arg, &found, &missing.err))
		kmt_vec_foreach (match, &found.rows) {
			struct kmt_info_item item = {.name = match->name};

			if (!match->module)
				continue;
			if (!match->module->builtin)
				item.path = match->module->path;
			kmt_vec_push(&items->rows, item);
		}
	kmt_lookup_free(&found);
	if (items->rows.n > before)
		return;
	if (!missing.err.kind)
		kmt_lookup_not_found(snap, arg, &missing.err);
	kmt_vec_push(&items->rows, missing);
}

static void add_all(struct kmt_snapshot *snap, struct kmt_info_items *items)
{
	for (size_t i = 0; i < kmt_modindex_count(&snap->index); i++) {
		const struct kmt_module *m = kmt_modindex_at(&snap->index, i);

		kmt_vec_push(
			&items->rows, (struct kmt_info_item){.name = m->name, .path = m->path});
	}
}

static void add_operands(struct kmt_env *env, struct kmt_snapshot *snap, struct kmt_arena *arena,
	struct kmt_info_items *items)
{
	for (int i = 0; i < env->argc; i++) {
		if (is_file(env->argv[i]))
			add_file(env, env->argv[i], arena, items);
		else
			add_name(snap, env->argv[i], items);
	}
}

static int check_usage(const struct kmt_env *env, const struct options *o, struct kmt_err *err)
{
	if (o->all && env->argc)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--all takes no names");
	if (!o->all && !env->argc)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"which module? Give a name or a file, or --all");
	if (env->g.json && (env->g.raw || o->field))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--json and %s exclude each other",
			env->g.raw ? "--raw" : "--field");
	return kmt_opt_check_threads(o->threads, err);
}

static bool only_files(const struct kmt_env *env)
{
	for (int i = 0; i < env->argc; i++)
		if (!is_file(env->argv[i]))
			return false;
	return env->argc > 0;
}

static void make_request(
	const struct kmt_env *env, const struct options *o, struct kmt_info_request *q)
{
	q->root = &env->root;
	q->field = o->field;
	q->threads = o->threads;
	q->style = env->style;
	q->format = env->g.json ? KMT_INFO_JSON : env->g.raw ? KMT_INFO_RAW : KMT_INFO_TEXT;
	q->table = !o->all && !o->field && q->format == KMT_INFO_TEXT;
	if (o->field) {
		q->parts = kmt_info_parts_of_field(o->field);
		return;
	}
	q->parts = KMT_INFO_BUILD_ID | KMT_INFO_SIGNATURE | KMT_INFO_PARAMS | KMT_INFO_LOADED;
	if (!o->all || env->g.json)
		q->parts |= KMT_INFO_CONFIG;
	if (q->table || env->g.json)
		q->parts |= KMT_INFO_LIVE;
}

/* Files need no module tree; in an image where no kernel runs nothing says which tree were theirs.
 */
static unsigned int snapshot_parts(const struct kmt_env *env, struct kmt_info_request *q)
{
	bool files = only_files(env);
	unsigned int parts = 0;

	if (files && !env->root.is_host && !env->g.kernel)
		q->parts &= ~KMT_INFO_CONFIG;
	if (!files)
		parts |= KMT_SNAP_TREE;
	if (env->argc && (!files || (q->parts & KMT_INFO_CONFIG)))
		parts |= KMT_SNAP_CONFIG;
	if (q->parts & (KMT_INFO_LOADED | KMT_INFO_LIVE))
		parts |= KMT_SNAP_LOADED;
	return parts;
}

static int show(struct kmt_env *env, const struct options *o, struct kmt_info_request *q,
	struct kmt_err *err)
{
	struct kmt_info_items items = {0};
	struct kmt_arena arena = {0};
	struct kmt_info_item *item;
	int r;

	if (o->all)
		add_all(q->snap, &items);
	else
		add_operands(env, q->snap, &arena, &items);
	if (items.rows.n)
		items.rows.v[items.rows.n - 1].last = true;
	r = kmt_info_run(q, &items, &env->diag, err);
	kmt_vec_foreach (item, &items.rows)
		kmt_err_clear(&item->err);
	kmt_vec_free(&items.rows);
	kmt_arena_free(&arena);
	return r;
}

static int run_info(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	const struct options *o = opts;
	struct kmt_info_request request = {0};
	struct kmt_snapshot snap;
	unsigned int parts;
	int r = check_usage(env, o, err);

	if (r)
		return r;
	make_request(env, o, &request);
	parts = snapshot_parts(env, &request);
	r = kmt_snapshot_take(&snap, &env->root, env->g.kernel, parts, &env->diag, err);
	if (r)
		return r;
	if (parts & KMT_SNAP_TREE)
		kmt_banner(env, &snap, KMT_BANNER_INDEX);
	request.snap = &snap;
	r = show(env, o, &request, err);
	kmt_snapshot_free(&snap);
	return r;
}

const struct kmt_cmd kmt_cmd_info = {
	.name = "info",
	.summary = "Show what the file, the running kernel and the configuration say of a module",
	.operands = "[NAME|FILE...]",
	.complete = KMT_COMPLETE_MODULE,
	.opts = info_opts,
	.opts_size = sizeof(struct options),
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = run_info,
};
