/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs of `kmtool config` share: the snapshot, and what a plan does to the effect of lines. */
#include "config_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/model/settings.h>
#include <kmt/plan/edit.h>

int kmt_config_snapshot(struct kmt_env *env, struct kmt_snapshot *snap, struct kmt_err *err)
{
	return kmt_snapshot_take(snap, &env->root, env->g.kernel,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG, &env->diag, err);
}

int kmt_config_start(struct kmt_change *c, struct kmt_err *err)
{
	int r = kmt_change_lock(c, err);

	if (!r)
		r = kmt_config_snapshot(c->env, &c->snap, err);
	c->has_snap = !r;
	return r;
}

/* Two lines of a file that say the same are one to find. */
static const char *make_key(const struct kmt_setting *s, struct kmt_arena *arena)
{
	return kmt_arena_printf(arena, "%s %s", s->origin.file, kmt_setting_text(s, arena));
}

static const char *describe(const struct kmt_setting *s, struct kmt_arena *arena)
{
	return kmt_arena_printf(arena, "%s (%s)", kmt_origin_text(&s->origin, arena), kmt_setting_text(s, arena));
}

static void warn(struct kmt_change *c, const char *text)
{
	kmt_vec_push(&c->plan.warnings, text);
}

static bool has_effect(const struct kmt_setting *s)
{
	return s->effect == KMT_SETTING_EFFECTIVE || s->effect == KMT_SETTING_PARTIAL;
}

/* A line that is new, or that was there before. */
static int judge_line(struct kmt_change *c, const struct kmt_setting *s, const struct kmt_setting *was,
	bool anyway, struct kmt_err *err)
{
	struct kmt_arena *arena = &c->plan.arena;
	const char *text;

	if (was && was->effect == s->effect)
		return 0;
	text = describe(s, arena);
	if (was && has_effect(was) && !has_effect(s))
		warn(c, kmt_arena_printf(arena, "%s has no effect any more: %s", text, s->reason));
	else if (was && !has_effect(was) && has_effect(s))
		warn(c, kmt_arena_printf(arena, "%s takes effect now", text));
	if (was || has_effect(s))
		return 0;
	if (anyway) {
		warn(c, kmt_arena_printf(arena, "%s has no effect: %s", text, s->reason));
		return 0;
	}
	kmt_err_set(err, KMT_ERR_REFUSED, EINVAL, "%s would have no effect: %s", text, s->reason);
	if (s->effect == KMT_SETTING_SHADOWED)
		kmt_err_hint(err, "choose a file that sorts %s that one with --file, or comment its line out",
			s->kind == KMT_CONF_OPTIONS ? "after" : "before");
	return -EINVAL;
}

static int compare(struct kmt_change *c, const struct kmt_settings *before, const struct kmt_settings *after,
	bool anyway, struct kmt_err *err)
{
	struct kmt_map known = {0};
	struct kmt_arena arena = {0};
	const struct kmt_setting *s;
	int r = 0;

	kmt_vec_foreach(s, &before->rows) {
		kmt_map_add(&known, make_key(s, &arena), (void *)s);
	}
	kmt_vec_foreach(s, &after->rows) {
		if (!r)
			r = judge_line(c, s, kmt_map_get(&known, make_key(s, &arena)), anyway, err);
	}
	kmt_map_free(&known);
	kmt_arena_free(&arena);
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
