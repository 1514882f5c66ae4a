/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/plan.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/base/shell.h>
#include <kmt/check/policy.h>
#include <kmt/model/users.h>
#include <kmt/out/plan.h>
#include <kmt/plan/load.h>
#include <kmt/plan/unload.h>

#define FURTHER 10 /* columns that further lines of a step are indented by */

void kmt_plan_view_free(struct kmt_plan_view *v)
{
	kmt_doc_free(&v->doc);
	kmt_strbuf_free(&v->raw);
	kmt_vec_free(&v->words);
	kmt_strbuf_free(&v->command);
	kmt_plan_free(&v->plan);
	if (v->has_snap)
		kmt_snapshot_free(&v->snap);
	kmt_diag_clear(&v->diag);
	kmt_arena_free(&v->arena);
	*v = (struct kmt_plan_view){0};
}

void kmt_request_title(const struct kmt_request *request, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "%s %s", request->kind == KMT_REQUEST_LOAD ? "load" : "unload",
		request->target);
	if (*request->params)
		kmt_strbuf_addf(out, " with %s", request->params);
	if (request->dependents)
		kmt_strbuf_addstr(out, ", with all that uses it");
	if (request->unused_deps)
		kmt_strbuf_addstr(out, ", with what is unused then");
}

/* The words of a line of parameters: blanks inside of double quotes do not end one. */
static void split(const char *line, struct kmt_arena *arena, struct kmt_strv *out)
{
	while (*line) {
		bool quoted = false;
		size_t n = 0;

		line += strspn(line, " ");
		for (; line[n] && (quoted || line[n] != ' '); n++)
			if (line[n] == '"')
				quoted = !quoted;
		if (n)
			kmt_vec_push(out, kmt_arena_strndup(arena, line, n));
		line += n;
	}
}

/* The command line that does the same. */
static void make_words(struct kmt_plan_view *v, const struct kmt_request *r)
{
	kmt_vec_push(&v->words, r->kind == KMT_REQUEST_LOAD ? "load" : "unload");
	if (r->dependents)
		kmt_vec_push(&v->words, "--dependents");
	if (r->unused_deps)
		kmt_vec_push(&v->words, "--unused-deps");
	kmt_vec_push(&v->words, kmt_arena_strdup(&v->arena, r->target));
	split(r->params, &v->arena, &v->words);
	kmt_strbuf_addstr(&v->command, "kmtool");
	for (size_t i = 0; i < v->words.n; i++)
		kmt_shell_add(&v->command, v->words.v[i]);
}

static int plan_load(struct kmt_plan_view *v, const struct kmt_request *r, struct kmt_err *err)
{
	struct kmt_load_request load = {0};
	int result;

	kmt_vec_push(&load.targets, r->target);
	split(r->params, &v->arena, &load.params);
	result = kmt_plan_load(&v->snap, &load, &v->plan, err);
	kmt_vec_free(&load.targets);
	kmt_vec_free(&load.params);
	return result;
}

static void tell_users(struct kmt_plan_view *v, const struct kmt_procmod *mod)
{
	struct kmt_users users;
	const struct kmt_user *u;

	kmt_users_find(&v->snap, mod, &users);
	kmt_vec_foreach (u, &users.rows) {
		kmt_doc_line(&v->doc, NULL);
		kmt_doc_addf(&v->doc, KMT_ROLE_TEXT, "  %s %s", kmt_user_kind_name(u->kind), u->what);
		if (u->detail)
			kmt_doc_addf(&v->doc, KMT_ROLE_DIM, " (%s)", u->detail);
	}
	if (users.unexplained) {
		kmt_doc_line(&v->doc, NULL);
		kmt_doc_addf(&v->doc, KMT_ROLE_DIM, "  %lld not known by whom",
			(long long)users.unexplained);
	}
	kmt_users_free(&users);
}

