/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/params.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/params.h>
#include <kmt/sys/paths.h>

static bool in_kernel(const struct kmt_modfacts *f)
{
	return f->loaded || f->module.builtin;
}

/* Why it cannot be written, in words; NULL if it can. */
static const char *why_not(const struct kmt_modfacts *f, const struct kmt_param *p)
{
	if (!in_kernel(f))
		return "the module is not loaded";
	if (!p || !p->live)
		return "it has permission 0, so that the kernel shows no file for it";
	if (!(p->live->mode & 0222))
		return "it is read-only while the module is loaded";
	return NULL;
}

static int refuse(const struct kmt_modfacts *f, const char *arg, const char *why, struct kmt_err *err)
{
	int n = (int)strcspn(arg, "=");

	kmt_err_set(err, in_kernel(f) ? KMT_ERR_REFUSED : KMT_ERR_FAILED, in_kernel(f) ? EPERM : ENOENT,
		"%s.%.*s cannot be set now: %s", f->module.name, n, arg, why);
	if (f->module.builtin)
		kmt_err_hint(err, "put %s.%s on the kernel command line and reboot", f->module.name, arg);
	else if (in_kernel(f))
		kmt_err_hint(err, "it takes effect when the module is loaded again: kmtool reload %s %s", f->module.name,
			arg);
	else
		kmt_err_hint(err, "kmtool load %s %s; or --save-only for every load from now on", f->module.name, arg);
	return in_kernel(f) ? -EPERM : -ENOENT;
}

static void add_step(const struct kmt_modfacts *f, const struct kmt_param *p, const char *value,
	struct kmt_plan *plan)
{
	struct kmt_arena *arena = &plan->arena;
	struct kmt_step step = {
		.kind = KMT_STEP_SETPARAM,
		.module = kmt_arena_strdup(arena, f->module.name),
		.path = kmt_arena_printf(
			arena, "%s/%s/parameters/%s", KMT_PATH_SYS_MODULE, f->module.name, p->live->name),
		.params = kmt_param_unquoted(arena, value),
		.type = p->type ? kmt_arena_strdup(arena, p->type) : NULL,
		.required = true,
	};

	/* A text that was never set reads so; written back it would be one. */
	if (p->live->value && strcmp(p->live->value, "(null)") != 0)
		step.before = kmt_arena_strdup(arena, p->live->value);
	kmt_vec_push(&plan->steps, step);
}

int kmt_plan_params(const struct kmt_modfacts *f, const struct kmt_strv *args, bool optional,
	struct kmt_strv *later, struct kmt_plan *plan, struct kmt_err *err)
{
	for (size_t i = 0; i < args->n; i++) {
		size_t n = strcspn(args->v[i], "=");
		const struct kmt_param *p = kmt_modfacts_param(f, args->v[i], n);
		const char *why = why_not(f, p);

		if (why && !optional)
			return refuse(f, args->v[i], why, err);
		if (why)
			kmt_vec_push(later, kmt_arena_printf(&plan->arena, "%s.%.*s is not set now: %s",
						    f->module.name, (int)n, args->v[i], why));
		else
			add_step(f, p, args->v[i] + n + 1, plan);
	}
	return 0;
}

int kmt_plan_check_params(const struct kmt_modfacts *f, const struct kmt_strv *args, struct kmt_plan *plan,
	struct kmt_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < args->n; i++) {
		const char *doubt;

		r = kmt_modfacts_check_param(f, args->v[i], err);
		doubt = r ? NULL : kmt_modfacts_param_doubt(f, args->v[i], &plan->arena);
		if (doubt)
			kmt_vec_push(&plan->warnings, doubt);
	}
	return r;
}
