/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a test says. */
#include "check_priv.h"

#include <stdarg.h>

__attribute__((format(printf, 3, 0))) static void add_line(
	struct kmt_checker *c, struct kmt_check_line line, const char *fmt, va_list ap)
{
	line.test = c->test;
	line.evidence = kmt_arena_vprintf(&c->out->arena, fmt, ap);
	if (line.fix)
		line.fix = kmt_arena_strdup(&c->out->arena, line.fix);
	kmt_vec_push(&c->out->lines, line);
}

void kmt_check_pass(struct kmt_checker *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(c, (struct kmt_check_line){0}, fmt, ap);
	va_end(ap);
}

void kmt_check_add(struct kmt_checker *c, enum kmt_check_result result, const char *id,
	const char *fix, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(c, (struct kmt_check_line){.result = result, .id = id, .fix = fix}, fmt, ap);
	va_end(ap);
}

void kmt_check_fail(struct kmt_checker *c, enum kmt_err_kind kind, const char *id, int errnum,
	const char *fix, const char *fmt, ...)
{
	struct kmt_check_line line = {
		.result = KMT_CHECK_FAIL, .id = id, .errnum = errnum, .fix = fix, .kind = kind};
	va_list ap;

	va_start(ap, fmt);
	add_line(c, line, fmt, ap);
	va_end(ap);
}
