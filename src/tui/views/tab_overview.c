/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one wants to know of a module at a glance. */
#include <kmt/tui/details.h>

#include <inttypes.h>
#include <string.h>

#include <kmt/model/graph.h>
#include <kmt/model/user_text.h>
#include <kmt/out/modstate.h>
#include "views_priv.h"

#define INDENT 12
#define USERS_SHOWN 6
#define ALIASES_SHOWN 3

static const char *field(const struct kmt_details_entry *e, const char *key)
{
	return kmt_modinfo_get(&e->facts.fields, key);
}

static void label(struct kmt_doc *doc, const char *text)
{
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_LABEL, "%-*s", INDENT, text);
}

static void add_file(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	const char *license = field(e, "license");
	char size[KMT_SIZE_TEXT];

	if (e->err.msg) {
		kmt_doc_wrap(doc, "File", INDENT, KMT_ROLE_BAD, e->err.msg);
		return;
	}
	if (!m->list.snap.has_tree) {
		kmt_doc_wrap(doc, "File", INDENT, KMT_ROLE_WARN, m->list.snap.tree_err.msg);
		return;
	}
	label(doc, "File");
	if (!e->facts.module.path)
		kmt_doc_add(doc, row->builtin ? KMT_ROLE_TEXT : KMT_ROLE_WARN,
			row->builtin ? "none: part of the kernel image" : "not in the module tree");
	else {
		kmt_size_text(e->file_size, size);
		kmt_doc_add(doc, KMT_ROLE_TEXT, kmt_model_short_path(&m->list.snap, e->facts.module.path));
		kmt_doc_addf(doc, KMT_ROLE_DIM, "   %s", size);
	}
	if (license)
		kmt_doc_addf(doc, KMT_ROLE_DIM, "   license %s", license);
}

static void add_state(const struct kmt_list_row *row, struct kmt_doc *doc)
{
	const struct kmt_procmod *mod = row->loaded;
	char size[KMT_SIZE_TEXT];

	label(doc, "State");
	if (!mod) {
		kmt_doc_add(doc, KMT_ROLE_TEXT, kmt_modstate_word(NULL, true, row->builtin));
		return;
	}
	kmt_size_text(mod->size, size);
	kmt_doc_add(doc, mod->state == KMT_STATE_LIVE ? KMT_ROLE_GOOD : KMT_ROLE_WARN,
		kmt_state_word(mod->state));
	kmt_doc_addf(doc, KMT_ROLE_TEXT, ", %s in memory", size);
	if (*mod->taint)
		kmt_doc_addf(doc, KMT_ROLE_WARN, ", taints the kernel: %s", mod->taint);
}

/* Adds what is another one than it was. */
static void add_change(const struct kmt_change *change, struct kmt_strbuf *out)
{
	char before[KMT_SIZE_TEXT], now[KMT_SIZE_TEXT];

	if (change->refs != change->refs_before)
		kmt_strbuf_addf(out, "refcount %" PRId64 " to %" PRId64, change->refs_before, change->refs);
	if (change->size == change->size_before)
		return;
	kmt_size_text(change->size_before, before);
	kmt_size_text(change->size, now);
	kmt_strbuf_addf(out, "%ssize %s to %s", out->len ? ", " : "", before, now);
}

/* What happened to it since the browser began, or since it was loaded. */
static void add_changes(struct kmt_model *m, const struct kmt_list_row *row, struct kmt_doc *doc)
{
	const struct kmt_changes_row *changes = row->loaded ? kmt_changes_get(&m->changes, row->name) : NULL;
	kmt_autostrbuf struct kmt_strbuf all = KMT_STRBUF_INIT;

	if (!changes)
		return;
	add_change(&changes->all, &all);
	if (!all.len)
		kmt_strbuf_addstr(&all, "now as at first");
	kmt_doc_wrap(doc, "Changes", INDENT, KMT_ROLE_TEXT,
		kmt_arena_printf(&doc->arena, "%zu since %s: %s", changes->n,
			kmt_view_time(changes->all.at, &doc->arena), kmt_strbuf_str(&all)));
	for (size_t i = 0; i < changes->n && i < KMT_CHANGES_KEPT; i++) {
		kmt_autostrbuf struct kmt_strbuf one = KMT_STRBUF_INIT;

		add_change(&changes->last[i], &one);
		kmt_doc_wrap(doc, "", INDENT, KMT_ROLE_DIM,
			kmt_arena_printf(&doc->arena, "%s  %s", kmt_view_time(changes->last[i].at, &doc->arena),
				kmt_strbuf_str(&one)));
	}
}

