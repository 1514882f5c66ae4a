/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flood SEED ROUNDS COMMAND [ARGUMENT...]: runs the browser on a pseudo-terminal and sends it escape sequences
 * that nobody has heard of, pasted text, reports of a mouse and plain bytes, all at random. It must go on, and
 * quit with status 0 when it is asked to; one that was quit by chance is started again. Prints "ok", or what
 * went wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUIT_TRIES 30
#define REST_MS 700 /* more than the browser waits for the rest of what is not ended */
#define STEP_MS 200
#define START_MS 20000

struct flood {
	unsigned int seed, first;
	char **command;
	int fd;
	pid_t pid;
};

static unsigned int any(struct flood *f, unsigned int n)
{
	f->seed = f->seed * 1103515245 + 12345;
	return (f->seed >> 16) % n;
}

static void die(const struct flood *f, const char *what)
{
	printf("not ok: seed %u: %s\n", f->first, what);
	if (f->pid > 0)
		kill(f->pid, SIGKILL);
	exit(1);
}

/* Until it has drawn: before, the terminal itself takes keys for signals. */
static void wait_for_screen(struct flood *f)
{
	struct pollfd p = {.fd = f->fd, .events = POLLIN};
	char seen[1 << 16] = "";
	size_t n = 0;

	while (!strstr(seen, "Quit")) {
		ssize_t got = poll(&p, 1, START_MS) > 0 ? read(f->fd, seen + n, sizeof(seen) - 1 - n) : -1;

		if (got <= 0)
			die(f, "it does not start");
		for (ssize_t i = 0; i < got; i++)
			if (!seen[n + (size_t)i])
				seen[n + (size_t)i] = ' ';
		n += (size_t)got;
		seen[n] = '\0';
	}
}

static void start(struct flood *f)
{
	const struct winsize size = {.ws_row = 24, .ws_col = 80};
	const char *name;

	f->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (f->fd < 0 || grantpt(f->fd) || unlockpt(f->fd) || !(name = ptsname(f->fd)))
		die(f, "no terminal");
	f->pid = fork();
	if (f->pid) {
		wait_for_screen(f);
		return;
	}
	setsid();
	for (int fd = 0; fd <= 2; fd++) {
		close(fd);
		if (open(name, O_RDWR) != fd)
			_exit(99);
	}
	ioctl(0, TIOCSWINSZ, &size);
	execvp(f->command[0], f->command);
	_exit(98);
}

/* What it draws is not looked at. */
static void drain(struct flood *f, int ms)
{
	struct pollfd p = {.fd = f->fd, .events = POLLIN};
	char part[4096];

	while (poll(&p, 1, ms) > 0 && read(f->fd, part, sizeof(part)) > 0)
		ms = 0;
}

/* For all that time. */
static void drain_all(struct flood *f, int ms)
{
	for (int left = ms; left > 0; left -= STEP_MS) {
		drain(f, 0);
		usleep(STEP_MS * 1000);
	}
}

/* Whether it has ended, by itself and well. */
static int has_ended(struct flood *f)
{
	int status;

	if (waitpid(f->pid, &status, WNOHANG) != f->pid)
		return 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		f->pid = 0;
		die(f, WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "exit status");
	}
	close(f->fd);
	f->pid = 0;
	return 1;
}

static int is_gone(const struct flood *f)
{
	siginfo_t info = {0};

	return !waitid(P_PID, (id_t)f->pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid;
}

static void put(struct flood *f, const char *s, size_t n)
{
	while (n) {
		ssize_t done = write(f->fd, s, n);

		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return;
		if (done > 0) {
			s += done;
			n -= (size_t)done;
		}
		drain(f, done > 0 ? 0 : 20);
		if (done <= 0 && is_gone(f))
			return;
	}
}

static size_t add_bytes(struct flood *f, char *s, size_t n, unsigned int low, unsigned int high)
{
	for (size_t i = 0; i < n; i++) {
		s[i] = (char)(low + any(f, high - low + 1));
		/* A prompt may ask for the name of a file: it stays where the test runs. What sends a signal
		 * would do so when it has just been quit or suspended: ctrl-c, ctrl-z, ctrl-\. */
		if (strchr("/\003\032\034", s[i]))
			s[i] = '.';
	}
	return n;
}

/* ESC [ and the like: parameters, and any final byte. */
static size_t make_sequence(struct flood *f, char *s)
{
	static const char begins[] = "[O]P^_X(N";
	size_t n = 0;

	s[n++] = '\033';
	s[n++] = begins[any(f, sizeof(begins) - 1)];
	n += add_bytes(f, s + n, any(f, 90), '0', any(f, 4) ? ';' : '?');
	s[n++] = (char)('@' + any(f, 63));
	if (any(f, 2))
		s[n++] = '\a';
	return n;
}

static size_t make_paste(struct flood *f, char *s)
{
	size_t n = (size_t)sprintf(s, "\033[200~");

	n += add_bytes(f, s + n, any(f, 200), any(f, 2) ? 1 : ' ', 255);
	return any(f, 8) ? n + (size_t)sprintf(s + n, "\033[201~") : n;
}

static size_t make(struct flood *f, char *s)
{
	switch (any(f, 6)) {
	case 0:
		return make_paste(f, s);
	case 1:
		return (size_t)sprintf(s, "\033[<%u;%u;%u%c", any(f, 130), any(f, 100), any(f, 40),
			any(f, 2) ? 'M' : 'm');
	case 2:
		return add_bytes(f, s, 1 + any(f, 8), 0, 255);
	case 3:
		return add_bytes(f, s, 1 + any(f, 8), ' ', 'z');
	default:
		return make_sequence(f, s);
	}
}

static void quit(struct flood *f)
{
	for (int i = 0; i < QUIT_TRIES; i++) {
		drain_all(f, REST_MS);
		put(f, "\033", 1);
		drain_all(f, REST_MS);
		put(f, "q", 1);
		drain_all(f, STEP_MS);
		if (has_ended(f))
			return;
	}
	die(f, "it does not quit");
}

int main(int argc, char **argv)
{
	struct flood f = {.command = argv + 3};
	char text[1024];

	if (argc < 4)
		return 2;
	f.seed = f.first = (unsigned int)strtoul(argv[1], NULL, 10);
	for (long i = strtol(argv[2], NULL, 10); i > 0; i--) {
		if (!f.pid)
			start(&f);
		put(&f, text, make(&f, text));
		drain(&f, any(&f, 10) ? 0 : 30);
		has_ended(&f);
	}
	if (f.pid)
		quit(&f);
	puts("ok");
	return 0;
}
