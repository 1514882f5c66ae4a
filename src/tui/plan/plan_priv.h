/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the plan dialog share. */
#ifndef KMT_TUI_PLAN_PRIV_H
#define KMT_TUI_PLAN_PRIV_H

#include <kmt/tui/plan.h>

/* Adds TEXT; its further lines are indented as it is. */
void kmt_plan_view_line(struct kmt_doc *doc, enum kmt_role role, const char *text);
/* Adds to the text of the dialog what is wrong. */
void kmt_plan_view_error(struct kmt_plan_view *v, const struct kmt_err *err);
/* Decides who may run the plan, and tells why nobody may. */
enum kmt_run_how kmt_plan_view_how(struct kmt_plan_view *v, const struct kmt_machine *machine);

#endif
