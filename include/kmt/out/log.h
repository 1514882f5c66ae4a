/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the kernel's log as `kmtool log` and the browser show them. Pure. */
#ifndef KMT_OUT_LOG_H
#define KMT_OUT_LOG_H

#include <kmt/out/rows.h>
#include <kmt/sys/kmsg.h>

extern const struct kmt_column kmt_log_columns[]; /* of struct kmt_kmsg_record; no context */

const char *kmt_log_level_name(unsigned int level); /* "emerg" ... "debug"; "?" above 7 */
enum kmt_hue kmt_log_level_hue(unsigned int level);

/* The length of the next word of *TEXT that may be the name of a module, which *TEXT is moved to; 0: there
 * are no more. */
size_t kmt_log_word(const char **text);
/* Whether the text has NAME as a word; '-' and '_' are the same. */
bool kmt_log_names(const char *text, const char *name);

#endif
