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

/* A test of an optional library: skipped by a build without it. cmocka's own skip() prints "not ok". */
#define UNIT_TEST_OF(lib, f, setup, teardown)                                         \
	{                                                                             \
		kmt_lazy_built(lib) ? #f : #f " # SKIP needs " #lib,                  \
			kmt_lazy_built(lib) ? f : unit_nothing, setup, teardown, NULL \
	}

#endif
