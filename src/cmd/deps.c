/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool deps`: what modules need, or who needs them. */
#include <errno.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/base/strbuf.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/out/deps.h>

#include "cmds_priv.h"

/* The graph language of Graphviz, dot(1): every module once, an edge for each row with a parent. */

/* A quoted ID: a quote and a backslash get a backslash. */
static void put_id(const char *name, FILE *out)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_escape_text(&text, name, strlen(name));
	fputc('"', out);
	for (const char *p = kmt_strbuf_str(&text); *p; p++) {
		if (*p == '"' || *p == '\\')
			fputc('\\', out);
		fputc(*p, out);
	}
	fputc('"', out);
}

static void put_node(const struct kmt_deps_tree *tree, const struct kmt_deps_row *row, FILE *out)
{
	const char *state = kmt_deps_state(tree->snap, row);

	fputc('\t', out);
	put_id(row->name, out);
	if (!strcmp(state, "missing"))
		fputs(" [style=dotted]", out);
	else if (!strcmp(state, "live"))
		fputs(" [style=filled, fillcolor=palegreen]", out);
	else if (!strcmp(state, "built-in"))
		fputs(" [style=filled, fillcolor=lightgrey]", out);
	fputs(";\n", out);
}

/* Arrows go from who needs to what is needed, also with --reverse. */
static void put_edge(const struct kmt_deps_tree *tree, const struct kmt_deps_row *row, FILE *out)
{
	static const char *const styles[KMT_EDGE_COUNT] = {
		[KMT_EDGE_SOFT_PRE] = " [style=dashed, label=\"before\"]",
		[KMT_EDGE_SOFT_POST] = " [style=dashed, label=\"after\"]",
		[KMT_EDGE_WEAK] = " [style=dotted, label=\"weak\"]",
	};

	fputc('\t', out);
	put_id(tree->reverse ? row->name : row->parent->name, out);
	fputs(" -> ", out);
	put_id(tree->reverse ? row->parent->name : row->name, out);
	fprintf(out, "%s;\n", styles[row->kind] ? styles[row->kind] : "");
}

/* The tree as a graph for Graphviz. */
static void deps_dot(const struct kmt_deps_tree *tree, FILE *out)
{
	struct kmt_map seen = {0};

	fputs("digraph modules {\n\trankdir=LR;\n\tnode [shape=box];\n", out);
	for (size_t i = 0; i < tree->rows.n; i++)
		if (!kmt_map_add(&seen, tree->rows.v[i]->name, tree->rows.v[i]))
			put_node(tree, tree->rows.v[i], out);
	for (size_t i = 0; i < tree->rows.n; i++)
		if (tree->rows.v[i]->parent)
			put_edge(tree, tree->rows.v[i], out);
	fputs("}\n", out);
	kmt_map_free(&seen);
}

#define NOTES (KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX)

enum deps_format { FORMAT_TREE, FORMAT_LIST, FORMAT_DOT, FORMAT_JSON };

struct deps_opts {
	bool reverse, all;
	unsigned int depth;
	int format;
};

static const char *const formats[] = {"tree", "list", "dot", "json", NULL};

static const struct kmt_opt deps_options[] = {
	{"reverse", 'r', KMT_OPT_FLAG, .help = "show dependents instead of dependencies",
		.offset = offsetof(struct deps_opts, reverse)},
	{"all", 'a', KMT_OPT_FLAG, .help = "include soft and weak dependencies",
		.offset = offsetof(struct deps_opts, all)},
	{"depth", 'd', KMT_OPT_UINT, "N", .help = "show at most N levels below NAME",
		.offset = offsetof(struct deps_opts, depth)},
	{"format", 'f', KMT_OPT_CHOICE, "FORMAT", KMT_COMPLETE_CHOICE, formats,
		"tree, list (each module once, in loading order), dot (for Graphviz) or json",
		offsetof(struct deps_opts, format), 0},
	{0},
};

struct flat {
	KMT_VEC(const void *) rows;
	struct kmt_map seen;
};

static void flatten(const struct kmt_deps_tree *tree, const struct kmt_deps_row *row, struct flat *out);

/* The children of ROW: what it leads to stands behind it, up to the first row with an earlier parent.
 * AFTER: those that come after it, or all others. */
static void flatten_children(const struct kmt_deps_tree *tree, const struct kmt_deps_row *row,
	bool after, struct flat *out)
{
	for (size_t i = row->index + 1; i < tree->rows.n; i++) {
		const struct kmt_deps_row *child = tree->rows.v[i];

		if (!child->parent || child->parent->index < row->index)
			break;
		if (child->parent == row && (child->kind == KMT_EDGE_SOFT_POST) == after)
			flatten(tree, child, out);
	}
}

/* Each module once, behind what has to be there (with --reverse: has to go) before it. */
static void flatten(const struct kmt_deps_tree *tree, const struct kmt_deps_row *row, struct flat *out)
{
	flatten_children(tree, row, false, out);
	if (!kmt_map_add(&out->seen, row->name, (void *)row))
		kmt_vec_push(&out->rows, row);
	flatten_children(tree, row, true, out);
}

static int print(struct kmt_env *env, struct kmt_deps_tree *tree, const void **rows,
	size_t n, const size_t *parents, const char *usual, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	const char *output = env->g.output;
	kmt_autofree char *with = NULL;
	int r;

	if (!output)
		output = usual;
	else if (*output == '+')
		output = with = kmt_asprintf("%s,%s", usual, output + 1);
	r = kmt_select(kmt_deps_columns, output, env->g.sort, &sel, err);
	if (r)
		return r;
	return kmt_cmd_print(env,
		&(struct kmt_rows){
			.columns = kmt_deps_columns,
			.rows = rows,
			.n = n,
			.ctx = tree,
			.json_name = "dependencies",
			.parents = parents,
		},
		&sel, err);
}

static int print_tree(struct kmt_env *env, struct kmt_deps_tree *tree, struct kmt_err *err)
{
	kmt_autofree size_t *parents =
		kmt_realloc_array(NULL, tree->rows.n + 1, sizeof(*parents));
	kmt_autofree char *usual = kmt_deps_usual_columns(tree, !env->g.json && !env->g.raw);

	for (size_t i = 0; i < tree->rows.n; i++) {
		const struct kmt_deps_row *parent = tree->rows.v[i]->parent;

		parents[i] = parent ? parent->index : SIZE_MAX;
	}
	return print(env, tree, (const void **)tree->rows.v, tree->rows.n, parents, usual, err);
}

static int print_list(struct kmt_env *env, struct kmt_deps_tree *tree, struct kmt_err *err)
{
	struct flat flat = {0};
	int r;

	for (size_t i = 0; i < tree->rows.n; i++)
		if (!tree->rows.v[i]->parent)
			flatten(tree, tree->rows.v[i], &flat);
	r = print(env, tree, flat.rows.v, flat.rows.n, NULL, "module,state,file", err);
	kmt_vec_free(&flat.rows);
	kmt_map_free(&flat.seen);
	return r;
}

static int print_as(struct kmt_env *env, struct kmt_deps_tree *tree, enum deps_format format,
	struct kmt_err *err)
{
	switch (format) {
	case FORMAT_TREE:
		break;
	case FORMAT_LIST:
		return print_list(env, tree, err);
	case FORMAT_DOT:
		if (env->g.json || env->g.raw)
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
				"--format dot cannot be used together with --json or --raw");
		deps_dot(tree, stdout);
		return 0;
	case FORMAT_JSON:
		env->g.json = true;
		break;
	}
	return print_tree(env, tree, err);
}

static int run_deps(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct deps_opts *opts = options;
	struct kmt_snapshot snap;
	struct kmt_deps_tree tree = {
		.snap = &snap,
		.reverse = opts->reverse,
		.all = opts->all,
		.depth = opts->depth,
	};
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	unsigned int parts = KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OR_NONE | KMT_SNAP_CONFIG;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, env->g.kernel, parts, &env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &snap, NOTES);
	if (opts->reverse && opts->all)
		r = kmt_graph_config_edges(&snap, &tree.soft, err);
	for (int i = 0; !r && i < env->argc; i++)
		r = kmt_deps_tree_add(&tree, env->argv[i], err);
	if (!r)
		r = print_as(env, &tree, (enum deps_format)opts->format, err);
	kmt_deps_tree_free(&tree);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const deps_examples[] = {"kmtool deps btrfs", "dependencies of btrfs, as a tree",
	"kmtool deps --all ext4", "with soft dependencies and the lines that define them",
	"kmtool deps --reverse usbcore", "modules that depend on usbcore",
	"kmtool deps --format dot br_netfilter | dot -Tsvg >graph.svg", "draw a graph", NULL};

const struct kmt_cmd kmt_cmd_deps = {
	.name = "deps",
	.summary = "Show dependencies or dependents of modules",
	.operands = "NAME...",
	.complete = KMT_COMPLETE_MODULE,
	.opts = deps_options,
	.opts_size = sizeof(struct deps_opts),
	.columns = kmt_deps_columns,
	.examples = deps_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_deps,
};
