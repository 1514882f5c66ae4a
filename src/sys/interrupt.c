/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/interrupt.h>

#include <errno.h>
#include <sys/wait.h>
#include <time.h>

#include <kmt/base/alloc.h>

static const int held[] = {SIGINT, SIGTERM, SIGHUP};

static void held_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(held); i++) {
		struct sigaction now;

		/* Blocked, even an ignored signal would be kept. */
		if (!sigaction(held[i], NULL, &now) && now.sa_handler != SIG_IGN)
			sigaddset(set, held[i]);
	}
}

void kmt_interrupt_hold(struct kmt_interrupt *i)
{
	sigset_t set;

	held_set(&set);
	sigprocmask(SIG_BLOCK, &set, &i->before);
}

int kmt_interrupt_take(void)
{
	static const struct timespec now = {0};
	sigset_t set;
	int signo;

	held_set(&set);
	signo = sigtimedwait(&set, NULL, &now);
	return signo > 0 ? signo : 0;
}

void kmt_interrupt_release(const struct kmt_interrupt *i)
{
	sigprocmask(SIG_SETMASK, &i->before, NULL);
}

static void only_wake(int signo)
{
}

void kmt_interrupt_in_child(bool keep)
{
	struct sigaction wake = {.sa_handler = only_wake};
	sigset_t set;

	for (size_t i = 0; keep && i < KMT_ARRAY_SIZE(held); i++) {
		struct sigaction now;

		if (!sigaction(held[i], NULL, &now) && now.sa_handler == SIG_DFL)
			sigaction(held[i], &wake, NULL);
	}
	held_set(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int kmt_interrupt_wait(pid_t child, unsigned int grace_ms, int *status)
{
	const struct timespec grace = {.tv_sec = grace_ms / 1000, .tv_nsec = (long)(grace_ms % 1000) * 1000000};
	sigset_t set, before;
	int first = 0, r;

	held_set(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &before);
	while (!(r = waitpid(child, status, WNOHANG)) || (r < 0 && errno == EINTR)) {
		int signo = sigtimedwait(&set, NULL, first && grace_ms ? &grace : NULL);

		if (signo == SIGCHLD || (signo < 0 && errno != EAGAIN))
			continue;
		kill(child, first ? SIGKILL : signo);
		if (!first)
			first = signo;
	}
	r = r < 0 ? -errno : 0;
	if (first)
		raise(first); /* still held */
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}
