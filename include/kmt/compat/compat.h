/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmtool-kmod: the tools of kmod (modprobe, lsmod ...) for everything that calls them, over kmtool's
 * engine. Its name, or its first word, tells which one it is.
 */
#ifndef KMT_COMPAT_COMPAT_H
#define KMT_COMPAT_COMPAT_H

#include <kmt/sys/kernel.h>

/* Runs the tool that ARGV asks for on the machine below HOST (NULL: "/"). KERNEL does what changes the
 * machine. Returns the exit status, 0 or 1. */
int kmt_compat_main(int argc, char **argv, const char *host, struct kmt_kernel *kernel);

#endif
