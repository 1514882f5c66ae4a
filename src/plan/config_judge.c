/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan does to the effect of lines. */
#include "request_priv.h"

#include <errno.h>

#include <kmt/base/map.h>
#include <kmt/model/settings.h>
#include <kmt/plan/edit.h>

/* Two lines of a file that say the same are one to find. */
static const char *make_key(const struct kmt_setting *s, struct kmt_arena *arena)
{
	return kmt_arena_printf(arena, "%s %s", s->origin.file, kmt_setting_text(s, arena));
}

static const char *describe(const struct kmt_setting *s, struct kmt_arena *arena)
{
	return kmt_arena_printf(arena, "%s (%s)", kmt_origin_text(&s->origin, arena), kmt_setting_text(s, arena));
}

static void warn(const struct kmt_planning *p, const char *text)
{
	kmt_vec_push(&p->plan->warnings, text);
}

static bool has_effect(const struct kmt_setting *s)
{
	return s->effect == KMT_SETTING_EFFECTIVE || s->effect == KMT_SETTING_PARTIAL;
}

/* A line that is new, or that was there before. */
static int judge_line(const struct kmt_planning *p, const struct kmt_setting *s,
	const struct kmt_setting *was, bool anyway)
{
	struct kmt_arena *arena = &p->plan->arena;
	const char *text;

	if (was && was->effect == s->effect)
		return 0;
	text = describe(s, arena);
	if (was && has_effect(was) && !has_effect(s))
		warn(p, kmt_arena_printf(arena, "%s has no effect any more: %s", text, s->reason));
	else if (was && !has_effect(was) && has_effect(s))
		warn(p, kmt_arena_printf(arena, "%s takes effect now", text));
	if (was || has_effect(s))
		return 0;
	if (anyway) {
		warn(p, kmt_arena_printf(arena, "%s has no effect: %s", text, s->reason));
		return 0;
	}
	kmt_err_set(p->err, KMT_ERR_REFUSED, EINVAL, "%s would have no effect: %s", text, s->reason);
	if (s->effect == KMT_SETTING_SHADOWED)
		kmt_err_hint(p->err, "choose a file that sorts %s that one with --file, or comment its line out",
			s->kind == KMT_CONF_OPTIONS ? "after" : "before");
	return -EINVAL;
}

static int compare(const struct kmt_planning *p, const struct kmt_settings *before,
	const struct kmt_settings *after, bool anyway)
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
			r = judge_line(p, s, kmt_map_get(&known, make_key(s, &arena)), anyway);
	}
	kmt_map_free(&known);
	kmt_arena_free(&arena);
	return r;
}

int kmt_plan_judge_config(const struct kmt_planning *p, bool anyway)
{
	struct kmt_settings before = {0}, after = {0};
	struct kmt_snapshot snap;
	struct kmt_root root;
	int r;

	kmt_edit_preview(p->plan, p->machine->root, &root);
	r = kmt_snapshot_take(&snap, &root, p->machine->version, KMT_PARTS_OF_EDIT, NULL, p->err);
	if (r < 0)
		return r;
	r = kmt_settings_read(p->snap, &before, p->err);
	if (!r)
		r = kmt_settings_read(&snap, &after, p->err);
	if (!r)
		r = compare(p, &before, &after, anyway);
	kmt_settings_free(&before);
	kmt_settings_free(&after);
	kmt_snapshot_free(&snap);
	return r;
}
