/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for the state of a module: the same in tables, JSON, man pages and the browser. */
#ifndef KMT_OUT_MODSTATE_H
#define KMT_OUT_MODSTATE_H

#include <kmt/out/rows.h>
#include <kmt/source/procmodules.h>

/* "live", "loading" or "unloading" for what is LOADED (may be NULL); else "built-in", "available" if there is
 * a file for it, or "missing". */
const char *kmt_modstate_word(const struct kmt_procmod *loaded, bool on_disk, bool builtin);
/* The word and its hue. */
void kmt_modstate_cell(const char *word, struct kmt_cell *out);
enum kmt_hue kmt_modstate_hue(const char *word);

#endif
