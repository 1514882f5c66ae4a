/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/interrupt.h>

#include <time.h>

#include <kmt/base/alloc.h>

static const int held[] = {SIGINT, SIGTERM, SIGHUP};

static void held_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(held); i++)
		sigaddset(set, held[i]);
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
