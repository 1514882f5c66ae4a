/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_priv.h"

#include <string.h>

#include <kmt/base/shell.h>
#include <kmt/model/users.h>
#include <kmt/out/plan.h>
#include <kmt/out/users.h>

#define FURTHER 10 /* columns that further lines of a step are indented by */

void kmt_plan_view_free(struct kmt_plan_view *v)
{
	kmt_doc_free(&v->doc);
	kmt_strbuf_free(&v->raw);
	kmt_vec_free(&v->words);
	kmt_strbuf_free(&v->command);
	kmt_vec_free(&v->effects);
	kmt_plan_free(&v->plan);
	if (v->has_snap)
		kmt_snapshot_free(&v->snap);
	kmt_diag_clear(&v->diag);
	kmt_arena_free(&v->arena);
	*v = (struct kmt_plan_view){0};
}

static void tell_users(struct kmt_plan_view *v, const struct kmt_procmod *mod)
{
	struct kmt_users users;
	const struct kmt_user *u;

	kmt_users_find(&v->snap, mod, &users);
	kmt_vec_foreach (u, &users.rows) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

		kmt_user_text(u, &text);
		kmt_doc_wrap(&v->doc, "", 2, KMT_ROLE_TEXT, kmt_strbuf_str(&text));
	}
	if (users.unexplained) {
		kmt_doc_line(&v->doc, NULL);
		kmt_doc_addf(&v->doc, KMT_ROLE_DIM, "  %lld not known by whom",
			(long long)users.unexplained);
	}
	kmt_users_free(&users);
}

void kmt_plan_view_error(struct kmt_plan_view *v, const struct kmt_err *err)
{
	kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_BAD, err->msg);
	if (err->hint)
		kmt_doc_wrap(&v->doc, "", 2, KMT_ROLE_TEXT, err->hint);
}

static enum kmt_role role_of_line(const struct kmt_plan_view *v, const char *line)
{
	/* Plans that write files have no other lines that begin so. */
	bool diff = v->plan.steps.n && v->plan.steps.v[v->plan.steps.n - 1].kind == KMT_STEP_WRITE;

	if (!strncmp(line, "warning:", 8))
		return KMT_ROLE_WARN;
	if (diff && (*line == '+' || *line == '-'))
		return *line == '+' ? KMT_ROLE_GOOD : KMT_ROLE_BAD;
	return KMT_ROLE_TEXT;
}

/* What is too long goes on below. */
static void tell_line(struct kmt_plan_view *v, const char *line)
{
	size_t n = strlen(line), fits = n;
	kmt_autofree char *first = NULL;

	while ((int)fits > v->doc.width && fits)
		fits--;
	while (fits < n && fits && line[fits] != ' ')
		fits--;
	fits = fits ? fits : n;
	first = kmt_strndup(line, fits);
	kmt_doc_line(&v->doc, NULL);
	kmt_doc_add(&v->doc, role_of_line(v, line), first);
	if (fits < n)
		kmt_doc_wrap(&v->doc, "", FURTHER, KMT_ROLE_TEXT, line + fits + 1);
}

/* The same text as `kmtool --dry-run`. */
static void tell_plan(struct kmt_plan_view *v)
{
	const struct kmt_style style = {0};
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	char *line, *next;

	kmt_plan_text(&v->plan, &style, &text);
	kmt_plan_raw(&v->plan, &v->raw);
	/* Of a file that is written it names only the path. */
	kmt_plan_diff(&v->plan, &style, &v->raw);
	for (line = text.s; line && *line; line = next) {
		size_t n = strcspn(line, "\n");

		next = line + n + (line[n] == '\n');
		line[n] = '\0';
		tell_line(v, line);
	}
	for (size_t i = 0; i < v->effects.n; i++)
		kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_DIM, v->effects.v[i]);
}

static void make_command(
	struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *request)
{
	kmt_request_kinds[request->kind]->words(v, machine, request);
	kmt_strbuf_addstr(&v->command, "kmtool");
	for (size_t i = 0; i < v->words.n; i++) {
		if (v->words.v[i])
			kmt_shell_add(&v->command, v->words.v[i]);
		else
			kmt_strbuf_addstr(&v->command, " && kmtool");
	}
}

void kmt_plan_view_make(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, int width)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_planning p = {.v = v, .machine = machine, .request = request, .err = &err};
	const struct kmt_request_kind_def *def = kmt_request_kinds[request->kind];
	int r;

	kmt_plan_view_free(v);
	v->doc.width = width;
	r = kmt_snapshot_take(&v->snap, machine->root, machine->version, def->parts, &v->diag, &err);
	v->has_snap = !r;
	if (!r)
		r = def->plan(&p);
	make_command(v, machine, request);
	if (r) {
		kmt_plan_view_error(v, &err);
		if (p.in_use)
			tell_users(v, p.in_use);
	} else {
		tell_plan(v);
		if (def->tell)
			def->tell(&p);
	}
	for (size_t i = 0; i < p.blocks.n; i++)
		kmt_block_proof_free(&p.blocks.v[i].proof);
	kmt_vec_free(&p.blocks);
	kmt_doc_line(&v->doc, NULL);
	kmt_doc_wrap(&v->doc, "= ", 2, KMT_ROLE_DIM, kmt_strbuf_str(&v->command));
	if (!r)
		v->how = kmt_plan_view_how(v, machine);
}
