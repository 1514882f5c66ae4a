/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The graph language of Graphviz, dot(1): every module once, an edge for each row with a parent. */
#include "deps_priv.h"

#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/base/strbuf.h>

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

void kmt_deps_dot(const struct kmt_deps_tree *tree, FILE *out)
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
