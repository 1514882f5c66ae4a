/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_TUI_TREE_H
#define KMT_TUI_TREE_H

#include <kmt/tui/model.h>

/* Puts what is shown of V in the order of a tree, siblings in the order that they have, and fills its
 * guides. */
void kmt_tree_arrange(struct kmt_model *m, struct kmt_model_view *v, const struct kmt_view_def *def);

#endif
