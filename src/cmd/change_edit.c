/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Editing configuration: who may, what changes (as a diff), and when it takes effect. */
#include <errno.h>
#include <json.h>
#include <string.h>

#include <kmt/base/strbuf.h>
#include <kmt/out/json.h>
#include <kmt/out/plan.h>
#include <kmt/sys/file.h>

#include "change_priv.h"
#include "command_line_priv.h"

static int refuse(const struct kmt_change *c, const char *path, int r, struct kmt_err *err)
{
	kmt_autofree char *line = kmt_command_line(c->env, c->opts);

	kmt_err_errno(err, -r, "%s%s cannot be written", c->env->root.path, path);
	if (r == -EACCES || r == -EPERM)
		kmt_err_hint(err, "sudo %s", line);
	else if (r == -EROFS)
		kmt_err_hint(err, "the file system is mounted read-only");
	return r;
}

int kmt_change_check_files(struct kmt_change *c, struct kmt_err *err)
{
	const struct kmt_step *step;

	if (c->env->g.dry_run)
		return 0;
	kmt_vec_foreach(step, &c->plan.steps) {
		int r = step->kind == KMT_STEP_WRITE ? kmt_file_may_replace(&c->env->root, step->path) : 0;

		if (r < 0)
			return refuse(c, step->path, r, err);
	}
	return 0;
}

static void show_diff(const struct kmt_change *c)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_plan_diff(&c->plan, &c->env->style, &text);
	fputs(kmt_strbuf_str(&text), stdout);
}

static void say_nothing_changes(const struct kmt_change *c)
{
	if (c->env->g.json) {
		struct json_object *doc = kmt_json_document();

		kmt_change_json(c, 0, NULL, doc);
		kmt_json_print(stdout, doc);
	} else if (!c->env->g.quiet && !c->env->g.raw) {
		puts("nothing is to be changed: the configuration says so already");
	}
}

static void print_effects(const struct kmt_change *c)
{
	if (c->env->g.json || c->env->g.raw || c->env->g.quiet)
		return;
	for (size_t i = 0; c->effects && i < c->effects->n; i++) {
		kmt_put_text(stdout, c->effects->v[i]);
		putchar('\n');
	}
}

int kmt_change_edit(struct kmt_change *c, const struct kmt_strv *effects, struct kmt_err *err)
{
	const struct kmt_globals *g = &c->env->g;
	int r;

	c->effects = effects;
	if (!c->plan.steps.n) {
		say_nothing_changes(c);
		print_effects(c);
		return 0;
	}
	r = kmt_change_check_files(c, err);
	if (r < 0)
		return r;
	if (!g->dry_run && !g->json && !g->raw && !g->quiet)
		show_diff(c);
	r = kmt_change_go(c, err);
	if (!r)
		print_effects(c);
	return r;
}
