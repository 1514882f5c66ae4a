/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two halves of the browser share: what is there, and what keys ask for. */
#ifndef KMT_TUI_BROWSER_PRIV_H
#define KMT_TUI_BROWSER_PRIV_H

#include <kmt/tui/browser.h>

/* The rows of the view as the state wants them. */
void kmt_browser_arrange(struct kmt_browser *b);
/* Reads everything again; the status line tells what that moved. */
void kmt_browser_rescan(struct kmt_browser *b);
/* Shows what VERSION has, as -k does; NULL: the running kernel. On error nothing has changed. */
int kmt_browser_show_kernel(struct kmt_browser *b, const char *version, struct kmt_err *err);
bool kmt_browser_is_planning(const struct kmt_browser *b);
void kmt_browser_make_plan(struct kmt_browser *b);
/* The same, as soon as the dialog is seen. */
void kmt_browser_want_plan(struct kmt_browser *b);
/* Plans again what the dialog shows. False, with a message: it is not the same any more. */
bool kmt_browser_still_so(struct kmt_browser *b);
/* What the details show, or what lies over them; NULL if it is not there yet. */
const struct kmt_doc *kmt_browser_doc(struct kmt_browser *b);
/* The bar is on a line that there is. */
void kmt_browser_settle_doc(struct kmt_browser *b);

/* Of /proc/modules, as it is now. */
uint64_t kmt_browser_hash(const struct kmt_browser *b);
/* Takes what there is again for views that grow, as the log does. True if there was something. */
bool kmt_browser_update(struct kmt_browser *b);
/* What is not recent any more goes out of sight. */
void kmt_browser_forget_gone(struct kmt_browser *b);

#endif
