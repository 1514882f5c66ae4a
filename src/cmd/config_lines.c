/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool config` that act on a line or on the last change: comment-out, restore, undo. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/num.h>
#include <kmt/plan/edit.h>
#include <kmt/source/confdirs.h>
#include <kmt/source/undo.h>
#include <kmt/sys/paths.h>

#include "config_priv.h"
#include "config_plan_priv.h"

#define TAKES_EDIT (KMT_TAKES_MACHINE | KMT_TAKES_JSON | KMT_TAKES_RAW | KMT_TAKES_DRY_RUN)
#define RECORD_MAX ((size_t)16 << 20)

struct line_ref {
	const char *path; /* absolute below the root */
	unsigned int number;
};

/* FILE:LINE, as `kmtool config` prints it. */
static int parse_ref(const char *arg, struct kmt_arena *arena, struct line_ref *out, struct kmt_err *err)
{
	const char *colon = strrchr(arg, ':');
	uint64_t number = 0;

	if (!colon || kmt_num_u64(colon + 1, 10, &number) || !number || number > UINT32_MAX) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' is not FILE:LINE", arg);
		kmt_err_hint(err, "'kmtool config list' prints the lines so");
		return -EINVAL;
	}
	out->number = (unsigned int)number;
	return kmt_edit_file(kmt_arena_strndup(arena, arg, (size_t)(colon - arg)), NULL, arena, &out->path, err);
}

/* What a package owns is not edited: a copy in /etc/modprobe.d takes its place. */
static int open_own(struct kmt_change *c, const struct line_ref *ref, struct kmt_edit *e, struct kmt_err *err)
{
	static const char own[] = KMT_PATH_MODPROBE_D "/";
	const struct kmt_root *root = &c->env->root;
	const char *path;
	int r;

	if (!kmt_root_exists(root, ref->path))
		return kmt_err_set(
			err, KMT_ERR_NOT_FOUND, ENOENT, "there is no file %s%s", root->path, ref->path);
	if (!strncmp(ref->path, own, strlen(own)))
		return kmt_edit_open(e, root, ref->path, err);
	path = kmt_arena_printf(&c->plan.arena, "%s%s", own, strrchr(ref->path, '/') + 1);
	r = kmt_edit_open_over(e, root, path, ref->path, err);
	if (!r && !e->absent) {
		kmt_edit_close(e);
		return kmt_err_set(err, KMT_ERR_REFUSED, EEXIST, "%s is masked by %s: its lines have no effect",
			ref->path, path);
	}
	if (!r)
		kmt_vec_push(&c->plan.warnings,
			kmt_arena_printf(&c->plan.arena,
				"%s stays as it is; %s takes its place, also after updates of the package",
				ref->path, path));
	return r;
}

typedef int (*line_fn)(struct kmt_edit *e, unsigned int number);

static int plan_line(struct kmt_change *c, line_fn change, struct kmt_err *err)
{
	struct line_ref ref;
	struct kmt_edit e;
	int r = parse_ref(c->env->argv[0], &c->plan.arena, &ref, err);

	if (!r)
		r = open_own(c, &ref, &e, err);
	if (r < 0)
		return r;
	r = change(&e, ref.number);
	if (r == -ENOENT)
		r = kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no line of %s begins at %u", ref.path, ref.number);
	else if (r < 0)
		r = kmt_err_set(err, KMT_ERR_REFUSED, EINVAL, "%s:%u: there is nothing to do", ref.path, ref.number);
	else
		kmt_edit_plan(&e, &c->plan, NULL);
	kmt_edit_close(&e);
	return r ? r : kmt_config_judge_plan(c, true, err);
}

static int run_line(struct kmt_env *env, const void *opts, line_fn change, struct kmt_err *err)
{
	struct kmt_change c = {.env = env, .opts = opts};
	int r;

	if (env->argc > 1)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "one line at a time: '%s' or '%s'",
			env->argv[0], env->argv[1]);
	r = kmt_config_start(&c, err);
	if (!r)
		r = plan_line(&c, change, err);
	if (!r)
		r = kmt_change_edit(&c, NULL, err);
	kmt_change_free(&c);
	return r;
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

static int run_comment_out(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run_line(env, opts, comment_out, err);
}

static int run_restore(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run_line(env, opts, kmt_edit_restore, err);
}

static bool holds(const struct kmt_edit *e, const char *text, size_t n)
{
	return text ? !e->absent && e->old.len == n && !memcmp(kmt_strbuf_str(&e->old), text, n) : e->absent;
}

static int undo_file(struct kmt_change *c, const struct kmt_undo_file *file, struct kmt_err *err)
{
	struct kmt_edit e;
	int r = kmt_edit_open(&e, &c->env->root, file->path, err);

	if (r < 0)
		return r;
	if (holds(&e, file->after, file->after_n)) {
		kmt_strbuf_truncate(&e.text, 0);
		kmt_strbuf_add(&e.text, file->before ? file->before : "", file->before_n);
		kmt_edit_plan_state(&e, &c->plan, file->before != NULL);
	} else if (!holds(&e, file->before, file->before_n)) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, ESTALE, "%s was changed since: nothing is undone", file->path);
		kmt_err_hint(err, "edit it by hand; the text from before is in %s%s", c->env->root.path,
			KMT_PATH_UNDO);
	}
	kmt_edit_close(&e);
	return r;
}

/* The record of an image may be anybody's: it is no link, and only files that an edit writes are in it. */
static bool is_record(const struct kmt_root *root, const struct kmt_undo *undo)
{
	static const char *const modprobe_d[] = KMT_MODPROBE_D_DIRS;
	static const char *const load_d[] = KMT_MODULES_LOAD_D_DIRS;
	struct stat st;
	bool good = !kmt_root_lstat(root, KMT_PATH_UNDO, &st) && S_ISREG(st.st_mode);

	for (size_t i = 0; good && i < undo->files.n; i++) {
		const char *path = undo->files.v[i].path;

		good = kmt_confdirs_have(modprobe_d, KMT_ARRAY_SIZE(modprobe_d), path) ||
		       kmt_confdirs_have(load_d, KMT_ARRAY_SIZE(load_d), path);
	}
	return good;
}

static int plan_undo(struct kmt_change *c, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_root *root = &c->env->root;
	struct kmt_undo undo = {0};
	int r = kmt_root_read(root, KMT_PATH_UNDO, RECORD_MAX, &text, err);

	if (r == -ENOENT)
		return kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "there is no change to take back");
	if (!r && (kmt_undo_parse(kmt_strbuf_str(&text), text.len, &c->arena, &undo) < 0 || !is_record(root, &undo)))
		r = kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "%s%s is damaged", c->env->root.path, KMT_PATH_UNDO);
	for (size_t i = 0; !r && i < undo.files.n; i++)
		r = undo_file(c, &undo.files.v[i], err);
	kmt_undo_free(&undo);
	return r;
}

static int run_undo(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	struct kmt_change c = {.env = env, .opts = opts};
	int r = kmt_config_start(&c, err);

	if (!r)
		r = plan_undo(&c, err);
	if (!r)
		r = kmt_config_judge_plan(&c, true, err);
	if (!r)
		r = kmt_change_edit(&c, NULL, err);
	kmt_change_free(&c);
	return r;
}

static const char *const comment_examples[] = {
	"kmtool config comment-out /etc/modprobe.d/local.conf:3", "take this line out of effect", NULL};

const struct kmt_cmd kmt_cmd_config_comment_out = {
	.name = "config comment-out",
	.summary = "Take a line out of effect, so that it can be put back",
	.operands = "FILE:LINE",
	.complete = KMT_COMPLETE_FILE,
	.examples = comment_examples,
	.takes = TAKES_EDIT,
	.run = run_comment_out,
};

static const char *const restore_examples[] = {
	"kmtool config restore /etc/modprobe.d/local.conf:3", "put that line back", NULL};

const struct kmt_cmd kmt_cmd_config_restore = {
	.name = "config restore",
	.summary = "Put a line back that comment-out took out",
	.operands = "FILE:LINE",
	.complete = KMT_COMPLETE_FILE,
	.examples = restore_examples,
	.takes = TAKES_EDIT,
	.run = run_restore,
};

static const char *const undo_examples[] = {"kmtool config undo -n", "what would be taken back", NULL};

const struct kmt_cmd kmt_cmd_config_undo = {
	.name = "config undo",
	.summary = "Take the last change of configuration files back",
	.examples = undo_examples,
	.takes = TAKES_EDIT,
	.run = run_undo,
};
