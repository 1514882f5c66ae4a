/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config_plan_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/plan/edit.h>

#include "config_priv.h"

int kmt_config_start(struct kmt_change *c, struct kmt_err *err)
{
	int r = kmt_change_lock(c, err);

	if (!r)
		r = kmt_config_snapshot(c->env, &c->snap, err);
	c->has_snap = !r;
	return r;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_line(const struct kmt_setting *a, const struct kmt_setting *b)
{
	return same_text(a->origin.file, b->origin.file) && same_text(a->directive, b->directive) &&
	       same_text(a->name, b->name) && same_text(a->value, b->value);
}

static const struct kmt_setting *find_line(
	const struct kmt_settings *in, const struct kmt_setting *line)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &in->rows) {
		if (same_line(s, line))
			return s;
	}
	return NULL;
}

static const char *describe(const struct kmt_setting *s, struct kmt_arena *arena)
{
	return kmt_arena_printf(arena, "%s:%u (%s%s%s%s%s)", s->origin.file, s->origin.line,
		s->directive ? s->directive : "", s->directive ? " " : "", s->name ? s->name : "",
		*s->value && s->name ? " " : "", s->value);
}

static void warn(struct kmt_change *c, const char *text)
{
	kmt_vec_push(&c->plan.warnings, text);
}

/* A line that is new, or that was there before. */
static int judge_line(struct kmt_change *c, const struct kmt_setting *s, const struct kmt_setting *was,
	bool anyway, struct kmt_err *err)
{
	struct kmt_arena *arena = &c->plan.arena;
	const char *text = describe(s, arena);

	if (was && was->effect == KMT_SETTING_EFFECTIVE && s->effect != KMT_SETTING_EFFECTIVE)
		warn(c, kmt_arena_printf(arena, "%s has no effect any more: %s", text, s->reason));
	else if (was && was->effect != KMT_SETTING_EFFECTIVE && s->effect == KMT_SETTING_EFFECTIVE)
		warn(c, kmt_arena_printf(arena, "%s takes effect now", text));
	if (was || s->effect == KMT_SETTING_EFFECTIVE)
		return 0;
	if (anyway) {
		warn(c, kmt_arena_printf(arena, "%s has no effect: %s", text, s->reason));
		return 0;
	}
	kmt_err_set(err, KMT_ERR_REFUSED, EINVAL, "%s would have no effect: %s", text, s->reason);
	if (s->effect == KMT_SETTING_SHADOWED)
		kmt_err_hint(err, "choose a file that sorts %s that one with --file, or comment its line out",
			s->line && s->line->kind == KMT_CONF_OPTIONS ? "after" : "before");
	return -EINVAL;
}

static int compare(struct kmt_change *c, const struct kmt_settings *before, const struct kmt_settings *after,
	bool anyway, struct kmt_err *err)
{
	const struct kmt_setting *s;
	int r = 0;

	kmt_vec_foreach(s, &after->rows) {
		if (!r)
			r = judge_line(c, s, find_line(before, s), anyway, err);
	}
	return r;
}

int kmt_config_judge_plan(struct kmt_change *c, bool anyway, struct kmt_err *err)
{
	struct kmt_settings before = {0}, after = {0};
	struct kmt_snapshot snap;
	struct kmt_root root;
	int r;

	kmt_edit_preview(&c->plan, &c->env->root, &root);
	r = kmt_snapshot_take(&snap, &root, c->env->g.kernel,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG, NULL, err);
	if (r < 0)
		return r;
	r = kmt_settings_read(&c->snap, &before, err);
	if (!r)
		r = kmt_settings_read(&snap, &after, err);
	if (!r)
		r = compare(c, &before, &after, anyway, err);
	kmt_settings_free(&before);
	kmt_settings_free(&after);
	kmt_snapshot_free(&snap);
	return r;
}
