/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole list of what can change a machine. The executor calls these and nothing else; there are
 * three implementations: real (only linked into kmtool), fake (only in test programs: records calls,
 * answers scripted errors), refuse (used with --root other than "/").
 *
 * All operations return 0 or -errno of the system call, or -(KMT_KERNEL_NOT_ASKED + errno) of what had to be
 * done before it, such as starting a process. They decide nothing: order, skipping and
 * explaining belong to the plan, its executor and explain/explain.
 */
#ifndef KMT_SYS_KERNEL_H
#define KMT_SYS_KERNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/strbuf.h>

/* finit_module(2) flags. The first two are what a person can ask for; the third is the executor's. */
#define KMT_INSERT_IGNORE_MODVERSIONS 1u
#define KMT_INSERT_IGNORE_VERMAGIC 2u
#define KMT_INSERT_COMPRESSED 4u /* the kernel decompresses (since 5.17, one algorithm) */

#define KMT_KERNEL_NOT_ASKED 0x10000

/* The module's init or exit function never came back: the kernel killed the process that called it (oops). */
#define KMT_KERNEL_KILLED EOWNERDEAD
/* That process was killed by SIGKILL, by somebody or by the kernel: the answer is lost. */
#define KMT_KERNEL_NO_ANSWER ECANCELED

/* delete_module(2). */
#define KMT_REMOVE_FORCE 1u

struct kmt_kernel;

struct kmt_kernel_ops {
	/* Inserts the module file that is open at FD with the parameter string PARAMS ("" for none).
	 * PATH is only its name. -KMT_KERNEL_KILLED if init died, -KMT_KERNEL_NO_ANSWER. */
	int (*insert)(struct kmt_kernel *k, int fd, const char *path, const char *params, unsigned int flags);
	/* The same for a module in memory: one that had to be decompressed. */
	int (*insert_image)(struct kmt_kernel *k, const void *data, size_t n, const char *params,
		unsigned int flags);
	/* Removes the module NAME; never waits for users (O_NONBLOCK). -EAGAIN or -EBUSY while in use;
	 * -KMT_KERNEL_KILLED, -KMT_KERNEL_NO_ANSWER. */
	int (*remove)(struct kmt_kernel *k, const char *name, unsigned int flags);
	/* Runs an install or remove COMMAND of modprobe.d by "/bin/sh -c" with MODPROBE_MODULE=MODULE
	 * and, for install commands, CMDLINE_OPTS=OPTS in its environment. STATUS gets the wait status,
	 * as waitpid(2) gives it. With OUTPUT it has nothing to read, and what it prints is appended there;
	 * NULL: it reads and prints where this program does, as below modprobe. */
	int (*run)(struct kmt_kernel *k, const char *command, const char *module, const char *opts,
		struct kmt_strbuf *output, int *status);
	/* Writes N bytes to an existing /sys file in one write(2). */
	int (*write)(struct kmt_kernel *k, const char *path, const void *data, size_t n);
	void (*sleep_ms)(struct kmt_kernel *k, unsigned int ms);
};

struct kmt_kernel {
	const struct kmt_kernel_ops *ops;
	void *data; /* fake: the script */
	bool direct; /* real: see below */
};

/* Only in src/sys/kernel_real.c, which the library does not contain: inserts and removes through libkmod
 * where it is installed, otherwise by the system calls. The answers are the same. */
void kmt_kernel_real(struct kmt_kernel *k);
/* Always by the system calls: opening libkmod takes longer than all that modprobe does before it asks. */
void kmt_kernel_direct(struct kmt_kernel *k);
/* Every operation answers -EROFS; the command has said why before it comes to that. */
void kmt_kernel_refuse(struct kmt_kernel *k);
bool kmt_kernel_refuses(const struct kmt_kernel *k); /* whether it is that one */

#endif
