/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Edits of modprobe.d: by the line, and by what to add. */
#include "request_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/model/lookup.h>
#include <kmt/model/modfacts.h>
#include <kmt/plan/edit.h>
#include <kmt/plan/effects.h>
#include <kmt/plan/options.h>
#include <kmt/plan/params.h>
#include <kmt/sys/paths.h>

#define ALIAS_FILE "kmtool-alias.conf"
#define SOFTDEP_FILE "kmtool-softdep.conf"

struct line_ref {
	const char *path; /* absolute below the root */
	unsigned int number;
};

/* FILE:LINE, as `kmtool config` prints it. */
static int parse_ref(const struct kmt_planning *p, const char *arg, struct line_ref *out)
{
	struct kmt_arena *arena = &p->plan->arena;
	const char *colon = strrchr(arg, ':');
	uint64_t number = 0;

	if (!colon || kmt_num_u64(colon + 1, 10, &number) || !number || number > UINT32_MAX) {
		kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL, "'%s' is not FILE:LINE", arg);
		kmt_err_hint(p->err, "'kmtool config list' shows lines in this form");
		return -EINVAL;
	}
	out->number = (unsigned int)number;
	return kmt_edit_file(
		kmt_arena_strndup(arena, arg, (size_t)(colon - arg)), NULL, arena, &out->path, p->err);
}

/* What a package owns is not edited: a copy in /etc/modprobe.d takes its place. */
static int open_own(const struct kmt_planning *p, const struct line_ref *ref, struct kmt_edit *e)
{
	static const char own[] = KMT_PATH_MODPROBE_D "/";
	const struct kmt_root *root = p->machine->root;
	const char *path;
	int r;

	if (!kmt_root_exists(root, ref->path))
		return kmt_err_set(
			p->err, KMT_ERR_NOT_FOUND, ENOENT, "there is no file %s%s", root->path, ref->path);
	if (!strncmp(ref->path, own, strlen(own)))
		return kmt_edit_open(e, root, ref->path, p->err);
	path = kmt_arena_printf(&p->plan->arena, "%s%s", own, strrchr(ref->path, '/') + 1);
	r = kmt_edit_open_over(e, root, path, ref->path, p->err);
	if (!r && !e->absent) {
		kmt_edit_close(e);
		return kmt_err_set(p->err, KMT_ERR_REFUSED, EEXIST, "%s is masked by %s: its lines have no effect",
			ref->path, path);
	}
	if (!r)
		kmt_vec_push(&p->plan->warnings,
			kmt_arena_printf(&p->plan->arena,
				"%s stays as it is; %s takes its place, also after updates of the package",
				ref->path, path));
	return r;
}

typedef int (*line_fn)(struct kmt_edit *e, unsigned int number);

static int change_line(const struct kmt_planning *p, line_fn change)
{
	const struct kmt_strv *args = &p->request->targets;
	struct line_ref ref;
	struct kmt_edit e;
	int r;

	if (args->n > 1)
		return kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL, "one line at a time: '%s' or '%s'", args->v[0],
			args->v[1]);
	r = parse_ref(p, args->v[0], &ref);
	if (!r)
		r = open_own(p, &ref, &e);
	if (r < 0)
		return r;
	r = change(&e, ref.number);
	if (r == -ENOENT)
		r = kmt_err_set(p->err, KMT_ERR_NOT_FOUND, ENOENT, "%s has no line %u", ref.path, ref.number);
	else if (r < 0)
		r = kmt_err_set(p->err, KMT_ERR_REFUSED, EINVAL, "%s:%u: there is nothing to do", ref.path, ref.number);
	else
		kmt_edit_plan(&e, p->plan, NULL);
	kmt_edit_close(&e);
	return r ? r : kmt_plan_judge_config(p, true);
}

static bool is_comment(const struct kmt_edit *e, unsigned int number)
{
	const char *s = kmt_strbuf_str(&e->text);

	while (--number && (s = strchr(s, '\n')))
		s++;
	return s && (*s == '#' || *s == '\n' || !*s);
}

/* A comment does not become more of one. */
static int comment_out(struct kmt_edit *e, unsigned int number)
{
	return is_comment(e, number) ? -EINVAL : kmt_edit_comment_out(e, number);
}

static int plan_comment_out(const struct kmt_planning *p)
{
	return change_line(p, comment_out);
}

static int plan_restore(const struct kmt_planning *p)
{
	return change_line(p, kmt_edit_restore);
}

static int plan_option(const struct kmt_planning *p)
{
	const struct kmt_request *req = p->request;
	struct kmt_option_edit edit = {
		.set = &req->params, .unset = &req->unset, .file = req->file, .version = p->machine->version};
	struct kmt_modfacts facts = {0};
	int r = kmt_modfacts_find(&facts, p->snap, req->targets.v[0], p->err);

	if (!r && !req->params.n && !req->unset.n)
		r = kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL,
			"which parameter? Give PARAM=VALUE, or --unset PARAM");
	if (!r)
		r = kmt_plan_check_params(&facts, &req->params, p->plan, p->err);
	if (!r) {
		edit.module = facts.module.name;
		edit.builtin = facts.module.builtin;
		r = kmt_plan_options(p->snap, &edit, &p->forecast->effects, p->plan, p->err);
	}
	kmt_modfacts_free(&facts);
	return r;
}

