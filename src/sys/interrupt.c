/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/interrupt.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

/* A pipe that is read while a child is waited for. */
struct output {
	int fd, signals; /* FD -1: it is at its end */
	struct kmt_strbuf *text;
};

/* Takes what is there; what is too much is read and dropped, so that no writer has to wait. */
static void take_output(struct output *o)
{
	char part[4096];
	ssize_t n;

	while (o->fd >= 0 && (n = read(o->fd, part, sizeof(part))) != 0) {
		size_t room = KMT_INTERRUPT_OUTPUT_MAX - o->text->len;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		kmt_strbuf_add(o->text, part, (size_t)n < room ? (size_t)n : room);
	}
	o->fd = -1;
}

/* The next signal of SET; -1 with EAGAIN: none came in time, or there was output first. */
static int next_signal(const sigset_t *set, const struct timespec *timeout, struct output *o)
{
	static const struct timespec now = {0};
	struct pollfd p[2] = {{.events = POLLIN}, {.events = POLLIN}};

	if (!o)
		return sigtimedwait(set, NULL, timeout);
	p[0].fd = o->signals;
	p[1].fd = o->fd;
	poll(p, KMT_ARRAY_SIZE(p), -1);
	take_output(o);
	return sigtimedwait(set, NULL, &now);
}

/* OUTPUT may be NULL; GRACE is only without it. */
static int wait_for(pid_t child, unsigned int grace_ms, struct output *output, const sigset_t *set,
	int *status)
{
	const struct timespec grace = {.tv_sec = grace_ms / 1000, .tv_nsec = (long)(grace_ms % 1000) * 1000000};
	int first = 0, r;

	while (!(r = waitpid(child, status, WNOHANG)) || (r < 0 && errno == EINTR)) {
		int signo = next_signal(set, first && grace_ms ? &grace : NULL, output);

		if (signo == SIGCHLD || (signo < 0 && (errno != EAGAIN || output)))
			continue;
		kill(child, first ? SIGKILL : signo);
		if (!first)
			first = signo;
	}
	r = r < 0 ? -errno : 0;
	if (first)
		raise(first); /* still held */
	return r;
}

static void block(sigset_t *set, sigset_t *before)
{
	held_set(set);
	sigaddset(set, SIGCHLD);
	sigprocmask(SIG_BLOCK, set, before);
}

int kmt_interrupt_wait(pid_t child, unsigned int grace_ms, int *status)
{
	sigset_t set, before;
	int r;

	block(&set, &before);
	r = wait_for(child, grace_ms, NULL, &set, status);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

int kmt_interrupt_collect(pid_t child, int fd, struct kmt_strbuf *output, int *status)
{
	struct output o = {.fd = fd, .text = output};
	kmt_autoclose int signals = -1;
	sigset_t set, before;
	int r;

	block(&set, &before);
	signals = o.signals = signalfd(-1, &set, SFD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	/* Without a descriptor for signals the end of the output is waited for first. */
	while (signals < 0 && o.fd >= 0) {
		poll(&(struct pollfd){.fd = o.fd, .events = POLLIN}, 1, -1);
		take_output(&o);
	}
	r = wait_for(child, 0, signals < 0 ? NULL : &o, &set, status);
	take_output(&o);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}
