/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change_priv.h"

#include <errno.h>
#include <json.h>
#include <string.h>

#include <kmt/explain/diagnose.h>
#include <kmt/out/json.h>
#include <kmt/out/plan.h>
#include <kmt/sys/paths.h>

#include "command_line_priv.h"

/* Nothing can be loaded into a kernel that is not the one that runs here. */
static int check_kernel(const struct kmt_change *c, struct kmt_err *err)
{
	const struct kmt_env *env = c->env;
	int r;

	if (env->g.dry_run)
		return 0;
	if (!env->root.is_host) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EROFS,
			"modules can only be %s on the running system, not below %s", c->participle,
			env->root.path);
		kmt_err_hint(err, "--dry-run shows the plan");
		return r;
	}
	if (env->g.kernel && (!c->policy.release || strcmp(env->g.kernel, c->policy.release) != 0)) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EINVAL,
			"modules can only be %s in the running kernel (%s), not in %s", c->participle,
			c->policy.release ? c->policy.release : "unknown", env->g.kernel);
		kmt_err_hint(err, "--dry-run shows the plan");
		return r;
	}
	if (!kmt_root_exists(&env->root, KMT_PATH_PROC_MODULES))
		return kmt_err_set(err, KMT_ERR_REFUSED, ENOSYS,
			"this kernel was built without loadable modules: nothing can be %s",
			c->participle);
	return 0;
}

int kmt_change_check(struct kmt_change *c, struct kmt_err *err)
{
	kmt_autofree char *line = kmt_command_line(c->env, c->opts);
	int r;

	kmt_policy_read(&c->env->root, &c->arena, &c->policy);
	r = check_kernel(c, err);
	if (r < 0)
		return r;
	/* A plan for another kernel is for another boot, with another policy. */
	if (c->env->g.dry_run && c->env->g.kernel)
		return 0;
	return kmt_policy_check(&c->policy, c->env->g.dry_run ? NULL : line, err);
}

static void show_plan(struct kmt_change *c)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_globals *g = &c->env->g;

	if (g->json) {
		struct json_object *doc = kmt_json_document();

		kmt_plan_json(&c->plan, doc);
		if (c->effects)
			json_object_object_add(doc, "effects", kmt_json_strings(c->effects));
		if (c->add_json)
			c->add_json(c, doc);
		kmt_json_print(stdout, doc);
		return;
	}
	if (g->raw)
		kmt_plan_raw(&c->plan, &text);
	else
		kmt_plan_text(&c->plan, &c->env->style, &text);
	fputs(kmt_strbuf_str(&text), stdout);
}

/* Told before it is done, not after. */
static void warn(const struct kmt_change *c)
{
	if (c->env->g.quiet)
		return;
	for (size_t i = 0; i < c->plan.warnings.n; i++) {
		fputs("kmtool: warning: ", stderr);
		kmt_put_text(stderr, c->plan.warnings.v[i]);
		fputc('\n', stderr);
	}
}

int kmt_change_go(struct kmt_change *c, struct kmt_err *err)
{
	int r;

	if (c->env->g.dry_run) {
		show_plan(c);
		return 0;
	}
	warn(c);
	r = kmt_plan_exec(&c->plan, &c->env->kernel, &c->env->root, &c->exec, &c->report);
	return kmt_change_tell(c, r, err);
}

void kmt_change_free(struct kmt_change *c)
{
	kmt_report_free(&c->report);
	kmt_plan_free(&c->plan);
	if (c->has_snap)
		kmt_snapshot_free(&c->snap);
	kmt_arena_free(&c->arena);
}

void kmt_change_lines(const struct kmt_change *c, size_t step, struct kmt_strv *out)
{
	kmt_diagnose_lines(&c->report, step, out);
}

void kmt_change_explain(struct kmt_change *c, size_t step, struct kmt_explanation *out)
{
	const struct kmt_diagnose d = {.root = &c->env->root, .snap = &c->snap, .plan = &c->plan,
		.report = &c->report, .policy = &c->policy};

	kmt_diagnose_step(&d, step, &c->arena, out);
}