/* What each letter of it means. */
static void add_taint(const struct kmt_list_row *row, struct kmt_doc *doc)
{
	const char *letters = row->loaded ? row->loaded->taint : "";

	for (size_t i = 0; letters[i]; i++) {
		const struct kmt_taint *taint = kmt_taint_find(letters[i]);

		if (taint)
			kmt_doc_wrap(doc, i ? "" : "Taint", INDENT, KMT_ROLE_TEXT,
				kmt_arena_printf(&doc->arena, "%c: %s", letters[i], taint->meaning));
	}
}

static void add_needs(struct kmt_model *m, const struct kmt_list_row *row, struct kmt_doc *doc)
{
	struct kmt_edges edges = {0};
	struct kmt_strv names = {0};

	if (m->list.snap.has_tree && !row->builtin)
		kmt_graph_needs(&m->list.snap, row->name, false, &edges, NULL);
	for (size_t i = 0; i < edges.rows.n; i++)
		kmt_vec_push(&names, edges.rows.v[i].name);
	kmt_doc_modules(doc, "Needs", INDENT, names.v, names.n, KMT_TAB_DEPS);
	kmt_vec_free(&names);
	kmt_edges_free(&edges);
	if (row->loaded)
		kmt_doc_modules(doc, "Used by", INDENT, row->loaded->holders.v, row->loaded->holders.n, KMT_TAB_DEPS);
}

static void add_user(struct kmt_doc *doc, const struct kmt_user *user)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_user_text(user, &text);
	kmt_doc_line(doc, user->kind == KMT_USER_MODULE ? user->what : NULL);
	kmt_doc_addf(doc, KMT_ROLE_TEXT, "%*s%s", INDENT + 2, "", kmt_strbuf_str(&text));
}

/* Of N users those that are not shown. */
static void add_more(struct kmt_doc *doc, size_t n)
{
	if (n <= USERS_SHOWN)
		return;
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_DIM, "%*sand %zu more", INDENT + 2, "", n - USERS_SHOWN);
}

static void add_users(struct kmt_details_entry *e, struct kmt_doc *doc)
{
	size_t shown = 0;

	for (size_t i = 0; i < e->users.rows.n; i++) {
		if (!e->users.rows.v[i].counts || e->users.rows.v[i].kind == KMT_USER_MODULE)
			continue;
		if (shown++ < USERS_SHOWN)
			add_user(doc, &e->users.rows.v[i]);
	}
	add_more(doc, shown);
	if (e->users.unexplained > 0) {
		kmt_doc_line(doc, NULL);
		kmt_doc_addf(doc, KMT_ROLE_DIM, "%*s%" PRId64 " more by unknown users%s", INDENT + 2, "",
			e->users.unexplained,
			e->users.hidden ? " (root can see the files of all processes)" : "");
	}
}

static void unload(struct kmt_doc *doc, enum kmt_role role, const char *text)
{
	kmt_doc_wrap(doc, "Unload", INDENT, role, text);
}

/* Without a reference: a driver may still be needed. */
static void add_free(struct kmt_model *m, const struct kmt_procmod *mod, struct kmt_doc *doc)
{
	struct kmt_users users;

	kmt_users_find_driven(&m->list.snap, mod, &users);
	unload(doc, users.rows.n ? KMT_ROLE_WARN : KMT_ROLE_GOOD,
		users.rows.n ? "possible, but it drives what is listed here" : "possible: nothing uses it");
	for (size_t i = 0; i < users.rows.n && i < USERS_SHOWN; i++)
		add_user(doc, &users.rows.v[i]);
	add_more(doc, users.rows.n);
	kmt_users_free(&users);
}

/* Whether it can be unloaded, and what prevents it. */
static void add_unload(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	const struct kmt_procmod *mod = row->loaded;

	if (!mod)
		return;
	if (mod->permanent) {
		unload(doc, KMT_ROLE_BAD, "not possible: it has no exit function");
	} else if (mod->state == KMT_STATE_UNLOADING) {
		unload(doc, KMT_ROLE_WARN, "in progress: its exit function has not returned");
	} else if (mod->refs == 0) {
		add_free(m, mod, doc);
	} else if (mod->refs_unknown) {
		unload(doc, KMT_ROLE_BAD, "not possible: this kernel cannot unload modules");
	} else if (mod->refs < 0) {
		unload(doc, KMT_ROLE_BAD,
			kmt_arena_printf(&doc->arena, "impossible: a reference count of %" PRId64 " crashes the kernel",
				mod->refs));
	} else {
		kmt_autofree char *by = mod->holders.n ? kmt_asprintf("%zu", mod->holders.n) : kmt_strdup("none");

		unload(doc, KMT_ROLE_WARN,
			kmt_arena_printf(&doc->arena, "blocked: %" PRId64 " %s, %s by a module", mod->refs,
				mod->refs == 1 ? "reference" : "references", by));
		if (!e->has_users)
			kmt_users_find(&m->list.snap, mod, &e->users);
		e->has_users = true;
		add_users(e, doc);
	}
}

