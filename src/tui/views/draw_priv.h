/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts that draw.c puts together. */
#ifndef KMT_TUI_DRAW_PRIV_H
#define KMT_TUI_DRAW_PRIV_H

#include <kmt/tui/draw.h>

void kmt_draw_list(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r);
/* The last lines of the log. */
void kmt_draw_log(const struct kmt_scene *scene, struct kmt_canvas *c, struct kmt_rect r);
/* A text that fills the screen. */
void kmt_draw_text(const struct kmt_scene *scene, struct kmt_canvas *c);
void kmt_draw_plan(const struct kmt_scene *scene, struct kmt_canvas *c);
void kmt_draw_menu(const struct kmt_scene *scene, struct kmt_canvas *c);
void kmt_draw_setup(const struct kmt_scene *scene, struct kmt_canvas *c);
void kmt_draw_kernels(const struct kmt_scene *scene, struct kmt_canvas *c);
void kmt_draw_sort(const struct kmt_scene *scene, struct kmt_canvas *c);

#endif
