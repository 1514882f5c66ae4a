/* SPDX-License-Identifier: GPL-2.0-only */
/* What km_provider offers to other modules. */
#ifndef KM_PROVIDER_H
#define KM_PROVIDER_H

#include <linux/version.h>

/* A namespace is a bare word up to 6.12 and a string since. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define KM_NAMESPACE "KM_SAMPLES"
#else
#define KM_NAMESPACE KM_SAMPLES
#endif

int km_add(int a, int b);
int km_multiply(int a, int b);
int km_negate(int a);

/* Global in C, but not exported: a module that calls it does not even build. */
int km_not_exported(void);

#endif
