/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kernel_real.c asks the kernel, and the two ways to ask it. */
#ifndef KMT_SYS_KERNEL_PRIV_H
#define KMT_SYS_KERNEL_PRIV_H

#include <kmt/sys/kernel.h>

struct kmt_question {
	const char *remove; /* the module; NULL: insert */
	int fd;		    /* -1: the image */
	const void *image;
	size_t n;
	const char *params;
	unsigned int flags; /* of finit_module(2) or delete_module(2) */
};

/* 0 or -errno of the system call. */
int kmt_kernel_call(const struct kmt_question *q);

/* Opens libkmod, so that the children that use it need not. False: it cannot be used here. */
bool kmt_kernel_kmod_open(void);
/* The same answer as kmt_kernel_call(), through libkmod, after kmt_kernel_kmod_open(). */
int kmt_kernel_call_kmod(const struct kmt_question *q);

#endif
