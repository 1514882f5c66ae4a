/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/lookup.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/model/config.h>

/* "Did you mean": names that differ from what was asked for by a typing error or two. */

#define MAX_HINTS 4

struct near {
	const char *name;
	unsigned int distance;
};

struct nears {
	KMT_VEC(struct near) v;
};

/* How many errors a name of N letters may have before another word was meant. */
static unsigned int tolerance(size_t n)
{
	if (n < 4)
		return 1;
	return n < 8 ? 2 : 3;
}

static void consider(const char *asked, const char *name, struct nears *out)
{
	size_t n = strlen(asked), len = strlen(name);
	unsigned int most = tolerance(n), d;

	if ((len > n ? len - n : n - len) > most)
		return;
	d = kmt_name_distance(asked, name);
	if (d <= most)
		kmt_vec_push(&out->v, (struct near){.name = name, .distance = d});
}

static int compare_near(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return strcmp(x->name, y->name);
}

void kmt_lookup_nearest(
	const struct kmt_strv *names, const char *name, size_t max, struct kmt_strv *out)
{
	struct nears near = {0};

	for (size_t i = 0; i < names->n; i++)
		consider(name, names->v[i], &near);
	if (near.v.n)
		qsort(near.v.v, near.v.n, sizeof(*near.v.v), compare_near);
	for (size_t i = 0; i < near.v.n && i < max; i++)
		kmt_vec_push(out, near.v.v[i].name);
	kmt_vec_free(&near.v);
}

void kmt_lookup_near(
	const struct kmt_snapshot *snap, const char *name, size_t max, struct kmt_strv *out)
{
	struct kmt_strv names = {0};

	kmt_modindex_names(&snap->index, &names);
	for (size_t i = 0; i < kmt_modindex_builtin_count(&snap->index); i++)
		kmt_vec_push(&names, kmt_modindex_builtin_at(&snap->index, i)->name);
	kmt_lookup_nearest(&names, name, max, out);
	kmt_vec_free(&names);
}

void kmt_lookup_hint(const struct kmt_strv *near, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;

	for (size_t i = 0; i < near->n; i++)
		kmt_strbuf_addf(&list, "%s%s", i == 0 ? "" : i + 1 < near->n ? ", " : " or ", near->v[i]);
	if (list.len)
		kmt_err_hint(err, "did you mean %s?", list.s);
}

int kmt_lookup_none(const struct kmt_snapshot *snap, const char *name, const struct kmt_lookup *found,
	struct kmt_err *err)
{
	const struct kmt_conf_line *off = found->off;

	if (!off)
		return kmt_lookup_not_found(snap, name, err);
	kmt_err_set(err, KMT_ERR_REFUSED, EPERM, "%s is switched off by %s:%u: alias %s off", name,
		off->origin.file, off->origin.line, off->pattern);
	kmt_err_hint(err, "kmtool config comment-out %s:%u", off->origin.file, off->origin.line);
	return -EPERM;
}

int kmt_lookup_not_found(const struct kmt_snapshot *snap, const char *name, struct kmt_err *err)
{
	struct kmt_strv near = {0};

	if (!snap->has_tree) {
		kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no loaded module '%s'%s%s", name,
			snap->tree_err.msg ? "; " : "", snap->tree_err.msg ? snap->tree_err.msg : "");
		if (snap->tree_err.hint)
			kmt_err_hint(err, "%s", snap->tree_err.hint);
		return -ENOENT;
	}
	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no module, built-in or alias '%s' in %s%s", name,
		snap->root->path, snap->index.dir);
	kmt_lookup_near(snap, name, MAX_HINTS, &near);
	kmt_lookup_hint(&near, err);
	kmt_vec_free(&near);
	return -ENOENT;
}

struct search {
	const struct kmt_snapshot *snap;
	const char *query; /* normal form */
	struct kmt_lookup *out;
	struct kmt_err *err;
	bool shipped_only;
};

typedef int (*stage_fn)(struct search *s);

static const char *const stage_names[] = {
	[KMT_LOOKUP_CONFIG_ALIAS] = "alias line",
	[KMT_LOOKUP_NAME] = "modules.dep",
	[KMT_LOOKUP_SYMBOL] = "modules.symbols",
	[KMT_LOOKUP_COMMAND] = "install or remove line",
	[KMT_LOOKUP_ALIAS] = "modules.alias",
	[KMT_LOOKUP_BUILTIN] = "modules.builtin",
	[KMT_LOOKUP_BUILTIN_ALIAS] = "modules.builtin.alias",
};

const char *kmt_lookup_stage_name(enum kmt_lookup_stage stage)
{
	return stage_names[stage];
}

static const struct kmt_module *find_module(const struct kmt_snapshot *snap, const char *name)
{
	const struct kmt_module *m = kmt_modindex_find(&snap->index, name);

	return m ? m : kmt_modindex_find_builtin(&snap->index, name);
}

static void add_alias(struct search *s, const struct kmt_conf_line *line)
{
	const struct kmt_module *m = find_module(s->snap, line->value);

	if (!m && !strcmp(line->value, "off")) {
		s->out->off = s->out->off ? s->out->off : line;
		return;
	}
	kmt_vec_push(&s->out->rows, (struct kmt_lookup_match){
					    .name = line->value,
					    .module = m,
					    .stage = KMT_LOOKUP_CONFIG_ALIAS,
					    .pattern = line->pattern,
					    .alias = line->pattern,
					    .line = line,
				    });
}

static int from_config(struct search *s)
{
	struct kmt_conf_linev lines = {0};

	if (!s->shipped_only)
		kmt_confindex_match(&s->snap->lines, KMT_CONF_ALIAS, s->query, &lines);
	for (size_t i = 0; i < lines.rows.n; i++)
		add_alias(s, lines.rows.v[i]);
	kmt_vec_free(&lines.rows);
	return 0;
}

