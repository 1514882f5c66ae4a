/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations that change this machine. Not part of the library: only the program links them.
 *
 * The kernel is asked in a child process: when a module's init or exit function oopses, the kernel kills the
 * process that called it, and somebody has to be left to say so and to clean up; and a function that sleeps
 * until it is killed can be ended. A fork of this program costs less than a millisecond.
 */
#include "kernel_priv.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/interrupt.h>
#include <kmt/sys/paths.h>

/* How long a function of a module may go on after a signal before its process is killed. */
#define GRACE_MS 1000u

/* For a kernel before 3.8 and a sandbox that does not know finit_module(2), but without the flags that only
 * that has. Whether it is known is asked apart: an init function may answer ENOSYS, too, and must not run
 * twice. */
static long insert_without_finit(const struct kmt_question *q)
{
	struct stat st;
	void *image;

	if (syscall(SYS_finit_module, -1, "", 0) >= 0 || errno != ENOSYS || q->flags || fstat(q->fd, &st) < 0) {
		errno = ENOSYS;
		return -1;
	}
	image = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, q->fd, 0);
	if (image == MAP_FAILED)
		return -1;
	return syscall(SYS_init_module, image, (size_t)st.st_size, q->params);
}

int kmt_kernel_call(const struct kmt_question *q)
{
	long r;

	if (q->remove) {
		r = syscall(SYS_delete_module, q->remove, q->flags);
	} else if (q->fd >= 0) {
		r = syscall(SYS_finit_module, q->fd, q->params, q->flags);
		if (r < 0 && errno == ENOSYS)
			r = insert_without_finit(q);
	} else {
		r = syscall(SYS_init_module, q->image, q->n, q->params);
	}
	return r < 0 ? -errno : 0;
}

static int not_asked(int error)
{
	return -(KMT_KERNEL_NOT_ASKED + error);
}

/* The answer comes through a pipe: an init function may return errors that no exit status can hold. */
static int wait_for_answer(pid_t child, int fd)
{
	int answer, status = 0;

	kmt_interrupt_wait(child, GRACE_MS, &status);
	if (read(fd, &answer, sizeof(answer)) == sizeof(answer))
		return answer;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? -KMT_KERNEL_NO_ANSWER : -KMT_KERNEL_KILLED;
}

static int ask(const struct kmt_kernel *k, const struct kmt_question *q)
{
	bool by_kmod = !k->direct && kmt_kernel_kmod_open();
	int pipefd[2], r;
	pid_t child;
	ssize_t n;

	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return not_asked(errno);
	child = fork();
	if (!child) {
		kmt_interrupt_in_child(true);
		r = by_kmod ? kmt_kernel_call_kmod(q) : kmt_kernel_call(q);
		n = write(pipefd[1], &r, sizeof(r));
		_exit(n == sizeof(r) ? 0 : 1);
	}
	r = errno;
	close(pipefd[1]);
	r = child < 0 ? not_asked(r) : wait_for_answer(child, pipefd[0]);
	close(pipefd[0]);
	return r;
}

static int real_insert(
	struct kmt_kernel *k, int fd, const char *path, const char *params, unsigned int flags)
{
	return ask(k, &(struct kmt_question){.fd = fd, .params = params, .flags = flags});
}

/* init_module(2) has no flags: an image that is to be forced becomes a file in memory. */
static int memory_file(const void *data, size_t n)
{
	kmt_autoclose int fd = memfd_create("module", MFD_CLOEXEC);
	const char *from = data;

	if (fd < 0)
		return not_asked(errno);
	while (n) {
		ssize_t written = write(fd, from, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return not_asked(errno);
		from += written;
		n -= (size_t)written;
	}
	return kmt_take_fd(&fd);
}

static int real_insert_image(
	struct kmt_kernel *k, const void *data, size_t n, const char *params, unsigned int flags)
{
	struct kmt_question q = {.fd = -1, .image = data, .n = n, .params = params, .flags = flags};
	int r;

	if (!flags)
		return ask(k, &q);
	q.fd = memory_file(data, n);
	if (q.fd < 0)
		return q.fd;
	r = ask(k, &q);
	close(q.fd);
	return r;
}

static int real_remove(struct kmt_kernel *k, const char *name, unsigned int flags)
{
	unsigned int how = O_NONBLOCK | (flags & KMT_REMOVE_FORCE ? O_TRUNC : 0);

	return ask(k, &(struct kmt_question){.remove = name, .flags = how});
}

/* A command must not read or print on a terminal that shows something else. */
static bool redirect(int fd)
{
	kmt_autoclose int none = open(KMT_PATH_DEV_NULL, O_RDONLY | O_CLOEXEC);

	return none >= 0 && dup2(none, STDIN_FILENO) >= 0 && dup2(fd, STDOUT_FILENO) >= 0 &&
	       dup2(fd, STDERR_FILENO) >= 0;
}

/* FD -1: with the streams of this program. */
static void run_command(const char *command, const char *module, const char *opts, int fd)
{
	kmt_interrupt_in_child(false);
	if (!setenv("MODPROBE_MODULE", module, 1) && !setenv("CMDLINE_OPTS", opts ? opts : "", 1) &&
		(fd < 0 || redirect(fd)))
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static int real_run(struct kmt_kernel *k, const char *command, const char *module, const char *opts,
	struct kmt_strbuf *output, int *status)
{
	int pipefd[2] = {-1, -1}, r;
	pid_t child;

	if (output && pipe2(pipefd, O_CLOEXEC) < 0)
		return not_asked(errno);
	child = fork();
	if (!child)
		run_command(command, module, opts, pipefd[1]);
	r = child < 0 ? not_asked(errno) : 0;
	if (output)
		close(pipefd[1]);
	if (!r)
		r = output ? kmt_interrupt_collect(child, pipefd[0], output, status)
			   : kmt_interrupt_wait(child, 0, status);
	if (output)
		close(pipefd[0]);
	return r;
}

static int real_write(struct kmt_kernel *k, const char *path, const void *data, size_t n)
{
	kmt_autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? not_asked(errno) : -errno;
	written = write(fd, data, n);
	if (written < 0)
		return -errno;
	return (size_t)written == n ? 0 : -EIO;
}

static void real_sleep_ms(struct kmt_kernel *k, unsigned int ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	nanosleep(&t, NULL);
}

static const struct kmt_kernel_ops real_ops = {
	.insert = real_insert,
	.insert_image = real_insert_image,
	.remove = real_remove,
	.run = real_run,
	.write = real_write,
	.sleep_ms = real_sleep_ms,
};

void kmt_kernel_real(struct kmt_kernel *k)
{
	*k = (struct kmt_kernel){.ops = &real_ops};
}

void kmt_kernel_direct(struct kmt_kernel *k)
{
	*k = (struct kmt_kernel){.ops = &real_ops, .direct = true};
}
