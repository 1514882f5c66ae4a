/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/paths.h>

/* Messages: a letter, what belongs to it, and a zero byte. */
#define STEP 's'    /* a number */
#define LINE 'l'    /* a letter for the role, and the text */
#define VERDICT 'v' /* a letter */
#define FIRST 'A'   /* the letter of a role or verdict that is 0 */

/* The child's side. */

static void send_message(int fd, char kind, const char *text)
{
	kmt_autofree char *message = kmt_asprintf("%c%s", kind, text);
	size_t n = strlen(message) + 1;
	const char *s = message;

	while (n) {
		ssize_t sent = send(fd, s, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return; /* nobody listens any more: the run is cancelled */
		s += sent;
		n -= (size_t)sent;
	}
}

static void tell_step(void *ctx, size_t i)
{
	kmt_autofree char *number = kmt_asprintf("%zu", i + 1);

	send_message(*(int *)ctx, STEP, number);
}

static bool is_cancelled(void *ctx)
{
	struct pollfd p = {.fd = *(int *)ctx, .events = POLLRDHUP};

	return poll(&p, 1, 0) > 0;
}

/* The terminal is the browser's: neither its handlers of signals nor its streams are this process's. */
static void leave_terminal(const sigset_t *mask)
{
	kmt_autoclose int none = open(KMT_PATH_DEV_NULL, O_RDWR | O_CLOEXEC);

	for (int signo = 1; signo < SIGRTMIN; signo++) {
		struct sigaction now;

		if (!sigaction(signo, NULL, &now) && now.sa_handler != SIG_IGN)
			signal(signo, SIG_DFL);
	}
	sigprocmask(SIG_SETMASK, mask, NULL);
	for (int fd = STDIN_FILENO; none >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(none, fd);
}

static void run(struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *request,
	int fd)
{
	const struct kmt_exec_watch watch = {tell_step, is_cancelled, &fd};
	const struct kmt_outcome_line *line;
	struct kmt_told told = {0};

	kmt_plan_view_run(v, machine, request, &watch, &told);
	kmt_vec_foreach(line, &told.lines) {
		kmt_autofree char *text = kmt_asprintf("%c%s", FIRST + (char)line->role, line->text);

		send_message(fd, LINE, text);
	}
	send_message(fd, VERDICT, (const char[]){(char)(FIRST + (char)told.verdict), '\0'});
	kmt_told_free(&told);
}

/* The browser's side. */

static void fail(struct kmt_job *j, const char *what, int errnum)
{
	kmt_autofree char *text = kmt_asprintf("%s%s%s", what, errnum ? ": " : "", errnum ? strerror(errnum) : "");

	kmt_told_add(&j->told, KMT_OUTCOME_FAILURE, text);
	j->told.verdict = KMT_OUTCOME_FAILED;
	j->ended = true;
}

void kmt_job_start(struct kmt_job *j, struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, const sigset_t *mask)
{
	int fds[2];

	*j = (struct kmt_job){.fd = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
		fail(j, "The plan could not be started", errno);
		return;
	}
	j->pid = fork();
	if (!j->pid) {
		close(fds[0]);
		leave_terminal(mask);
		run(v, machine, request, fds[1]);
		_exit(0);
	}
	if (j->pid < 0)
		fail(j, "The plan could not be started", errno);
	close(fds[1]);
	j->fd = fds[0];
	fcntl(j->fd, F_SETFL, O_NONBLOCK);
}

static void take_message(struct kmt_job *j, const char *message)
{
	int n = message[0] ? message[1] - FIRST : -1;

	if (message[0] == STEP)
		j->step = strtoul(message + 1, NULL, 10);
	else if (message[0] == LINE && n >= 0 && n <= KMT_OUTCOME_EFFECT)
		kmt_told_add(&j->told, (enum kmt_outcome_role)n, message + 2);
	else if (message[0] == VERDICT && n >= 0 && n < KMT_OUTCOME_VERDICT_COUNT) {
		j->told.verdict = (enum kmt_outcome_verdict)n;
		j->ended = true;
	}
}

static void take_messages(struct kmt_job *j)
{
	const char *s = j->in.s, *zero;
	size_t n = j->in.len;
	kmt_autostrbuf struct kmt_strbuf rest = KMT_STRBUF_INIT;

	while (n && (zero = memchr(s, '\0', n))) {
		take_message(j, s);
		n -= (size_t)(zero + 1 - s);
		s = zero + 1;
	}
	kmt_strbuf_add(&rest, s, n);
	kmt_strbuf_truncate(&j->in, 0);
	kmt_strbuf_add(&j->in, rest.s, rest.len);
}

bool kmt_job_read(struct kmt_job *j)
{
	char part[4096];
	ssize_t n;

	while (!j->ended && (n = recv(j->fd, part, sizeof(part), 0)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		kmt_strbuf_add(&j->in, part, (size_t)n);
		take_messages(j);
	}
	if (!j->ended)
		fail(j, "The process that ran the plan was killed; what it did is not known", 0);
	return true;
}

void kmt_job_cancel(struct kmt_job *j)
{
	if (j->cancelled)
		kill(j->pid, SIGTERM);
	else
		shutdown(j->fd, SHUT_WR);
	j->cancelled = true;
}

void kmt_job_free(struct kmt_job *j)
{
	if (j->fd >= 0)
		close(j->fd);
	while (j->pid > 0 && j->ended && waitpid(j->pid, NULL, 0) < 0 && errno == EINTR)
		;
	kmt_strbuf_free(&j->in);
	kmt_told_free(&j->told);
	*j = (struct kmt_job){.fd = -1};
}
