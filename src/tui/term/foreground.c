/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "foreground_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kmt/base/shell.h>
#include <kmt/sys/paths.h>
#include <kmt/tui/term.h>

char *kmt_foreground_kmtool(void)
{
	char self[4096];
	ssize_t n = readlink(KMT_PATH_PROC_SELF_EXE, self, sizeof(self) - 1);
	kmt_autofree char *near = NULL;
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		near = kmt_asprintf("%.*s/kmtool", (int)(slash - self), self);
	return near && !access(near, X_OK) ? kmt_take(near) : kmt_strdup("kmtool");
}

static void become(const struct kmt_strv *args, const sigset_t *mask)
{
	const int reset[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(reset); i++)
		signal(reset[i], SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(args->v[0], (char *const *)args->v);
	fprintf(stderr, "kmtool: %s: %s\n", args->v[0], strerror(errno));
	_exit(127);
}

static void wait_for_enter(void)
{
	int c;

	fputs("\nEnter goes back to the browser. ", stdout);
	fflush(stdout);
	do
		c = getchar();
	while (c != '\n' && c != EOF);
}

/* One command, as a person would see it typed. Returns its exit status. */
static int run(const struct kmt_strv *args, const sigset_t *mask)
{
	kmt_autostrbuf struct kmt_strbuf shown = KMT_STRBUF_INIT;
	int status = 0;
	pid_t pid;

	for (size_t i = 0; args->v[i]; i++)
		kmt_shell_add(&shown, args->v[i]);
	/* Of a script only what it is for is of interest, and that is seen. */
	if (strcmp(args->v[0], "sh") != 0)
		printf("$%s\n", kmt_strbuf_str(&shown));
	fflush(stdout);
	pid = fork();
	if (!pid)
		become(args, mask);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static const int for_command[KMT_FOREGROUND_SIGNALS] = {SIGINT, SIGQUIT};

void kmt_foreground_begin(struct kmt_foreground *f)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(for_command); i++)
		sigaction(for_command[i], &ignore, &f->before[i]);
	kmt_term_leave();
}

void kmt_foreground_end(const struct kmt_foreground *f)
{
	kmt_term_return();
	for (size_t i = 0; i < KMT_ARRAY_SIZE(for_command); i++)
		sigaction(for_command[i], &f->before[i], NULL);
}

int kmt_foreground_root(const char *program, const struct kmt_strv *words, const sigset_t *mask)
{
	kmt_autofree char *kmtool = kmt_foreground_kmtool();
	struct kmt_strv args = {0};
	int status;

	kmt_vec_push(&args, program);
	/* The others know no end of options, and need none before a path. */
	if (!strcmp(program, "sudo"))
		kmt_vec_push(&args, "--");
	kmt_vec_push(&args, kmtool);
	for (size_t i = 0; i < words->n; i++)
		kmt_vec_push(&args, words->v[i]);
	kmt_vec_push(&args, NULL);
	status = run(&args, mask);
	kmt_vec_free(&args);
	wait_for_enter();
	return status;
}

/* Where the file really is: a link of the root must not lead out of it. */
static char *true_path(const struct kmt_root *root, const char *file)
{
	kmt_autoclose int fd = kmt_root_openat(root, file, O_PATH);
	kmt_autofree char *link = kmt_asprintf(KMT_PATH_PROC_SELF_FD "/%d", fd);
	char path[4096];
	ssize_t n = fd < 0 ? -1 : readlink(link, path, sizeof(path) - 1);

	return n < 0 ? NULL : kmt_strndup(path, (size_t)n);
}

int kmt_foreground_edit(const char *program, const struct kmt_root *root, const char *file, unsigned int line,
	const sigset_t *mask)
{
	/* POSIX's vi, and that of busybox, has -c for a line; others have +LINE. */
	static const char script[] = "e=${VISUAL:-${EDITOR:-vi}} w=${e%% *}\n"
				     "case ${w##*/} in vi | view | ex | nvi | vim | nvim) exec $e -c \"$1\" \"$2\" ;; esac\n"
				     "exec $e \"+$1\" \"$2\"";
	kmt_autofree char *path = true_path(root, file), *at = kmt_asprintf("%u", line);
	const char *by_sudo[] = {"sudo", "-e", "--", path, NULL};
	const char *as_root[] = {program, "sh", "-c", script, "sh", at, path, NULL};
	const char **directly = as_root + 1;
	bool needs_root = path && access(path, W_OK) && geteuid();
	struct kmt_strv args = {.v = !needs_root ? directly : !strcmp(program, "sudo") ? by_sudo : as_root};
	int status;

	if (!path)
		return 1;
	status = run(&args, mask);
	if (status)
		wait_for_enter();
	return status;
}
