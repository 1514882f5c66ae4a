/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka wants these headers before its own. */
#ifndef KMT_TESTS_UNIT_H
#define KMT_TESTS_UNIT_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <kmt/sys/lazy.h>

static inline void unit_nothing(void **state)
{
}

/* What the program obeys, whatever this process has inherited: nohup(1) ignores one, a shell's & two. */
static inline void unit_obey_signals(void)
{
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
}

/* A test for where it can run, else skipped with why. cmocka's own skip() prints "not ok". */
#define UNIT_TEST_IF(can, why, f, setup, teardown)                                                  \
	{                                                                                           \
		(can) ? #f : #f " # SKIP " why, (can) ? f : unit_nothing, setup, teardown, NULL     \
	}

/* A test of an optional library: skipped by a build without it. */
#define UNIT_TEST_OF(lib, f, setup, teardown) UNIT_TEST_IF(kmt_lazy_built(lib), "needs " #lib, f, setup, teardown)

#endif
