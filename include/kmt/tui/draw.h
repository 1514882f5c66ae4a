/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the state and the model to the canvas. Draws all of it every time: what has changed on the
 * terminal is for curses to find out. Reads no file. */
#ifndef KMT_TUI_DRAW_H
#define KMT_TUI_DRAW_H

#include <kmt/tui/find.h>
#include <kmt/tui/state.h>

/* What is drawn; DOC is NULL while details are not there yet. */
struct kmt_scene {
	const struct kmt_tui_state *state;
	struct kmt_model *model;
	const struct kmt_doc *doc;
	const size_t *counts; /* for the titles of the tabs, NULL likewise */
	const struct kmt_plan_view *plan;  /* of the dialog */
	const struct kmt_doc *overlay_doc; /* its text, or what came of it */
	enum kmt_outcome_verdict verdict; /* what the dialog tells of */
	bool readonly;
	const char *elevate; /* "sudo" */
	struct kmt_find search, filter; /* what is highlighted */
};

void kmt_draw(const struct kmt_scene *scene, struct kmt_canvas *c);

#endif
