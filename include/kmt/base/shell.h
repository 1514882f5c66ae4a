/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words as a shell would have to be given them. */
#ifndef KMT_BASE_SHELL_H
#define KMT_BASE_SHELL_H

#include <kmt/base/arena.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

/* Appends a blank and WORD, quoted if a shell would take it for anything but itself. What a terminal would
 * obey or hide is spelt in $'...', so that the text can be shown and pasted. */
void kmt_shell_add(struct kmt_strbuf *out, const char *word);
/* Appends the words of LINE, with quotes and backslashes taken as a shell takes them; nothing is expanded.
 * They live in ARENA. -EINVAL if a quote is not closed. */
int kmt_shell_split(const char *line, struct kmt_arena *arena, struct kmt_strv *out);

#endif
