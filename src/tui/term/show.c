/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "show_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/paths.h>

#include "foreground_priv.h"

#define OUTPUT_MAX (4u << 20)
#define LINES_MAX 1000 /* of the terminal that it believes to have */

/* Where what it prints goes to: a terminal of our own, of the given width, so that tables fit. */
static int open_terminal(int width, int *other)
{
	struct winsize size = {.ws_row = LINES_MAX, .ws_col = (unsigned short)width};
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	const char *name = fd >= 0 && !grantpt(fd) && !unlockpt(fd) ? ptsname(fd) : NULL;

	*other = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	if (*other < 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	ioctl(*other, TIOCSWINSZ, &size);
	return fd;
}

static void become(const struct kmt_strv *words, int terminal, const sigset_t *mask)
{
	kmt_autofree char *kmtool = kmt_foreground_kmtool();
	int none = open(KMT_PATH_DEV_NULL, O_RDONLY | O_CLOEXEC);
	struct kmt_strv args = {0};

	for (int signo = 1; signo < SIGRTMIN; signo++) {
		struct sigaction now;

		if (!sigaction(signo, NULL, &now) && now.sa_handler != SIG_IGN)
			signal(signo, SIG_DFL);
	}
	sigprocmask(SIG_SETMASK, mask, NULL);
	dup2(none, STDIN_FILENO);
	dup2(terminal, STDOUT_FILENO);
	dup2(terminal, STDERR_FILENO);
	/* Nothing that moves the cursor; its width is that of the terminal. */
	setenv("TERM", "dumb", 1);
	unsetenv("COLUMNS");
	kmt_vec_push(&args, kmtool);
	for (size_t i = 0; i < words->n; i++)
		kmt_vec_push(&args, words->v[i]);
	kmt_vec_push(&args, NULL);
	execvp(kmtool, (char *const *)args.v);
	_exit(127);
}

void kmt_show_start(struct kmt_show *s, const struct kmt_strv *words, int width, const sigset_t *mask)
{
	int terminal;

	*s = (struct kmt_show){.fd = open_terminal(width, &terminal)};
	s->ended = s->fd < 0;
	if (s->ended)
		return;
	s->pid = fork();
	if (!s->pid)
		become(words, terminal, mask);
	s->ended = s->pid < 0;
	close(terminal);
}

bool kmt_show_read(struct kmt_show *s)
{
	char part[4096];
	ssize_t n = 0;

	/* When nobody has it open any more, reading fails. */
	while (!s->ended && ((n = read(s->fd, part, sizeof(part))) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0 && s->out.len < OUTPUT_MAX)
			kmt_strbuf_add(&s->out, part, (size_t)n);
	if (!s->ended && n < 0 && errno == EAGAIN)
		return false;
	s->ended = true;
	return true;
}

void kmt_show_stop(struct kmt_show *s)
{
	int status = 0;

	if (s->pid > 0) {
		if (!s->ended)
			kill(s->pid, SIGTERM);
		while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	s->pid = 0;
	s->ended = true;
	s->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void kmt_show_free(struct kmt_show *s)
{
	kmt_show_stop(s);
	kmt_strbuf_free(&s->out);
	*s = (struct kmt_show){.fd = -1};
}

void kmt_show_wait(struct kmt_show *s, int ms)
{
	struct pollfd p = {.fd = s->fd, .events = POLLIN};

	while (!kmt_show_read(s) && poll(&p, 1, ms) > 0)
		;
	kmt_show_stop(s);
}
