/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan that runs in a child process while the browser goes on drawing. The two are joined by a socket: the
 * child says which step begins and what came of it; that this end is shut down, or gone with the browser,
 * ends the run before its next step, and what was done is taken back.
 */
#ifndef KMT_TUI_JOB_H
#define KMT_TUI_JOB_H

#include <signal.h>
#include <kmt/tui/plan_view.h>

struct kmt_job {
	pid_t pid; /* 0: there is none */
	int fd;
	size_t step; /* that began last, from 1 on; 0: none */
	bool cancelled, ended;
	struct kmt_strbuf in; /* a message that is not whole yet */
	struct kmt_told told;
};

/* Starts it, with the signal mask MASK. If it cannot be started, it has ended, and says why. */
void kmt_job_start(struct kmt_job *j, struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, const sigset_t *mask);
/* Takes what the child says, without waiting. True: it has ended, and told is all that there is. */
bool kmt_job_read(struct kmt_job *j);
/* Before the next step; the second time the step that runs is interrupted by a signal. */
void kmt_job_cancel(struct kmt_job *j);
void kmt_job_free(struct kmt_job *j);

#endif
