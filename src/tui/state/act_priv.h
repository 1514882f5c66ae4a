/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that carry out keys share. */
#ifndef KMT_TUI_ACT_H
#define KMT_TUI_ACT_H

#include <kmt/tui/state.h>

struct kmt_list_state *kmt_act_list(struct kmt_tui_state *s);
size_t kmt_act_list_page(const struct kmt_tui_state *s);
size_t kmt_act_doc_page(const struct kmt_tui_state *s);
void kmt_act_select(struct kmt_tui_state *s, const struct kmt_model *m, size_t i);
void kmt_act_select_doc(struct kmt_tui_state *s, const struct kmt_doc *doc, size_t i);
void kmt_act_reset_doc(struct kmt_tui_state *s);
bool kmt_act_back(struct kmt_tui_state *s);

/* Carries an action out: what its key does. */
enum kmt_effect kmt_act(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action);

/* menu.c */
void kmt_act_open_menu(struct kmt_tui_state *s);
enum kmt_effect kmt_act_menu_key(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	int key, enum kmt_action *then);

/* act_plan.c */
enum kmt_effect kmt_act_open_plan(
	struct kmt_tui_state *s, struct kmt_model *m, enum kmt_request_kind kind);
enum kmt_effect kmt_act_dialog_key(struct kmt_tui_state *s, const struct kmt_doc *doc, int key);
enum kmt_effect kmt_act_params_key(struct kmt_tui_state *s, int key);

void kmt_act_show_plan(struct kmt_tui_state *s);
/* Another request, of which nothing is filled but TARGET; NULL: none yet. */
void kmt_act_start_request(struct kmt_tui_state *s, enum kmt_request_kind kind, const char *target);
/* WORD is copied. */
void kmt_act_add_word(struct kmt_tui_state *s, struct kmt_strv *to, const char *word);

/* act_param.c */
enum kmt_effect kmt_act_param(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	enum kmt_action action);
enum kmt_effect kmt_act_value_key(struct kmt_tui_state *s, int key);
/* The parameter of the line that the bar of the details is on; NULL if there is none. */
const struct kmt_doc_param *kmt_act_line_param(const struct kmt_tui_state *s, const struct kmt_doc *doc);

/* act_tag.c */
enum kmt_effect kmt_act_tag(struct kmt_tui_state *s, struct kmt_model *m, enum kmt_action action);

/* act_command.c */
enum kmt_effect kmt_act_command_key(
	struct kmt_tui_state *s, struct kmt_model *m, int key, enum kmt_action *then);

/* act_setup.c */
enum kmt_effect kmt_act_setup_key(struct kmt_tui_state *s, int key);

/* act_text.c */
enum kmt_effect kmt_act_text_key(struct kmt_tui_state *s, const struct kmt_doc *doc, int key);
enum kmt_effect kmt_act_save_key(struct kmt_tui_state *s, int key);
/* Scrolls a text of N lines, PAGE of which are seen. False if ACTION is none that moves. */
bool kmt_act_scroll(struct kmt_tui_state *s, size_t n, size_t page, enum kmt_action action);

/* act_overlay.c: *THEN becomes an action that was chosen, which is to be carried out. */
enum kmt_effect kmt_act_overlay(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	int key, enum kmt_action *then);
void kmt_act_open_prompt(struct kmt_tui_state *s, enum kmt_overlay overlay);
void kmt_act_open_sort(struct kmt_tui_state *s);
/* By one of the view's columns; once more: the other way round. */
enum kmt_effect kmt_act_sort_by(struct kmt_tui_state *s, size_t choice);
/* The next row that has what was searched for last, in steps of 1 or -1. */
bool kmt_act_find_next(struct kmt_tui_state *s, struct kmt_model *m, int step);

#endif
