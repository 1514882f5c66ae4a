/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command has printed on a terminal, as a text: its colours become roles. Pure. */
#ifndef KMT_TUI_OUTPUT_H
#define KMT_TUI_OUTPUT_H

#include <kmt/tui/doc.h>

/* Fills DOC. Sequences other than colours are left out. */
void kmt_output_doc(const char *text, struct kmt_doc *doc);

#endif
