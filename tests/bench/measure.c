/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs two commands in turns, so that whatever else the machine does hits both, and prints the medians:
 *
 *	measure ROUNDS COMMAND [ARGUMENT...] -- COMMAND [ARGUMENT...]
 *
 * One line for each command: CPU time (user and system) and wall time in milliseconds, peak memory in MiB.
 * Their output goes to /dev/null.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000
#define NOT_STARTED 127

struct timing {
	double cpu[ROUNDS_MAX], wall[ROUNDS_MAX], memory[ROUNDS_MAX];
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void become(char **argv)
{
	int null = open("/dev/null", O_RDWR), err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	execvp(argv[0], argv);
	dprintf(err, "measure: %s: %s\n", argv[0], strerror(errno));
	_exit(NOT_STARTED);
}

static void run(char **argv, struct timing *t, int round)
{
	double start = now_ms();
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (!pid)
		become(argv);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) ||
		WEXITSTATUS(status) == NOT_STARTED) {
		fprintf(stderr, "measure: %s did not run\n", argv[0]);
		exit(1);
	}
	t->wall[round] = now_ms() - start;
	t->cpu[round] = ms(usage.ru_utime) + ms(usage.ru_stime);
	t->memory[round] = (double)usage.ru_maxrss / 1024;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static void print(struct timing *t, int rounds)
{
	printf("%.3f %.3f %.3f\n", median(t->cpu, rounds), median(t->wall, rounds),
		median(t->memory, rounds));
}

int main(int argc, char **argv)
{
	static struct timing first, second;
	int rounds = argc > 1 ? atoi(argv[1]) : 0, split = 2;

	while (split < argc && strcmp(argv[split], "--") != 0)
		split++;
	if (rounds < 1 || rounds > ROUNDS_MAX || split == 2 || split + 1 >= argc) {
		fputs("usage: measure ROUNDS COMMAND... -- COMMAND...\n", stderr);
		return 2;
	}
	argv[split] = NULL;
	/* Once for the caches. */
	run(argv + 2, &first, 0);
	run(argv + split + 1, &second, 0);
	for (int i = 0; i < rounds; i++) {
		run(argv + 2, &first, i);
		run(argv + split + 1, &second, i);
	}
	print(&first, rounds);
	print(&second, rounds);
	return 0;
}
