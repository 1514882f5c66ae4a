/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmtool-kmod: the tools of kmod (modprobe, lsmod ...) for everything that calls them, over kmtool's engine. It
 * is the tool that its name says, or its first word.
 */
#ifndef KMT_COMPAT_COMPAT_H
#define KMT_COMPAT_COMPAT_H

#include <kmt/sys/kernel.h>

/* Runs the tool that ARGV asks for on the machine below HOST (NULL: "/"); returns its exit status, 0 or 1. KERNEL
 * does what changes the machine. */
int kmt_compat_main(int argc, char **argv, const char *host, struct kmt_kernel *kernel);

#endif
