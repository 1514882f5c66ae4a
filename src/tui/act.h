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

#endif