static int plan_unload(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *r, const struct kmt_procmod **in_use, struct kmt_err *err)
{
	struct kmt_unload_request unload = {.dependents = r->dependents, .unused_deps = r->unused_deps};
	int result;

	kmt_vec_push(&unload.targets, r->target);
	result = kmt_plan_unload(&v->snap, &unload, &v->plan, in_use, err);
	if (!result)
		kmt_plan_unload_warn(
			&v->snap, machine->root->is_host ? getenv("SSH_CONNECTION") : NULL, &v->plan);
	kmt_vec_free(&unload.targets);
	return result;
}

static void tell_error(struct kmt_plan_view *v, const struct kmt_err *err)
{
	kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_BAD, err->msg);
	if (err->hint)
		kmt_doc_wrap(&v->doc, "", 2, KMT_ROLE_TEXT, err->hint);
}

/* The same text as `kmtool --dry-run`; what is too long goes on below. */
static void tell_plan(struct kmt_plan_view *v)
{
	const struct kmt_style style = {0};
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int width = v->doc.width;
	char *line, *next;

	kmt_plan_text(&v->plan, &style, &text);
	kmt_plan_raw(&v->plan, &v->raw);
	for (line = text.s; line && *line; line = next) {
		size_t n = strcspn(line, "\n"), fits = n;
		kmt_autofree char *first = NULL;

		next = line + n + (line[n] == '\n');
		line[n] = '\0';
		while ((int)fits > width && fits)
			fits--;
		while (fits < n && fits && line[fits] != ' ')
			fits--;
		fits = fits ? fits : n;
		first = kmt_strndup(line, fits);
		kmt_doc_line(&v->doc, NULL);
		kmt_doc_add(&v->doc, strncmp(line, "warning:", 8) ? KMT_ROLE_TEXT : KMT_ROLE_WARN, first);
		if (fits < n)
			kmt_doc_wrap(&v->doc, "", FURTHER, KMT_ROLE_TEXT, line + fits + 1);
	}
}

static void cannot(struct kmt_plan_view *v, const char *why)
{
	kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_WARN, why);
}

/* Who may run it. */
static enum kmt_run_how choose_how(struct kmt_plan_view *v, const struct kmt_machine *machine)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_policy policy = {0};

	if (!kmt_plan_changes(&v->plan)) {
		cannot(v, "There is nothing to be done.");
		return KMT_RUN_NOT;
	}
	if (machine->readonly) {
		cannot(v, "This browser was started with --readonly: it runs nothing.");
		return KMT_RUN_NOT;
	}
	if (!machine->kernel || !v->snap.running) {
		cannot(v, "Only on the running system something can be loaded or unloaded.");
		return KMT_RUN_NOT;
	}
	kmt_policy_read(machine->root, &v->arena, &policy);
	if (kmt_policy_check(&policy, NULL, &err)) {
		tell_error(v, &err);
		return KMT_RUN_NOT;
	}
	if (policy.cap_sys_module)
		return KMT_RUN_HERE;
	kmt_doc_line(&v->doc, NULL);
	kmt_doc_add(&v->doc, KMT_ROLE_DIM, "Run asks sudo to do it: this takes privilege.");
	return KMT_RUN_SUDO;
}

void kmt_plan_view_make(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, int width)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	const struct kmt_procmod *in_use = NULL;
	bool load = request->kind == KMT_REQUEST_LOAD;
	int r;

	kmt_plan_view_free(v);
	v->doc.width = width;
	make_words(v, request);
	r = kmt_snapshot_take(&v->snap, machine->root, machine->version,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | (load ? 0 : KMT_SNAP_TREE_OPTIONAL) | KMT_SNAP_CONFIG,
		&v->diag, &err);
	v->has_snap = !r;
	if (!r)
		r = load ? plan_load(v, request, &err) : plan_unload(v, machine, request, &in_use, &err);
	if (r) {
		tell_error(v, &err);
		if (in_use)
			tell_users(v, in_use);
	} else {
		tell_plan(v);
	}
	kmt_doc_line(&v->doc, NULL);
	kmt_doc_wrap(&v->doc, "= ", 2, KMT_ROLE_DIM, kmt_strbuf_str(&v->command));
	if (!r)
		v->how = choose_how(v, machine);
}
