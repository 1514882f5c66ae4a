/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tabs of details that are lists: parameters, dependencies, configuration. */
#include <kmt/tui/details.h>

#include <string.h>

#include <kmt/out/deps.h>
#include <kmt/out/params.h>
#include <kmt/out/settings.h>
#include <kmt/sys/paths.h>

#define DEPS_DEPTH 8
#define STEP 3 /* columns for each level of the tree */
#define NAME_WIDTH 28 /* of the tree and a name */

/* For the keys that change it. */
static const struct kmt_doc_param *line_param(const struct kmt_param *p, struct kmt_arena *arena)
{
	struct kmt_doc_param *out = KMT_ARENA_NEW(arena, struct kmt_doc_param);

	out->name = kmt_arena_strdup(arena, p->name);
	out->type = p->type ? kmt_arena_strdup(arena, p->type) : NULL;
	out->live = p->live && p->live->value ? kmt_arena_strdup(arena, p->live->value) : NULL;
	out->writable = p->live && p->live->mode & 0222;
	out->configured = p->configured ? kmt_arena_strdup(arena, p->configured) : NULL;
	/* Only files of this machine's administrator are edited. */
	if (p->configured && p->origin.line &&
		!strncmp(p->origin.file, KMT_PATH_MODPROBE_D "/", strlen(KMT_PATH_MODPROBE_D "/")))
		out->file = kmt_arena_strdup(arena, p->origin.file);
	return out;
}

/* What the kernel has and what the configuration would set, side by side. */
void kmt_tab_params(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_rows rows = {.columns = kmt_param_columns, .ctx = &doc->arena};
	size_t n = e->facts.params.n;
	kmt_autofree const void **order = kmt_realloc_array(NULL, n + 1, sizeof(*order));
	bool unknown = false;

	for (size_t i = 0; i < n; i++) {
		order[rows.n++] = &e->facts.params.v[i];
		unknown |= !e->facts.params.v[i].known;
	}
	rows.rows = order;
	if (rows.n) {
		kmt_select(kmt_param_columns,
			unknown ? "name,value,configured,default,type,mode,note,description"
				: "name,value,configured,default,type,mode,description",
			NULL, &sel, NULL);
		kmt_doc_table(doc, &rows, &sel, NULL);
		for (size_t i = 0; i < rows.n; i++)
			doc->lines.v[i + 1].param = line_param(&e->facts.params.v[i], &doc->arena);
	} else {
		kmt_doc_line(doc, NULL);
		kmt_doc_add(doc, KMT_ROLE_DIM, e->err.msg ? e->err.msg : "The module has no parameters.");
	}
}

static int depth_of(const struct kmt_deps_row *row)
{
	int depth = 0;

	while ((row = row->parent))
		depth++;
	return depth;
}

static bool is_last(const struct kmt_deps_tree *tree, const struct kmt_deps_row *row)
{
	for (size_t i = row->index + 1; i < tree->rows.n; i++)
		if (tree->rows.v[i]->parent == row->parent)
			return false;
	return true;
}

/* The lines before a name: whether a row and those above it are the last of their parents. */
static void add_guide(
	const struct kmt_deps_tree *tree, const struct kmt_deps_row *row, struct kmt_doc *doc)
{
	int at = depth_of(row) * STEP;
	kmt_autofree char *guide = kmt_alloc((size_t)at + 1);

	for (const struct kmt_deps_row *r = row; r->parent; r = r->parent) {
		bool last = is_last(tree, r);

		at -= STEP;
		memcpy(guide + at, r == row ? (last ? "`- " : "+- ") : (last ? "   " : "|  "), STEP);
	}
	kmt_doc_guide(doc, guide);
}

static enum kmt_role role_of_state(const char *state)
{
	if (!strcmp(state, "missing"))
		return KMT_ROLE_BAD;
	if (!strcmp(state, "live"))
		return KMT_ROLE_GOOD;
	return !strcmp(state, "built-in") ? KMT_ROLE_DIM : KMT_ROLE_TEXT;
}

static void add_dep(
	const struct kmt_deps_tree *tree, const struct kmt_deps_row *row, struct kmt_doc *doc)
{
	const struct kmt_snapshot *snap = tree->snap;
	int width = NAME_WIDTH - depth_of(row) * STEP;
	const char *state = kmt_deps_state(snap, row);

	kmt_doc_line(doc, row->name);
	add_guide(tree, row, doc);
	kmt_doc_addf(doc, KMT_ROLE_NAME, "%-*s", width > 0 ? width : 0, row->name);
	kmt_doc_addf(doc, role_of_state(state), " %s", state);
	if (row->kind != KMT_EDGE_HARD)
		kmt_doc_addf(doc, KMT_ROLE_DIM, "  %s", kmt_edge_kind_name(row->kind));
	if (row->alias)
		kmt_doc_addf(doc, KMT_ROLE_DIM, " as %s", row->alias);
	if (row->where)
		kmt_doc_addf(doc, KMT_ROLE_DIM, "  %s", kmt_model_short_path(snap, row->where));
	if (row->above)
		kmt_doc_add(doc, KMT_ROLE_DIM, "  (shown above)");
	if (row->cut)
		kmt_doc_add(doc, KMT_ROLE_DIM, "  (and more)");
}

static void add_tree(struct kmt_model *m, const char *name, bool reverse, struct kmt_doc *doc)
{
	struct kmt_deps_tree tree = {
		.snap = &m->list.snap, .reverse = reverse, .all = !reverse, .depth = DEPS_DEPTH};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_HEADING, reverse ? "Needed by" : "Needs (loaded before it)");
	if (kmt_deps_tree_add(&tree, name, &err)) {
		kmt_doc_line(doc, NULL);
		kmt_doc_addf(doc, KMT_ROLE_BAD, "  %s", err.msg);
	} else if (tree.rows.n < 2) {
		kmt_doc_line(doc, NULL);
		kmt_doc_add(doc, KMT_ROLE_DIM, reverse ? "  no module" : "  nothing");
	}
	for (size_t i = 0; i < tree.rows.n; i++)
		if (tree.rows.v[i]->parent)
			add_dep(&tree, tree.rows.v[i], doc);
	kmt_deps_tree_free(&tree);
}

void kmt_tab_deps(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	if (!m->list.snap.has_tree) {
		kmt_doc_line(doc, NULL);
		kmt_doc_add(doc, KMT_ROLE_WARN, m->list.snap.tree_err.msg);
		return;
	}
	add_tree(m, row->name, false, doc);
	kmt_doc_line(doc, NULL);
	add_tree(m, row->name, true, doc);
}

static void add_line(struct kmt_doc *doc, const struct kmt_config_line *line)
{
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_TEXT, line->text);
	kmt_doc_origin(doc, &line->origin);
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_DIM, "    %s", kmt_origin_text(&line->origin, &doc->arena));
	kmt_doc_origin(doc, &line->origin);
	if (!line->setting)
		return;
	kmt_doc_wrap(doc, "", 4,
		line->setting->effect == KMT_SETTING_EFFECTIVE ? KMT_ROLE_DIM : KMT_ROLE_WARN,
		kmt_setting_effect_text(line->setting, &doc->arena));
}

void kmt_tab_config(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	for (size_t i = 0; i < e->facts.config.n; i++)
		add_line(doc, &e->facts.config.v[i]);
	if (doc->lines.n)
		return;
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_DIM, "No configuration line applies to the module.");
}
