/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/graph.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/lookup.h>

static const char *const kind_names[KMT_EDGE_COUNT] = {
	[KMT_EDGE_HARD] = "hard",
	[KMT_EDGE_SOFT_PRE] = "softdep-pre",
	[KMT_EDGE_SOFT_POST] = "softdep-post",
	[KMT_EDGE_WEAK] = "weakdep",
};

const char *kmt_edge_kind_name(enum kmt_edge_kind kind)
{
	return kind_names[kind];
}

void kmt_edges_free(struct kmt_edges *e)
{
	kmt_vec_free(&e->rows);
}

static bool needs(const struct kmt_module *m, const struct kmt_module *dep)
{
	for (size_t i = 0; i < m->n_deps; i++)
		if (m->deps[i] == dep)
			return true;
	return false;
}

/* Whether no other dependency of M brings its dependency AT along: those that could stand before it. */
static bool is_direct(const struct kmt_module *m, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (needs(m->deps[i], m->deps[at]))
			return false;
	return m->deps[at] != m;
}

static void add_hard(struct kmt_edges *out, const struct kmt_module *m)
{
	kmt_vec_push(&out->rows,
		(struct kmt_edge){.kind = KMT_EDGE_HARD, .name = m->name, .module = m});
}

/* One name of a softdep or weakdep line, and what answers to it. */
static int add_named(const struct kmt_snapshot *snap, const struct kmt_conf_line *line,
	enum kmt_edge_kind kind, const char *name, struct kmt_edges *out, struct kmt_err *err)
{
	struct kmt_edge edge = {.kind = kind, .name = name, .origin = line->origin};
	struct kmt_err why = KMT_ERR_INIT;
	struct kmt_lookup found = {0};
	int r = kmt_lookup_find(snap, name, &found, &why);

	for (size_t i = 0; !r && i < found.rows.n; i++) {
		edge.name = found.rows.v[i].name;
		edge.module = found.rows.v[i].module;
		edge.alias = kmt_name_equal(edge.name, name) ? NULL : name;
		kmt_vec_push(&out->rows, edge);
	}
	/* A name that none can have is only in no index. */
	if (!found.rows.n && (!r || why.kind == KMT_ERR_USAGE)) {
		kmt_vec_push(&out->rows, edge);
		r = 0;
	}
	kmt_lookup_free(&found);
	if (r < 0 && err) {
		kmt_err_clear(err);
		*err = why;
		return r;
	}
	kmt_err_clear(&why);
	return r;
}

static int add_list(const struct kmt_snapshot *snap, const struct kmt_conf_line *line,
	enum kmt_edge_kind kind, const struct kmt_strv *names, struct kmt_edges *out,
	struct kmt_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < names->n; i++)
		r = add_named(snap, line, kind, names->v[i], out, err);
	return r;
}

/* The edges of LINE, a softdep or weakdep line. */
static int add_line(const struct kmt_snapshot *snap, const struct kmt_conf_line *line,
	struct kmt_edges *out, struct kmt_err *err)
{
	int r;

	if (line->kind == KMT_CONF_WEAKDEP)
		return add_list(snap, line, KMT_EDGE_WEAK, &line->deps->weak, out, err);
	r = add_list(snap, line, KMT_EDGE_SOFT_PRE, &line->deps->pre, out, err);
	if (!r)
		r = add_list(snap, line, KMT_EDGE_SOFT_POST, &line->deps->post, out, err);
	return r;
}

static int add_config(
	const struct kmt_snapshot *snap, const char *name, struct kmt_edges *out, struct kmt_err *err)
{
	static const enum kmt_conf_kind kinds[] = {KMT_CONF_SOFTDEP, KMT_CONF_WEAKDEP};
	int r = 0;

	for (size_t i = 0; !r && i < KMT_ARRAY_SIZE(kinds); i++) {
		const struct kmt_conf_line *line = kmt_confindex_first(&snap->lines, kinds[i], name, false);

		if (line)
			r = add_line(snap, line, out, err);
	}
	return r;
}

static void add_loaded(const struct kmt_snapshot *snap, struct kmt_edges *out, const char *name)
{
	kmt_vec_push(&out->rows, (struct kmt_edge){.kind = KMT_EDGE_HARD,
					 .name = name,
					 .module = kmt_modindex_find(&snap->index, name)});
}

/* Of a module that no index has: the loaded modules that it uses. */
static void loaded_needs(const struct kmt_snapshot *snap, const char *name, struct kmt_edges *out)
{
	const struct kmt_procmod *mod;

	kmt_vec_foreach(mod, &snap->loaded.rows) {
		for (size_t i = 0; i < mod->holders.n; i++)
			if (kmt_name_equal(mod->holders.v[i], name))
				add_loaded(snap, out, mod->name);
	}
}