static void add_signature(const struct kmt_details_entry *e, struct kmt_doc *doc)
{
	const struct kmt_modfacts *f = &e->facts;

	if (!e->facts.module.path || e->err.kind)
		return;
	label(doc, "Signature");
	if (f->has_signature && f->signature.signer_n)
		kmt_doc_addf(doc, KMT_ROLE_TEXT, "%s %s, %.*s", f->signature.id, f->signature.hash,
			(int)f->signature.signer_n, f->signature.signer);
	else if (f->has_signature)
		kmt_doc_add(doc, KMT_ROLE_TEXT, f->signature.id);
	else if (e->facts.signature_err.msg)
		kmt_doc_add(doc, KMT_ROLE_WARN, e->facts.signature_err.msg);
	else
		kmt_doc_add(doc, KMT_ROLE_DIM, "none");
}

static void add_copy(const struct kmt_details_entry *e, struct kmt_doc *doc)
{
	const struct kmt_modfacts *f = &e->facts;

	if (f->same != KMT_OTHER_FILE)
		return;
	label(doc, "Copy");
	kmt_doc_addf(doc, KMT_ROLE_WARN, "loaded from a different file: its %s differs",
		f->same_by);
}

static void add_config(const struct kmt_details_entry *e, struct kmt_doc *doc)
{
	const struct kmt_config_line *line;

	if (!e->facts.config.n)
		return;
	line = &e->facts.config.v[0];
	label(doc, "Config");
	kmt_doc_add(doc, KMT_ROLE_TEXT, line->text);
	kmt_doc_addf(doc, KMT_ROLE_DIM, "   %s", kmt_origin_text(&line->origin, &doc->arena));
	if (e->facts.config.n > 1)
		kmt_doc_addf(doc, KMT_ROLE_DIM, "   and %zu more", e->facts.config.n - 1);
}

static void add_aliases(const struct kmt_details_entry *e, struct kmt_doc *doc)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	const struct kmt_modinfo_field *f;
	size_t n = 0;

	kmt_vec_foreach (f, &e->facts.fields.fields)
		if (kmt_modinfo_is(f, "alias") && n++ < ALIASES_SHOWN)
			kmt_strbuf_item(&list, " ", "%s", f->value);
	if (n > ALIASES_SHOWN)
		kmt_strbuf_addf(&list, " and %zu more", n - ALIASES_SHOWN);
	if (n)
		kmt_doc_wrap(doc, "Aliases", INDENT, KMT_ROLE_DIM, kmt_strbuf_str(&list));
}

/* Whether the kernel would take it; of one that is loaded already, only that it would not a second time. */
static void add_load(const struct kmt_details_entry *e, const struct kmt_list_row *row, struct kmt_doc *doc)
{
	static const enum kmt_role roles[KMT_CHECK_RESULTS] = {[KMT_CHECK_PASS] = KMT_ROLE_GOOD,
		[KMT_CHECK_WARN] = KMT_ROLE_WARN, [KMT_CHECK_UNKNOWN] = KMT_ROLE_TEXT, [KMT_CHECK_FAIL] = KMT_ROLE_BAD};
	const struct kmt_check_verdict *v = e->verdict;
	size_t first = doc->lines.n;

	if (!v || (row->loaded && v->result != KMT_CHECK_FAIL))
		return;
	kmt_doc_wrap(doc, row->loaded ? "Reload" : "Load", INDENT, roles[v->result],
		kmt_arena_printf(&doc->arena, "%s%s%s", kmt_check_verdict_name(v->result), v->cause ? ": " : "",
			v->cause ? v->cause->evidence : ""));
	if (v->cause && !strcmp(v->cause->test, "signature"))
		kmt_doc_tab(doc, first, KMT_TAB_SIG);
}

/* Lines that ADD makes lead to the tab that says more. */
static void lead(struct kmt_doc *doc, enum kmt_tab tab,
	void (*add)(const struct kmt_details_entry *, struct kmt_doc *), const struct kmt_details_entry *e)
{
	size_t first = doc->lines.n;

	add(e, doc);
	kmt_doc_tab(doc, first, tab);
}

void kmt_tab_overview(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	add_file(e, m, row, doc);
	if (field(e, "description"))
		kmt_doc_wrap(doc, "Description", INDENT, KMT_ROLE_TEXT, field(e, "description"));
	add_state(row, doc);
	add_taint(row, doc);
	if (field(e, "version"))
		kmt_doc_wrap(doc, "Version", INDENT, KMT_ROLE_TEXT, field(e, "version"));
	add_needs(m, row, doc);
	add_unload(e, m, row, doc);
	add_load(e, row, doc);
	add_changes(m, row, doc);
	lead(doc, KMT_TAB_CONFIG, add_config, e);
	add_copy(e, doc);
	lead(doc, KMT_TAB_SIG, add_signature, e);
	lead(doc, KMT_TAB_ALIAS, add_aliases, e);
}
