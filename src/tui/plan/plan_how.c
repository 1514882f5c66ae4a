/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may run a plan: this process, sudo, nobody. */
#include "plan_priv.h"

#include <errno.h>

#include <kmt/explain/policy.h>
#include <kmt/sys/file.h>

static enum kmt_run_how cannot(struct kmt_plan_view *v, const char *why)
{
	kmt_doc_wrap(&v->doc, "", 0, KMT_ROLE_WARN, why);
	return KMT_RUN_NOT;
}

/* Modules are loaded and unloaded by whoever has the capability. */
static enum kmt_run_how how_modules(struct kmt_plan_view *v, const struct kmt_policy *policy)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	if (kmt_policy_check(policy, NULL, &err)) {
		kmt_plan_view_error(v, &err);
		return KMT_RUN_NOT;
	}
	return policy->cap_sys_module ? KMT_RUN_HERE : KMT_RUN_SUDO;
}

/* Files are written by whoever may write them. */
static enum kmt_run_how how_file(struct kmt_plan_view *v, const struct kmt_root *root,
	const struct kmt_policy *policy, const struct kmt_step *step)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r = step->kind == KMT_STEP_WRITE ? kmt_file_may_replace(root, step->path)
					     : kmt_file_may_write(root, step->path);

	if (!r)
		return KMT_RUN_HERE;
	if ((r == -EACCES || r == -EPERM) && !policy->euid_root)
		return KMT_RUN_SUDO;
	kmt_err_errno(&err, -r, "%s%s cannot be written", root->path, step->path);
	kmt_plan_view_error(v, &err);
	return KMT_RUN_NOT;
}

static enum kmt_run_how how_step(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_policy *policy, const struct kmt_step *step)
{
	bool modules = step->kind == KMT_STEP_INSERT || step->kind == KMT_STEP_REMOVE ||
		       step->kind == KMT_STEP_RUN;

	if (step->kind == KMT_STEP_SKIP)
		return KMT_RUN_HERE;
	if ((!machine->kernel || !v->snap.running) && modules)
		return cannot(v, "Only on the running system something can be loaded or unloaded.");
	if ((!machine->kernel || !v->snap.running) && step->kind == KMT_STEP_SETPARAM)
		return cannot(v, "Only on the running system a parameter can be set now.");
	return modules ? how_modules(v, policy) : how_file(v, machine->root, policy, step);
}

enum kmt_run_how kmt_plan_view_how(struct kmt_plan_view *v, const struct kmt_machine *machine)
{
	enum kmt_run_how how = KMT_RUN_HERE;
	struct kmt_policy policy = {0};
	const struct kmt_step *step;

	if (!kmt_plan_changes(&v->plan))
		return cannot(v, "There is nothing to be done.");
	if (machine->readonly)
		return cannot(v, "This browser was started with --readonly: it runs nothing.");
	kmt_policy_read(machine->root, &v->arena, &policy);
	kmt_vec_foreach(step, &v->plan.steps) {
		enum kmt_run_how one = how_step(v, machine, &policy, step);

		if (one == KMT_RUN_NOT)
			return one;
		if (one == KMT_RUN_SUDO)
			how = one;
	}
	if (how == KMT_RUN_SUDO) {
		kmt_doc_line(&v->doc, NULL);
		kmt_doc_add(&v->doc, KMT_ROLE_DIM, "Run asks sudo to do it: this takes privilege.");
	}
	return how;
}
