/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The browser on a terminal: one poll loop until somebody quits. */
#ifndef KMT_TUI_LOOP_H
#define KMT_TUI_LOOP_H

#include <kmt/out/text.h>
#include <kmt/tui/browser.h>

/* STYLE: whether there are colours and UTF-8; MOUSE: whether it may be taken. What is not there or not wanted
 * is not turned on by the person's settings. */
int kmt_loop_run(const struct kmt_machine *machine, const struct kmt_start *start,
	const struct kmt_style *style, bool mouse, struct kmt_err *err);

#endif