int kmt_graph_needs(const struct kmt_snapshot *snap, const char *name, bool all, struct kmt_edges *out,
	struct kmt_err *err)
{
	const struct kmt_module *m = kmt_modindex_find(&snap->index, name);

	if (!m && !kmt_modindex_find_builtin(&snap->index, name))
		loaded_needs(snap, name, out);
	for (size_t i = m ? m->n_deps : 0; i > 0; i--)
		if (is_direct(m, i - 1))
			add_hard(out, m->deps[i - 1]);
	return all ? add_config(snap, name, out, err) : 0;
}

static void add_from(const struct kmt_edges *edges, const char *from,
	const struct kmt_module *module, struct kmt_config_edges *out)
{
	const struct kmt_edge *edge;

	kmt_vec_foreach(edge, &edges->rows) {
		kmt_vec_push(&out->rows,
			(struct kmt_config_edge){.from = from, .module = module, .to = *edge});
	}
}

static bool counts(const struct kmt_snapshot *snap, const struct kmt_conf_line *line, const char *name)
{
	return kmt_confindex_first(&snap->lines, line->kind, name, false) == line;
}

/* The edges of LINE, from each module that it is for. */
static int add_line_edges(const struct kmt_snapshot *snap, const struct kmt_conf_line *line,
	struct kmt_config_edges *out, struct kmt_err *err)
{
	struct kmt_edges edges = {0};
	int r = add_line(snap, line, &edges, err);

	if (!r && !kmt_conf_is_pattern(line->pattern)) {
		if (counts(snap, line, line->pattern))
			add_from(&edges, line->pattern,
				kmt_modindex_find(&snap->index, line->pattern), out);
	} else if (!r) {
		for (size_t i = 0; i < kmt_modindex_count(&snap->index); i++) {
			const struct kmt_module *m = kmt_modindex_at(&snap->index, i);

			if (kmt_conf_matches(line->pattern, m->name) && counts(snap, line, m->name))
				add_from(&edges, m->name, m, out);
		}
	}
	kmt_edges_free(&edges);
	return r;
}

int kmt_graph_config_edges(
	const struct kmt_snapshot *snap, struct kmt_config_edges *out, struct kmt_err *err)
{
	const struct kmt_conf_line *line;
	int r = 0;

	kmt_vec_foreach(line, &snap->conf.lines) {
		if (!r && (line->kind == KMT_CONF_SOFTDEP || line->kind == KMT_CONF_WEAKDEP))
			r = add_line_edges(snap, line, out, err);
	}
	return r;
}

void kmt_config_edges_free(struct kmt_config_edges *e)
{
	kmt_vec_free(&e->rows);
}

void kmt_graph_needed_by(const struct kmt_snapshot *snap, const char *name,
	const struct kmt_config_edges *soft, struct kmt_edges *out)
{
	const struct kmt_module *wanted = kmt_modindex_find(&snap->index, name);
	const struct kmt_procmod *loaded = wanted ? NULL : kmt_snapshot_loaded(snap, name);
	const struct kmt_config_edge *edge;

	for (size_t i = 0; loaded && i < loaded->holders.n; i++)
		add_loaded(snap, out, loaded->holders.v[i]);
	for (size_t i = 0; wanted && i < kmt_modindex_count(&snap->index); i++) {
		const struct kmt_module *m = kmt_modindex_at(&snap->index, i);
		size_t at = 0;

		while (at < m->n_deps && m->deps[at] != wanted)
			at++;
		if (at < m->n_deps && is_direct(m, at))
			add_hard(out, m);
	}
	if (!soft)
		return;
	kmt_vec_foreach(edge, &soft->rows) {
		struct kmt_edge back = edge->to;

		if (!kmt_name_equal(edge->to.name, name))
			continue;
		back.name = edge->from;
		back.module = edge->module;
		kmt_vec_push(&out->rows, back);
	}
}

static void add_user(const char *module, const char *user, struct kmt_arena *arena, struct kmt_map *out)
{
	struct kmt_direct_users *users = kmt_map_get(out, module);

	if (!users) {
		users = KMT_ARENA_NEW(arena, struct kmt_direct_users);
		kmt_map_add(out, module, users);
	}
	if (users->n < KMT_ARRAY_SIZE(users->names))
		users->names[users->n] = user;
	users->n++;
}

void kmt_graph_direct_users(const struct kmt_snapshot *snap, struct kmt_arena *arena, struct kmt_map *out)
{
	for (size_t i = 0; i < kmt_modindex_count(&snap->index); i++) {
		const struct kmt_module *m = kmt_modindex_at(&snap->index, i);

		for (size_t k = 0; k < m->n_deps; k++)
			if (is_direct(m, k))
				add_user(m->deps[k]->name, m->name, arena, out);
	}
}
