/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka wants these headers before its own. */
#ifndef KMT_TESTS_UNIT_H
#define KMT_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <kmt/sys/lazy.h>

static inline void unit_nothing(void **state)
{
}

/* A test of an optional library: skipped by a build without it. cmocka's own skip() prints "not ok". */
#define UNIT_TEST_OF(lib, f, setup, teardown)                                         \
	{                                                                             \
		kmt_lazy_built(lib) ? #f : #f " # SKIP needs " #lib,                  \
			kmt_lazy_built(lib) ? f : unit_nothing, setup, teardown, NULL \
	}

#endif
