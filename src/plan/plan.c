/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/plan.h>

#include <string.h>
#include <unistd.h>

#include <kmt/model/snapshot.h>

static const char *const kind_names[KMT_STEP_COUNT] = {
	[KMT_STEP_INSERT] = "insert",
	[KMT_STEP_REMOVE] = "remove",
	[KMT_STEP_RUN] = "run",
	[KMT_STEP_SETPARAM] = "set",
	[KMT_STEP_UNBIND] = "unbind",
	[KMT_STEP_OVERRIDE] = "override",
	[KMT_STEP_BIND] = "bind",
	[KMT_STEP_WRITE] = "write",
	[KMT_STEP_MKDIR] = "mkdir",
	[KMT_STEP_RMDIR] = "rmdir",
	[KMT_STEP_SKIP] = "skip",
};

static const char *const why_names[KMT_WHY_COUNT] = {
	[KMT_WHY_REQUESTED] = "requested",
	[KMT_WHY_DEPENDENCY] = "dependency",
	[KMT_WHY_SOFTDEP_PRE] = "softdep-pre",
	[KMT_WHY_SOFTDEP_POST] = "softdep-post",
	[KMT_WHY_WEAKDEP] = "weakdep",
	[KMT_WHY_INSTALL_COMMAND] = "install-command",
	[KMT_WHY_REMOVE_COMMAND] = "remove-command",
	[KMT_WHY_HOLDER] = "holder",
	[KMT_WHY_UNUSED_AFTER] = "unused-after",
};

static const char *const skip_names[KMT_SKIP_COUNT] = {
	[KMT_SKIP_NONE] = "none",
	[KMT_SKIP_LOADED] = "loaded",
	[KMT_SKIP_BUILTIN] = "built-in",
	[KMT_SKIP_BLACKLISTED] = "blacklisted",
	[KMT_SKIP_BLOCKED] = "blocked",
	[KMT_SKIP_NOT_LOADED] = "not-loaded",
	[KMT_SKIP_IN_USE] = "in-use",
	[KMT_SKIP_NO_FILE] = "no-file",
	[KMT_SKIP_UNLOADING] = "unloading",
};

int kmt_plan_start(
	struct kmt_plan *plan, const struct kmt_snapshot *snap, bool no_config, struct kmt_err *err)
{
	int r = no_config ? 0 : kmt_snapshot_check_config(snap, err);

	*plan = (struct kmt_plan){0};
	if (r < 0)
		kmt_err_hint(err, "read it as root, or leave all configuration aside with --no-config");
	else if (snap->has_tree)
		plan->dir = kmt_arena_strdup(&plan->arena, snap->index.dir);
	return r;
}

bool kmt_step_file_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

void kmt_plan_free(struct kmt_plan *plan)
{
	for (size_t i = 0; i < plan->fds.n; i++)
		close(plan->fds.v[i]);
	kmt_vec_free(&plan->fds);
	kmt_vec_free(&plan->steps);
	kmt_vec_free(&plan->warnings);
	kmt_arena_free(&plan->arena);
	*plan = (struct kmt_plan){0};
}

static bool inserts_or_skips(const struct kmt_plan *plan, const char *module)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if ((step->kind == KMT_STEP_SKIP || step->kind == KMT_STEP_INSERT) &&
			!strcmp(step->module, module))
			return true;
	}
	return false;
}

static bool is_known(const struct kmt_plan *plan, const struct kmt_step *step)
{
	if (step->kind == KMT_STEP_MKDIR)
		return kmt_plan_has_path(plan, step->kind, step->path);
	return step->kind == KMT_STEP_SKIP && inserts_or_skips(plan, step->module);
}

void kmt_plan_append(struct kmt_plan *plan, struct kmt_plan *more)
{
	for (size_t i = 0; i < more->steps.n; i++)
		if (!is_known(plan, &more->steps.v[i]))
			kmt_vec_push(&plan->steps, more->steps.v[i]);
	for (size_t i = 0; i < more->warnings.n; i++)
		kmt_vec_push(&plan->warnings, more->warnings.v[i]);
	for (size_t i = 0; i < more->fds.n; i++)
		kmt_vec_push(&plan->fds, more->fds.v[i]);
	more->fds.n = 0;
	if (!plan->dir)
		plan->dir = more->dir;
	kmt_arena_adopt(&plan->arena, &more->arena);
	kmt_plan_free(more);
}

const char *kmt_step_kind_name(enum kmt_step_kind kind)
{
	return kind_names[kind];
}

const char *kmt_why_name(enum kmt_why why)
{
	return why_names[why];
}

const char *kmt_skip_name(enum kmt_skip skip)
{
	return skip_names[skip];
}

size_t kmt_plan_changes(const struct kmt_plan *plan)
{
	const struct kmt_step *step;
	size_t n = 0;

	kmt_vec_foreach(step, &plan->steps) {
		n += step->kind != KMT_STEP_SKIP;
	}
	return n;
}

bool kmt_step_is_edit(enum kmt_step_kind kind)
{
	return kind == KMT_STEP_WRITE || kind == KMT_STEP_MKDIR || kind == KMT_STEP_RMDIR;
}

bool kmt_step_is_live(enum kmt_step_kind kind)
{
	return kind == KMT_STEP_SETPARAM || kmt_step_is_of_device(kind);
}

bool kmt_step_is_of_device(enum kmt_step_kind kind)
{
	return kind == KMT_STEP_UNBIND || kind == KMT_STEP_OVERRIDE || kind == KMT_STEP_BIND;
}

const char *kmt_step_device_name(const struct kmt_step *step)
{
	return strrchr(step->device, '/') + 1;
}

bool kmt_plan_has_path(const struct kmt_plan *plan, enum kmt_step_kind kind, const char *path)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if (step->kind == kind && !strcmp(step->path, path))
			return true;
	}
	return false;
}
