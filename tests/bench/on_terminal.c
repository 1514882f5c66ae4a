/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a browser on a pseudo-terminal of 120x40, as a person would, and prints what that costs:
 *
 *	on_terminal ROUNDS READY COMMAND [ARGUMENT...]
 *
 * One line: wall time in milliseconds from the start until READY is on the screen (median of ROUNDS); CPU time
 * in milliseconds from a key to its screen, of the dearest of several keys (median of its presses); CPU time
 * while nothing happens, in percent; peak memory in MiB.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PRESSES 15
#define QUIET_MS 30  /* a screen has been drawn when no more of it comes for so long */
#define REST_MS 400  /* what a key leaves for later is done by then */
#define LOST_MS 20000
#define IDLE_S 5

struct session {
	pid_t pid;
	int fd;
	clockid_t cpu;
	char seen[1 << 16]; /* the newest output */
	size_t n;
};

static void die(const char *what)
{
	fprintf(stderr, "on_terminal: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double read_clock(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t))
		die("clock_gettime");
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Takes what comes within TIMEOUT milliseconds; false if nothing does. */
static int take(struct session *s, int timeout)
{
	struct pollfd p = {.fd = s->fd, .events = POLLIN};
	ssize_t n;

	if (poll(&p, 1, timeout) <= 0)
		return 0;
	if (s->n > sizeof(s->seen) / 2) {
		memmove(s->seen, s->seen + s->n / 2, s->n - s->n / 2);
		s->n -= s->n / 2;
	}
	n = read(s->fd, s->seen + s->n, sizeof(s->seen) - s->n);
	if (n <= 0)
		die("the browser ended");
	s->n += (size_t)n;
	return 1;
}

static void start(struct session *s, char **argv, const char *ready)
{
	struct winsize size = {.ws_row = 40, .ws_col = 120};

	s->n = 0;
	s->pid = forkpty(&s->fd, NULL, NULL, &size);
	if (s->pid < 0)
		die("forkpty");
	if (!s->pid) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (!memmem(s->seen, s->n, ready, strlen(ready)))
		if (!take(s, LOST_MS))
			die("no screen came");
	if (clock_getcpuclockid(s->pid, &s->cpu))
		die("clock_getcpuclockid");
}

static void settle(struct session *s)
{
	while (take(s, REST_MS))
		;
}

/* Ends it by its key. Returns its peak memory in MiB. */
static double quit(struct session *s)
{
	struct rusage usage;
	int status;

	if (write(s->fd, "\033", 1) != 1)
		die("write");
	settle(s);
	if (write(s->fd, "q", 1) != 1)
		die("write");
	if (wait4(s->pid, &status, 0, &usage) < 0 || status)
		die("the browser failed");
	close(s->fd);
	return (double)usage.ru_maxrss / 1024;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

/* CPU time from the key until its screen was drawn, if it is another one. */
static double press(struct session *s, const char *key)
{
	double before = read_clock(s->cpu), after = before;

	if (write(s->fd, key, strlen(key)) != (ssize_t)strlen(key))
		die("write");
	while (take(s, QUIET_MS))
		after = read_clock(s->cpu);
	settle(s);
	return after - before;
}

/* Each key with the one that undoes it: the list is the same every time. */
static double dearest_key(struct session *s)
{
	static const char *const keys[][2] = {
		{"j", "k"}, {"\033[6~", "\033[5~"}, {"G", "g"}, {"I", "I"}, {"\\s", "\033"}, {"/us", "\033"}, {"2", "1"}};
	double most = 0;

	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		double cost[PRESSES], one;

		for (size_t i = 0; i < PRESSES; i++) {
			cost[i] = press(s, keys[k][0]);
			if (write(s->fd, keys[k][1], strlen(keys[k][1])) < 0)
				die("write");
			settle(s);
		}
		one = median(cost, PRESSES);
		if (getenv("EACH_KEY"))
			fprintf(stderr, "%zu: %.2f ms\n", k, one);
		if (one > most)
			most = one;
	}
	return most;
}

static double idle_share(struct session *s)
{
	double cpu = read_clock(s->cpu), wall = read_clock(CLOCK_MONOTONIC);

	while (read_clock(CLOCK_MONOTONIC) - wall < IDLE_S * 1e3)
		take(s, 100);
	return 100 * (read_clock(s->cpu) - cpu) / (read_clock(CLOCK_MONOTONIC) - wall);
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
	double *wall = calloc(rounds + 1, sizeof(*wall)), key, idle, memory = 0;
	struct session s;

	if (!rounds || !wall) {
		fprintf(stderr, "usage: on_terminal ROUNDS READY COMMAND [ARGUMENT...]\n");
		return 2;
	}
	for (size_t i = 0; i < rounds; i++) {
		double before = read_clock(CLOCK_MONOTONIC);

		start(&s, argv + 3, argv[2]);
		wall[i] = read_clock(CLOCK_MONOTONIC) - before;
		settle(&s);
		quit(&s);
	}
	start(&s, argv + 3, argv[2]);
	settle(&s);
	key = dearest_key(&s);
	press(&s, "2"); /* the long list again, for the rest */
	idle = idle_share(&s);
	memory = quit(&s);
	printf("%.3f %.3f %.3f %.3f\n", median(wall, rounds), key, idle, memory);
	free(wall);
	return 0;
}
