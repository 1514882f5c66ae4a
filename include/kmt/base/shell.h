/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words as a shell would have to be given them. */
#ifndef KMT_BASE_SHELL_H
#define KMT_BASE_SHELL_H

#include <kmt/base/strbuf.h>

/* Appends a blank and WORD, quoted if a shell would take it for anything but itself. What a terminal would
 * obey or hide is spelt in $'...', so that the text can be shown and pasted. */
void kmt_shell_add(struct kmt_strbuf *out, const char *word);

#endif
