/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/deps.h>

#include <errno.h>

#include <kmt/base/name.h>
#include <kmt/model/modfacts.h>

/* Deeper than any real chain: the recursion has an end even for an index that somebody made up. */
#define MAX_DEPTH 500

static struct kmt_deps_row *add_row(
	struct kmt_deps_tree *tree, struct kmt_deps_row row, const struct kmt_origin *origin)
{
	struct kmt_deps_row *copy = KMT_ARENA_NEW(&tree->arena, struct kmt_deps_row);

	*copy = row;
	if (origin) {
		copy->origin = *origin;
		copy->where = kmt_origin_text(origin, &tree->arena);
	}
	copy->index = tree->rows.n;
	kmt_vec_push(&tree->rows, copy);
	return copy;
}

static int find_edges(struct kmt_deps_tree *tree, const char *name, struct kmt_edges *out,
	struct kmt_err *err)
{
	if (!tree->reverse)
		return kmt_graph_needs(tree->snap, name, tree->all, out, err);
	kmt_graph_needed_by(tree->snap, name, tree->all ? &tree->soft : NULL, out);
	return 0;
}

/* Adds the branches of ROW, which is at DEPTH. */
static int expand(
	struct kmt_deps_tree *tree, struct kmt_deps_row *row, unsigned int depth, struct kmt_err *err)
{
	unsigned int limit = tree->depth ? tree->depth : MAX_DEPTH;
	struct kmt_edges edges = {0};
	int r = find_edges(tree, row->name, &edges, err);

	if (!r && edges.rows.n) {
		row->above = kmt_map_get(&tree->expanded, row->name) != NULL;
		row->cut = !row->above && depth >= limit;
	}
	if (!row->above && !row->cut)
		kmt_map_add(&tree->expanded, row->name, row);
	for (size_t i = 0; !r && !row->above && !row->cut && i < edges.rows.n; i++) {
		const struct kmt_edge *edge = &edges.rows.v[i];
		struct kmt_deps_row child = {
			.name = edge->name,
			.module = edge->module,
			.parent = row,
			.kind = edge->kind,
			.alias = edge->alias,
		};

		r = expand(tree, add_row(tree, child, &edge->origin), depth + 1, err);
	}
	kmt_edges_free(&edges);
	return r;
}

static int not_found(const struct kmt_deps_tree *tree, const char *query, struct kmt_err *err)
{
	kmt_err_clear(err);
	return tree->snap->has_tree ? kmt_lookup_not_found(tree->snap, query, err)
				    : kmt_err_copy(err, &tree->snap->tree_err);
}

static int add_loaded(struct kmt_deps_tree *tree, const struct kmt_procmod *mod, struct kmt_err *err)
{
	kmt_err_clear(err);
	return expand(tree, add_row(tree, (struct kmt_deps_row){.name = mod->name}, NULL), 0, err);
}

/* A file stands for the module of its name: what the tree says about that, else the kernel. */
static int find_file(struct kmt_deps_tree *tree, const char *path, struct kmt_err *err)
{
	char name[KMT_NAME_MAX];
	const struct kmt_module *m = NULL;
	const struct kmt_procmod *loaded = NULL;
	struct kmt_modref ref;

	if (!kmt_name_from_path(path, name, sizeof(name)))
		m = kmt_modindex_find(&tree->snap->index, name);
	if (m)
		return expand(tree,
			add_row(tree, (struct kmt_deps_row){.name = m->name, .module = m}, NULL), 0, err);
	if (!kmt_modref_of_file(tree->snap, path, &ref, NULL) &&
		!kmt_modref_kernel_name(tree->snap->root, ref.path, name))
		loaded = kmt_snapshot_loaded(tree->snap, name);
	return loaded ? add_loaded(tree, loaded, err) : not_found(tree, path, err);
}

int kmt_deps_tree_add(struct kmt_deps_tree *tree, const char *name, struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	int r;

	if (kmt_name_is_path(name))
		return find_file(tree, name, err);
	r = kmt_lookup_find_module(tree->snap, name, &found, err);
	for (size_t i = 0; !r && i < found.rows.n; i++) {
		const struct kmt_lookup_match *match = &found.rows.v[i];
		struct kmt_deps_row row = {.name = match->name, .module = match->module};

		if (match->alias)
			row.alias = name;
		r = expand(tree, add_row(tree, row, match->line ? &match->line->origin : NULL), 0,
			err);
	}
	if (!found.rows.n && kmt_snapshot_loaded(tree->snap, name))
		r = add_loaded(tree, kmt_snapshot_loaded(tree->snap, name), err);
	else if (!found.rows.n && !tree->snap->has_tree)
		r = not_found(tree, name, err);
	kmt_lookup_free(&found);
	return r;
}

void kmt_deps_tree_free(struct kmt_deps_tree *tree)
{
	kmt_vec_free(&tree->rows);
	kmt_map_free(&tree->expanded);
	kmt_config_edges_free(&tree->soft);
	kmt_arena_free(&tree->arena);
}
