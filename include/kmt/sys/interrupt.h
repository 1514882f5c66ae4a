/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stopping between steps, not in the middle of one: while a plan runs, SIGINT, SIGTERM and SIGHUP are
 * held back and asked for, so that what was begun is finished or taken back. No handler and no flag.
 */
#ifndef KMT_SYS_INTERRUPT_H
#define KMT_SYS_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

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

#endif
