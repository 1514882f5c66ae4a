/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command of kmtool that only prints, run in the background; what it prints is collected. */
#ifndef KMT_TUI_SHOW_H
#define KMT_TUI_SHOW_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

struct kmt_show {
	pid_t pid; /* 0: there is none */
	int fd;
	bool ended;
	int status; /* then */
	struct kmt_strbuf out;
};

/* Starts "kmtool WORDS" with the signal mask MASK, on a terminal of WIDTH columns that nobody sees. */
void kmt_show_start(struct kmt_show *s, const struct kmt_strv *words, int width, const sigset_t *mask);
/* Takes what it has printed, without waiting. True: that was all. */
bool kmt_show_read(struct kmt_show *s);
/* Ends it, if it has not ended yet. */
void kmt_show_stop(struct kmt_show *s);
/* Until it has ended, or has printed nothing for MS. */
void kmt_show_wait(struct kmt_show *s, int ms);
void kmt_show_free(struct kmt_show *s);

#endif
