/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "draw_priv.h"

static void draw_too_small(const struct kmt_tui_state *s, struct kmt_canvas *c)
{
	kmt_autofree char *text = kmt_asprintf(
		"terminal too small (need %dx%d)", KMT_MIN_WIDTH, KMT_MIN_HEIGHT);
	int x = (s->width - kmt_canvas_measure(c, text)) / 2;

	kmt_canvas_put(c, x > 0 ? x : 0, s->height / 2, s->width, KMT_ROLE_WARN, text);
}

static void draw_divider(const struct kmt_layout *l, struct kmt_canvas *c)
{
	for (int y = l->body.y; y < l->body.y + l->body.h; y++)
		kmt_canvas_symbol(c, l->list.w, y, KMT_ROLE_BORDER, KMT_SYM_VERTICAL);
}

void kmt_draw(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	struct kmt_layout l;

	kmt_canvas_clear(c);
	kmt_layout(s, &l);
	if (l.too_small) {
		draw_too_small(s, c);
		return;
	}
	kmt_draw_head(scene, c);
	if (l.list.h)
		kmt_draw_list(scene, c, l.list);
	if (l.side_by_side)
		draw_divider(&l, c);
	if (l.details.h)
		kmt_draw_details(scene, c, l.details);
	if (l.log.h)
		kmt_draw_log(scene, c, l.log);
	kmt_draw_foot(scene, c, &l);
	if (s->overlay)
		kmt_canvas_cover(c);
	if (s->overlay == KMT_OVERLAY_HELP || s->overlay == KMT_OVERLAY_HISTORY)
		kmt_draw_text(scene, c);
	else if (s->overlay == KMT_OVERLAY_SORT)
		kmt_draw_sort(scene, c);
	else if (s->overlay == KMT_OVERLAY_SETUP)
		kmt_draw_setup(scene, c);
	else if (s->overlay == KMT_OVERLAY_MENU)
		kmt_draw_menu(scene, c);
	else if (s->overlay >= KMT_OVERLAY_PLAN)
		kmt_draw_plan(scene, c);
}
