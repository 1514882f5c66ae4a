/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's taint flags: bits of /proc/sys/kernel/tainted, letters in /proc/modules and in an oops
 * (Documentation/admin-guide/tainted-kernels.rst, kernel/panic.c), and the lines of the kernel log that
 * come with them.
 */
#ifndef KMT_SOURCE_TAINT_H
#define KMT_SOURCE_TAINT_H

#include <stdint.h>
#include <kmt/sys/root.h>

struct kmt_taint_line {
	const char *pattern; /* base/pattern.h: '%' is the module; NULL ends the list */
	const char *cause;   /* what it says of a module that was loaded, with the tokens of explain/; or NULL */
};

#define KMT_TAINT_LINES 7

struct kmt_taint {
	char letter;
	const char *meaning;
	const char *next; /* what to do; NULL: nothing has to be done */
	struct kmt_taint_line lines[KMT_TAINT_LINES];
};

/* Entry I is bit I; the last one has no letter. */
extern const struct kmt_taint kmt_taints[];

/* More than there are letters. */
#define KMT_TAINT_LETTERS 65

/* The entry of a letter; NULL: there is none here. */
const struct kmt_taint *kmt_taint_find(char letter);
int kmt_taint_read(const struct kmt_root *root, uint64_t *bits);
/* The letters of BITS; a bit that has none here is '?'. */
void kmt_taint_letters(uint64_t bits, char out[KMT_TAINT_LETTERS]);

#endif
