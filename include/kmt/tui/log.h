/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The newest lines of the kernel's log, kept while the browser runs. Reading never waits; what can be waited
 * for is kmt_log_fd().
 */
#ifndef KMT_TUI_LOG_H
#define KMT_TUI_LOG_H

#include <kmt/sys/kmsg.h>

#define KMT_LOG_MAX 8192 /* lines; when there are more, the older half goes */

/* A record to its columns. */
struct kmt_log_row {
	struct kmt_kmsg_record record;
	char id[24]; /* "line 17": counted since the log was opened */
	bool mark;   /* not of the kernel: kmt_log_mark() */
};

/* All zero is closed and empty. */
struct kmt_log {
	bool is_open;
	struct kmt_kmsg kmsg;
	int errnum; /* why it cannot be opened or read; 0 */
	bool marked; /* since it was read last */
	bool overrun; /* lines were lost before they could be read */
	KMT_VEC(struct kmt_log_row *) rows; /* oldest first */
	size_t count;
	struct kmt_arena arena;
};

/* Takes what is there now, from the oldest line on. Opens the log if it is not. True if there was something:
 * pointers to rows are to be taken again then. */
bool kmt_log_read(struct kmt_log *log, const struct kmt_root *root);
/* A line that says what begins here. */
void kmt_log_mark(struct kmt_log *log, const char *text);
void kmt_log_close(struct kmt_log *log);
/* Readable when there is something new; -1 if the log is not open, or cannot be waited for. */
int kmt_log_fd(const struct kmt_log *log);

#endif