static int from_names(struct search *s)
{
	const struct kmt_module *m = kmt_modindex_find(&s->snap->index, s->query);

	if (m)
		kmt_vec_push(&s->out->rows, (struct kmt_lookup_match){.name = m->name,
						    .module = m,
						    .stage = KMT_LOOKUP_NAME});
	return 0;
}

static int from_builtins(struct search *s)
{
	const struct kmt_module *m = kmt_modindex_find_builtin(&s->snap->index, s->query);

	if (m)
		kmt_vec_push(&s->out->rows, (struct kmt_lookup_match){.name = m->name,
						    .module = m,
						    .stage = KMT_LOOKUP_BUILTIN});
	return 0;
}

static void add_matches(struct search *s, const struct kmt_index_matches *found,
	enum kmt_lookup_stage stage)
{
	const struct kmt_index_match *m;

	kmt_vec_foreach(m, &found->rows) {
		const struct kmt_snapshot *snap = s->snap;

		/* What is built in under a name that modules.builtin does not list has no module. */
		kmt_vec_push(&s->out->rows, (struct kmt_lookup_match){
						    .name = m->module,
						    .module = stage == KMT_LOOKUP_BUILTIN_ALIAS
								      ? kmt_modindex_find_builtin(
										&snap->index, m->module)
								      : find_module(snap, m->module),
						    .stage = stage,
						    .pattern = m->pattern,
						    .alias = s->query,
					    });
	}
}

static int from_index(struct search *s, enum kmt_index_kind kind, enum kmt_lookup_stage stage)
{
	struct kmt_index_matches found = {0};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r;

	if (!s->snap->has_tree) /* it is optional to some commands: what is loaded has a name, too */
		return 0;
	r = kmt_modindex_match(&s->snap->index, kind, s->query, &found, &err);

	if (r == -ENOENT) {
		kmt_diag_add(s->snap->diag, NULL, "%s: aliases are not known", err.msg);
		return 0;
	}
	if (r < 0 && s->err) {
		kmt_err_clear(s->err);
		*s->err = err;
		err = (struct kmt_err)KMT_ERR_INIT;
	}
	add_matches(s, &found, stage);
	kmt_vec_free(&found.rows);
	return r;
}

static int from_symbols(struct search *s)
{
	if (strncmp(s->query, "symbol:", strlen("symbol:")) != 0)
		return 0;
	return from_index(s, KMT_INDEX_SYMBOLS, KMT_LOOKUP_SYMBOL);
}

/* Unlike elsewhere the name itself is compared here, not matched with the pattern. */
static int from_commands(struct search *s)
{
	const struct kmt_confindex *lines = &s->snap->lines;
	const struct kmt_confindex_entry *entry = kmt_confindex_spelt(lines, KMT_CONF_INSTALL, s->query);

	if (!entry)
		entry = kmt_confindex_spelt(lines, KMT_CONF_REMOVE, s->query);
	if (!s->shipped_only && entry)
		kmt_vec_push(&s->out->rows, (struct kmt_lookup_match){
						    .name = entry->line->pattern,
						    .module = find_module(s->snap, entry->line->pattern),
						    .stage = KMT_LOOKUP_COMMAND,
						    .line = entry->line});
	return 0;
}

static int from_aliases(struct search *s)
{
	return from_index(s, KMT_INDEX_ALIAS, KMT_LOOKUP_ALIAS);
}

static int from_builtin_aliases(struct search *s)
{
	return from_index(s, KMT_INDEX_BUILTIN_ALIAS, KMT_LOOKUP_BUILTIN_ALIAS);
}

static int find(const struct kmt_snapshot *snap, const char *query, bool shipped_only,
	struct kmt_lookup *out, struct kmt_err *err)
{
	static const stage_fn stages[] = {from_config, from_names, from_symbols, from_commands,
		from_aliases, from_builtins, from_builtin_aliases};
	struct search s = {.snap = snap, .out = out, .err = err, .shipped_only = shipped_only};
	char normal[KMT_ALIAS_MAX];
	size_t before = out->rows.n;

	if (!*query || kmt_alias_normalize(query, normal, sizeof(normal)) < 0)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"'%s' can be neither a module nor an alias", query);
	s.query = kmt_arena_strdup(snap->texts, normal);
	for (size_t i = 0; out->rows.n == before && !out->off && i < KMT_ARRAY_SIZE(stages); i++) {
		int r = stages[i](&s);

		if (r < 0)
			return r;
	}
	return 0;
}

int kmt_lookup_find(const struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err)
{
	return find(snap, query, false, out, err);
}

int kmt_lookup_find_shipped(const struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err)
{
	return find(snap, query, true, out, err);
}

int kmt_lookup_find_claims(const struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err)
{
	int r = find(snap, query, false, out, err);
	const struct kmt_conf_line *off = out->off;
	struct kmt_lookup_match *match;

	if (r < 0 || out->rows.n || !off)
		return r;
	out->off = NULL;
	r = find(snap, query, true, out, err);
	out->off = off;
	kmt_vec_foreach(match, &out->rows) {
		match->off = off;
	}
	return r;
}

int kmt_lookup_find_module(const struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err)
{
	int r = kmt_lookup_find_claims(snap, query, out, err);
	const struct kmt_lookup_match *first = out->rows.v;

	if (!r && out->rows.n && first->off && first->stage != KMT_LOOKUP_NAME &&
		first->stage != KMT_LOOKUP_BUILTIN)
		out->rows.n = 0;
	return r || out->rows.n ? r : kmt_lookup_none(snap, query, out, err);
}

void kmt_lookup_free(struct kmt_lookup *l)
{
	kmt_vec_free(&l->rows);
}
