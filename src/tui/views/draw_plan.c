/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan dialog, and what came of a plan. */
#include "draw_priv.h"

static bool is_on(const struct kmt_request *r, enum kmt_button_kind button)
{
	switch (button) {
	case KMT_BUTTON_DEPENDENTS:
		return r->dependents;
	case KMT_BUTTON_UNUSED:
		return r->unused_deps;
	case KMT_BUTTON_NOW:
		return !r->save && !r->save_only;
	case KMT_BUTTON_SAVE:
		return r->save_only;
	case KMT_BUTTON_BOTH:
		return r->save && !r->save_only;
	default:
		return false;
	}
}

/* Whether the button is on or off, and says which. */
static bool is_switch(enum kmt_button_kind button)
{
	return button >= KMT_BUTTON_DEPENDENTS;
}

static void draw_buttons(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r, int y)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_button *b = kmt_dialog_buttons(s);
	int x = r.x + 2, limit = r.x + r.w - 1;

	for (size_t i = 0; b[i].label && x < limit; i++) {
		bool now = i == s->choice && s->overlay != KMT_OVERLAY_PARAMS;
		bool dead = b[i].button == KMT_BUTTON_RUN && scene->plan->how == KMT_RUN_NOT;
		const char *mark = is_switch(b[i].button) ? is_on(&s->request, b[i].button) ? "x " : "_ " : "";
		kmt_autofree char *text = kmt_asprintf(now ? "[ %s%s%s ]" : "( %s%s%s )", mark,
			b[i].button == KMT_BUTTON_RUN && scene->plan->how == KMT_RUN_SUDO ? "sudo " : "",
			b[i].label);
		int end = kmt_canvas_put(c, x, y, limit, dead ? KMT_ROLE_DIM : KMT_ROLE_BUTTON, text);

		kmt_canvas_zone(c, (struct kmt_rect){x, y, end - x, 1}, KMT_ZONE_CHOICE, (int)i);
		if (now)
			kmt_canvas_select(c, x, y, end);
		x = end + 1;
	}
}

static void draw_params(const struct kmt_tui_state *s, struct kmt_canvas *c, struct kmt_rect r, int y)
{
	kmt_autofree char *head = kmt_strndup(s->prompt.text, s->prompt.cursor);
	int x = kmt_canvas_put(c, r.x + 2, y, r.x + r.w - 1, KMT_ROLE_PROMPT,
		kmt_tui_params_label(s));

	c->cursor_x = x + kmt_canvas_measure(c, head);
	if (c->cursor_x > r.x + r.w - 2)
		c->cursor_x = r.x + r.w - 2;
	c->cursor_y = y;
	kmt_canvas_put(c, x, y, r.x + r.w - 1, KMT_ROLE_TEXT, s->prompt.text);
}

void kmt_draw_plan(const struct kmt_scene *scene, struct kmt_canvas *c)
{
	const struct kmt_tui_state *s = scene->state;
	const struct kmt_doc *doc = scene->overlay_doc;
	struct kmt_rect r = kmt_dialog_rect(s, doc && doc->lines.n ? doc->lines.n : 1);
	kmt_autostrbuf struct kmt_strbuf title = KMT_STRBUF_INIT;
	int bottom = r.y + r.h - 2;

	kmt_strbuf_addf(&title, " %s: ",
		s->overlay == KMT_OVERLAY_RESULT ? kmt_outcome_title(scene->verdict) : "Plan");
	kmt_request_title(&s->request, &title);
	kmt_strbuf_addc(&title, ' ');
	kmt_canvas_frame(c, r, KMT_ROLE_BORDER);
	kmt_canvas_put(c, r.x + 2, r.y, r.x + r.w - 1, KMT_ROLE_TAB, kmt_strbuf_str(&title));
	if (!doc || !doc->lines.n)
		kmt_canvas_put(c, r.x + 2, r.y + 1, r.x + r.w - 2, KMT_ROLE_DIM, "planning ...");
	for (int i = 0; doc && i < r.h - 4 && s->overlay_top + (size_t)i < doc->lines.n; i++)
		kmt_doc_draw(doc, s->overlay_top + (size_t)i, c, r.x + 2, r.y + 1 + i, r.x + r.w - 2, 0);
	if (doc && s->overlay_top + (size_t)r.h - 4 < doc->lines.n)
		kmt_canvas_put(c, r.x + 2, bottom - 1, r.x + r.w - 1, KMT_ROLE_DIM, "(more below: PgDn)");
	if (s->overlay == KMT_OVERLAY_PARAMS)
		draw_params(s, c, r, bottom);
	else
		draw_buttons(scene, c, r, bottom);
}
