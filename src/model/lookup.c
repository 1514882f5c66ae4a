/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/lookup.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>

struct search {
	struct kmt_snapshot *snap;
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

static int find(struct kmt_snapshot *snap, const char *query, bool shipped_only,
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
	s.query = kmt_arena_strdup(&snap->arena, normal);
	for (size_t i = 0; out->rows.n == before && !out->off && i < KMT_ARRAY_SIZE(stages); i++) {
		int r = stages[i](&s);

		if (r < 0)
			return r;
	}
	return 0;
}

int kmt_lookup_find(struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err)
{
	return find(snap, query, false, out, err);
}

int kmt_lookup_find_shipped(struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err)
{
	return find(snap, query, true, out, err);
}

int kmt_lookup_find_claims(struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
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

int kmt_lookup_find_module(struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
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
