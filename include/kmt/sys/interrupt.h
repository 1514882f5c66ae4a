/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stopping between steps, not in the middle of one: while a plan runs, SIGINT, SIGTERM and SIGHUP are
 * held back and asked for, so that what was begun is finished or taken back. No handler and no flag. A
 * signal that is ignored (nohup) stays ignored.
 */
#ifndef KMT_SYS_INTERRUPT_H
#define KMT_SYS_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>
#include <kmt/base/strbuf.h>

struct kmt_interrupt {
	sigset_t before;
};

void kmt_interrupt_hold(struct kmt_interrupt *i);
/* Takes one signal that came since; its number, or 0. */
int kmt_interrupt_take(void);
/* Back to what was before kmt_interrupt_hold(). Signals not taken arrive now. */
void kmt_interrupt_release(const struct kmt_interrupt *i);

/* In a forked child: the signals arrive again. With KEEP they only wake the child from a sleep
 * (EINTR); else they end it, as a shell expects. */
void kmt_interrupt_in_child(bool keep);

/*
 * Waits for CHILD to end; STATUS is as waitpid(2) gives it. Signals that are held and come meanwhile are
 * passed on to it and are still there for kmt_interrupt_take(). The second is passed on as SIGKILL, which
 * ends a sleep that a signal cannot wake; so is the first, GRACE_MS later (0: never).
 */
int kmt_interrupt_wait(pid_t child, unsigned int grace_ms, int *status);

/* Most of what a child prints that is kept. */
#define KMT_INTERRUPT_OUTPUT_MAX (64u << 10)
/* The same without a grace time; what comes through the pipe FD meanwhile is appended to OUTPUT. A process
 * that the child leaves behind is not waited for. */
int kmt_interrupt_collect(pid_t child, int fd, struct kmt_strbuf *output, int *status);

#endif
