/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that carry out keys share. */
#ifndef KMT_TUI_ACT_H
#define KMT_TUI_ACT_H

#include <kmt/tui/state.h>

/* state.c */
struct kmt_list_state *kmt_state_list(struct kmt_tui_state *s);
size_t kmt_state_list_page(const struct kmt_tui_state *s);
size_t kmt_state_doc_page(const struct kmt_tui_state *s);
void kmt_state_select(struct kmt_tui_state *s, const struct kmt_model *m, size_t i);
void kmt_state_select_doc(struct kmt_tui_state *s, const struct kmt_doc *doc, size_t i);
size_t kmt_state_strip_page(const struct kmt_tui_state *s);
/* Puts the bar on line I of the strip; the last one is the newest from then on. */
void kmt_state_select_strip(struct kmt_tui_state *s, const struct kmt_model *m, size_t i);
/* The line of the strip that has the bar, in the view of the log, which has to be arranged then. */
void kmt_state_open_strip(struct kmt_tui_state *s, const struct kmt_model *m);
void kmt_state_reset_doc(struct kmt_tui_state *s);
void kmt_state_remember(struct kmt_tui_state *s); /* the place to come back to */
/* The order of the view is a setting from now on. */
void kmt_state_keep_order(struct kmt_tui_state *s);
bool kmt_state_back(struct kmt_tui_state *s);
/* Scrolls a text of N lines, PAGE of which are seen. False if ACTION is none that moves. */
bool kmt_state_scroll(struct kmt_tui_state *s, size_t n, size_t page, enum kmt_action action);

/* act.c: carries an action out, what its key does. */
enum kmt_effect kmt_act(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action);

/* act_move.c */
enum kmt_effect kmt_act_move(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action);
/* Scrolls by columns; in a tree, hides what is below the bar or shows it. */
enum kmt_effect kmt_act_sideways(struct kmt_tui_state *s, struct kmt_model *m, enum kmt_action action);

/* recall.c: Up and Down at a prompt. False: KEY is none of them. */
bool kmt_recall_key(struct kmt_recall *r, struct kmt_line *line, int key);
void kmt_recall_open(struct kmt_recall *r);
void kmt_recall_add(struct kmt_recall *r, const char *text);
void kmt_recall_free(struct kmt_recall *r);

/* act_config.c */
/* The line of a file that the bar is on; NULL: none. */
const struct kmt_origin *kmt_act_origin(
	const struct kmt_tui_state *s, const struct kmt_model *m, const struct kmt_doc *doc);
/* Whether a line of modules-load.d names it. */
bool kmt_act_is_autoloaded(struct kmt_model *m, const char *module);
enum kmt_effect kmt_act_config(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action);

/* act_find.c */
void kmt_act_open_search(struct kmt_tui_state *s, struct kmt_model *m);
void kmt_act_open_filter(struct kmt_tui_state *s, struct kmt_model *m);
enum kmt_effect kmt_act_search_key(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int key);
enum kmt_effect kmt_act_filter_key(struct kmt_tui_state *s, struct kmt_model *m, int key);
/* The next line or row that has what was searched for last, in steps of 1 or -1. */
void kmt_act_find_next(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int step);
/* '/', n and N in an overlay that is a text. False: ACTION is none of them. */
bool kmt_act_find_in_text(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action);

/* act_plan.c */
/* Another request, of which nothing is filled but TARGET; NULL: none yet. */
void kmt_act_start_request(struct kmt_tui_state *s, enum kmt_request_kind kind, const char *target);
void kmt_act_show_plan(struct kmt_tui_state *s);
enum kmt_effect kmt_act_open_plan(
	struct kmt_tui_state *s, struct kmt_model *m, enum kmt_request_kind kind);
enum kmt_effect kmt_act_dialog_key(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int key);
enum kmt_effect kmt_act_running_key(struct kmt_tui_state *s, const struct kmt_doc *doc, int key);
enum kmt_effect kmt_act_params_key(struct kmt_tui_state *s, int key);

enum kmt_effect kmt_act_param(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	enum kmt_action action);
enum kmt_effect kmt_act_value_key(struct kmt_tui_state *s, int key);
/* The parameter of the line that the bar of the details is on; NULL if there is none. */
const struct kmt_doc_param *kmt_act_line_param(const struct kmt_tui_state *s, const struct kmt_doc *doc);

/* act_command.c */
enum kmt_effect kmt_act_command_key(
	struct kmt_tui_state *s, struct kmt_model *m, int key, enum kmt_action *then);
/* Runs a command that only prints, about the module below the bar. */
enum kmt_effect kmt_act_show(struct kmt_tui_state *s, struct kmt_model *m, const char *command);
/* What "kmtool diff A B" prints. */
enum kmt_effect kmt_act_show_diff(struct kmt_tui_state *s, const char *a, const char *b);

/* act_overlay.c: *THEN becomes an action that was chosen, which is to be carried out. */
enum kmt_effect kmt_act_overlay(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	int key, enum kmt_action *then);
void kmt_act_open_sort(struct kmt_tui_state *s);
void kmt_act_open_menu(struct kmt_tui_state *s);
/* By one of the view's columns; once more: the other way round. */
enum kmt_effect kmt_act_sort_by(struct kmt_tui_state *s, size_t choice);

#endif
