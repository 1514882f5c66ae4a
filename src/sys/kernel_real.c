/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations that change this machine. Not part of the library: only the program links them.
 *
 * An insert runs in a child process: when a module's init function oopses, the kernel kills the process
 * that called it, and somebody has to be left to say so and to clean up. A fork of this program costs
 * less than a millisecond.
 */
#include <kmt/sys/kernel.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/interrupt.h>

struct insertion {
	int fd; /* -1: the image */
	const void *image;
	size_t n;
	const char *params;
	unsigned int flags;
};

static int call_kernel(const struct insertion *in)
{
	long r;

	if (in->fd >= 0)
		r = syscall(SYS_finit_module, in->fd, in->params, in->flags);
	else
		r = syscall(SYS_init_module, in->image, in->n, in->params);
	return r < 0 ? -errno : 0;
}

static int wait_for(pid_t child, int *status)
{
	while (waitpid(child, status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* The answer comes through a pipe: an init function may return errors that no exit status can hold. */
static int insert_in_child(const struct insertion *in)
{
	int pipefd[2], r = 0, status;
	pid_t child;
	ssize_t n;

	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return -errno;
	child = fork();
	if (child < 0) {
		r = -errno;
		close(pipefd[0]);
		close(pipefd[1]);
		return r;
	}
	if (!child) {
		kmt_interrupt_in_child(true);
		r = call_kernel(in);
		n = write(pipefd[1], &r, sizeof(r));
		_exit(n == sizeof(r) ? 0 : 1);
	}
	close(pipefd[1]);
	do
		n = read(pipefd[0], &r, sizeof(r));
	while (n < 0 && errno == EINTR);
	close(pipefd[0]);
	wait_for(child, &status);
	return n == sizeof(r) ? r : -KMT_KERNEL_KILLED;
}

static int real_insert(struct kmt_kernel *k, const char *path, const char *params, unsigned int flags)
{
	kmt_autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	return insert_in_child(&(struct insertion){.fd = fd, .params = params, .flags = flags});
}

/* init_module(2) has no flags: an image that is to be forced becomes a file in memory. */
static int memory_file(const void *data, size_t n)
{
	kmt_autoclose int fd = memfd_create("module", MFD_CLOEXEC);
	const char *from = data;

	if (fd < 0)
		return -errno;
	while (n) {
		ssize_t written = write(fd, from, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		from += written;
		n -= (size_t)written;
	}
	return kmt_take_fd(&fd);
}

static int real_insert_image(
	struct kmt_kernel *k, const void *data, size_t n, const char *params, unsigned int flags)
{
	struct insertion in = {.fd = -1, .image = data, .n = n, .params = params, .flags = flags};
	int r;

	if (!flags)
		return insert_in_child(&in);
	in.fd = memory_file(data, n);
	if (in.fd < 0)
		return in.fd;
	r = insert_in_child(&in);
	close(in.fd);
	return r;
}

static int real_remove(struct kmt_kernel *k, const char *name, unsigned int flags)
{
	unsigned int how = O_NONBLOCK | (flags & KMT_REMOVE_FORCE ? O_TRUNC : 0);

	return syscall(SYS_delete_module, name, how) < 0 ? -errno : 0;
}

static int real_run(
	struct kmt_kernel *k, const char *command, const char *module, const char *opts, int *status)
{
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child) {
		kmt_interrupt_in_child(false);
		if (!setenv("MODPROBE_MODULE", module, 1) && !setenv("CMDLINE_OPTS", opts ? opts : "", 1))
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return wait_for(child, status);
}

static int real_write(struct kmt_kernel *k, const char *path, const void *data, size_t n)
{
	kmt_autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return -errno;
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
