/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the browser share. */
#ifndef KMT_TUI_BROWSER_PRIV_H
#define KMT_TUI_BROWSER_PRIV_H

#include <kmt/tui/browser.h>

/* browser.c */
void kmt_browser_arrange(struct kmt_browser *b);
int kmt_browser_read_all(struct kmt_browser *b, struct kmt_err *err);
void kmt_browser_make_plan(struct kmt_browser *b);
void kmt_browser_want_plan(struct kmt_browser *b); /* as soon as the dialog is seen */
bool kmt_browser_is_planning(const struct kmt_browser *b);
/* What the details show, or what lies over them; NULL if it is not there yet. */
const struct kmt_doc *kmt_browser_doc(struct kmt_browser *b);

/* browser_effect.c */
void kmt_browser_rescan(struct kmt_browser *b);
/* What is not recent any more goes out of sight. */
void kmt_browser_forget_gone(struct kmt_browser *b);
/* Plans anew what the dialog shows. False, with a message: it is not the same any more. */
bool kmt_browser_is_still_so(struct kmt_browser *b);

#endif
