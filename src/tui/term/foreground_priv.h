/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command on the terminal itself, while the browser has left it. */
#ifndef KMT_TUI_FOREGROUND_H
#define KMT_TUI_FOREGROUND_H

#include <signal.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

#define KMT_FOREGROUND_SIGNALS 2

/* From begin to end the terminal is that of commands, and what ctrl-c and ctrl-\ send is for them. */
struct kmt_foreground {
	struct sigaction before[KMT_FOREGROUND_SIGNALS];
};
void kmt_foreground_begin(struct kmt_foreground *f);
void kmt_foreground_end(const struct kmt_foreground *f);

/* The kmtool that this browser belongs to: sudo looks names up in a path of its own. The caller frees it. */
char *kmt_foreground_kmtool(void);

/* Runs "PROGRAM kmtool WORDS" with the signal mask MASK, waits for it and then for Enter, so that what it
 * printed can be read. A NULL in WORDS ends one command; the next one is run if it succeeded. Returns the
 * exit status of the last one. */
int kmt_foreground_root(const char *program, const struct kmt_strv *words, const sigset_t *mask);

/* Opens FILE (below ROOT) at a line in $VISUAL, $EDITOR or vi; by sudo -e, or PROGRAM and the editor, if only
 * root may write it. Waits for the editor, and for Enter if it fails. Returns its exit status. */
int kmt_foreground_edit(const char *program, const struct kmt_root *root, const char *file, unsigned int line,
	const sigset_t *mask);

#endif