/* Every line that says so already makes a second one superfluous. */
static bool has_alias(const struct kmt_snapshot *snap, const char *pattern, const char *module)
{
	const struct kmt_confindex_entry *entry = kmt_confindex_spelt(&snap->lines, KMT_CONF_ALIAS, pattern);

	while (entry && strcmp(entry->line->value, module) != 0)
		entry = entry->next;
	return entry != NULL;
}

/* Opens --file, or OWN, puts the line into it, and judges what comes of it. */
static int plan_line(const struct kmt_planning *p, const char *own, enum kmt_conf_kind kind,
	const char *pattern, const char *text)
{
	kmt_autofree char *line = kmt_asprintf("%s %s %s", kmt_conf_kind_name(kind), pattern, text);
	struct kmt_edit e;
	const char *path;
	int r = kmt_edit_file(p->request->file, own, &p->plan->arena, &path, p->err);

	if (!r)
		r = kmt_edit_open(&e, p->machine->root, path, p->err);
	if (r < 0)
		return r;
	if (kind == KMT_CONF_ALIAS)
		kmt_edit_append(&e, line);
	else
		kmt_edit_set_line(&e, kind, pattern, text);
	kmt_edit_plan(&e, p->plan, pattern);
	kmt_edit_close(&e);
	return kmt_plan_judge_config(p, false);
}

static int check_module(const struct kmt_planning *p, const char *name)
{
	if (!p->snap->has_tree || !strcmp(name, "off") || kmt_modindex_find(&p->snap->index, name) ||
		kmt_modindex_find_builtin(&p->snap->index, name))
		return 0;
	return kmt_lookup_not_found(p->snap, name, p->err);
}

static int plan_alias(const struct kmt_planning *p)
{
	const struct kmt_strv *args = &p->request->targets;
	struct kmt_strv *effects = &p->forecast->effects;
	char pattern[KMT_ALIAS_MAX], module[KMT_NAME_MAX];
	int r;

	if (args->n != 2)
		return kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL,
			"an alias takes two words: what is asked for, and the module that answers");
	if (kmt_alias_normalize(args->v[0], pattern, sizeof(pattern)) || strpbrk(pattern, " \t\n\\#"))
		return kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be an alias", args->v[0]);
	if (kmt_name_normalize(args->v[1], module, sizeof(module)))
		return kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a module", args->v[1]);
	r = check_module(p, module);
	if (!r && !has_alias(p->snap, pattern, module))
		r = plan_line(p, ALIAS_FILE, KMT_CONF_ALIAS, pattern, module);
	if (r < 0)
		return r;
	kmt_vec_push(effects, kmt_arena_printf(&p->plan->arena, "it takes effect with the next request for %s",
				      args->v[0]));
	kmt_effects_initramfs(p->snap, args->v[1], &p->plan->arena, effects);
	return 0;
}

/* NAME, then as in modprobe.d: "pre: A B post: C". */
static int softdep_text(const struct kmt_planning *p, struct kmt_strbuf *out)
{
	const struct kmt_strv *args = &p->request->targets;
	bool in_list = false;

	for (size_t i = 1; i < args->n; i++) {
		const char *word = args->v[i];
		char name[KMT_ALIAS_MAX];

		if (!strcmp(word, "pre:") || !strcmp(word, "post:"))
			in_list = true;
		else if (!in_list)
			return kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL,
				"'%s' does not follow pre: or post:, so modprobe would ignore it", word);
		else if (kmt_alias_normalize(word, name, sizeof(name)) || strpbrk(word, " \t\n\\"))
			return kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a module", word);
		kmt_strbuf_item(out, " ", "%s", word);
	}
	return in_list ? 0
		       : kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL,
				 "which modules? Give pre: NAME... or post: NAME...; pre: alone for none at all");
}

static int plan_softdep(const struct kmt_planning *p)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const char *arg = p->request->targets.v[0];
	char name[KMT_NAME_MAX];
	int r;

	if (kmt_name_normalize(arg, name, sizeof(name)))
		return kmt_err_set(p->err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a module", arg);
	r = softdep_text(p, &text);
	if (!r)
		r = check_module(p, name);
	if (!r)
		r = plan_line(p, SOFTDEP_FILE, KMT_CONF_SOFTDEP, name, text.s);
	if (!r)
		kmt_effects_of_edit(p->snap, name, &p->plan->arena, &p->forecast->effects);
	return r;
}

int kmt_plan_config(const struct kmt_planning *p)
{
	static int (*const plans[KMT_REQUEST_COUNT])(const struct kmt_planning *p) = {
		[KMT_REQUEST_SET_OPTION] = plan_option,
		[KMT_REQUEST_ALIAS] = plan_alias,
		[KMT_REQUEST_SOFTDEP] = plan_softdep,
		[KMT_REQUEST_COMMENT_OUT] = plan_comment_out,
		[KMT_REQUEST_RESTORE] = plan_restore,
	};

	return plans[p->request->kind](p);
}
