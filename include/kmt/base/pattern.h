/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patterns for the kernel's lines: '%' is the module's name ('-' and '_' alike), '*' is any text, which
 * is captured up to the first place where the rest of the pattern goes on. A pattern begins where the
 * line begins; what follows its end does not matter. Pure.
 */
#ifndef KMT_BASE_PATTERN_H
#define KMT_BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#define KMT_CAPTURES 3

struct kmt_capture {
	const char *s; /* into the line; NULL if the pattern has fewer */
	size_t n;
};

/* MODULE NULL: any name. OUT has KMT_CAPTURES places. */
bool kmt_pattern_match(
	const char *pattern, const char *module, const char *line, struct kmt_capture *out);

#endif
